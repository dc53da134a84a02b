from __future__ import annotations

import io
import json
from pathlib import Path
from threading import Event

import pytest
from click.testing import CliRunner, Result

from testing.raw_documents import gather_library
from trainer.cli import train
from trainer.commands.preprocess import told
from trainer.commands.preprocess_bar import watcher
from trainer.config import TrainerSettings
from trainer.corpus.blocks import Stage
from trainer.corpus.layout import Job
from trainer.corpus.pipeline import Outcome
from trainer.corpus.stage_progress import StageProgress, unwatched
from trainer.raw_source import read_shard


def ran(*arguments: str) -> Result:
    return CliRunner().invoke(train, ["preprocess", *arguments])


def test_it_says_what_came_in_and_what_fell_out(tmp_path: Path) -> None:
    gather_library(tmp_path / "raw", files=6)
    result = ran("--workspace", str(tmp_path), "--workers", "1")
    assert result.exit_code == 0, result.output
    last = result.stdout.splitlines()[-1]
    assert last.startswith("16 documents came in, ")
    assert "exact duplicate ×2" in last
    told = result.stderr.splitlines()
    assert [line.partition(" (")[0] for line in told] == [
        "documents: 16 of 16 documents go on",
        "duplicates: 2 exact duplicates, 2 near duplicates",
        "outputs: 12 documents in 1 shards",
        "report: corpus_report.html is there",
    ]
    again = ran("--workspace", str(tmp_path), "--workers", "1")
    assert again.stdout.splitlines()[-1] == last
    assert again.stderr == ""


def test_folders_are_where_they_are_wanted(tmp_path: Path) -> None:
    gather_library(tmp_path / "raw", files=3)
    work, output = tmp_path / "fast", f"file://{tmp_path}/out"
    result = ran("--workspace", str(tmp_path), "--work", str(work), "--output", output)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "out" / "manifest.json").exists()
    assert (work / "plans").exists()
    assert not (tmp_path / "processed").exists()


def test_nothing_gathered_is_a_wrong_usage(tmp_path: Path) -> None:
    result = ran("--workspace", str(tmp_path))
    assert "there is nothing in" in str(result.exception)


def test_an_evaluation_set_must_be_there(tmp_path: Path) -> None:
    result = ran("--workspace", str(tmp_path), "--evaluation-set", str(tmp_path / "none.jsonl"))
    assert result.exit_code == 2
    assert "does not exist" in result.stderr


@pytest.mark.parametrize(("split", "falls_out"), [("test", True), ("train", False)])
def test_held_out_examples_of_the_workspace_are_no_training_text(
    tmp_path: Path, split: str, falls_out: bool
) -> None:
    gather_library(tmp_path / "raw", files=6)
    shards = sorted((tmp_path / "raw" / "files" / "library").glob("documents-*"))
    first = next(iter(read_shard(shards[0])))
    examples = [{"id": "x", "code": first.text, "split": split}]
    path = tmp_path / "security_training_data.json"
    path.write_text(json.dumps({"version": 1, "examples": examples}))
    result = ran("--workspace", str(tmp_path), "--workers", "1")
    assert ("repeats an evaluation set ×" in result.stdout) is falls_out


def test_help_needs_none_of_the_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    for name in ("numpy", "pyarrow", "datatrove", "rensa"):
        monkeypatch.setitem(sys.modules, name, None)
    assert ran("--help").exit_code == 0


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "rensa", None)
    result = ran("--workspace", str(tmp_path))
    assert "rensa is not installed" in str(result.exception)


def test_what_slurm_was_handed_is_told() -> None:
    job = Job("raw", "work", "processed", TrainerSettings(), (), (), "key")
    assert told(Outcome(job, None, 0, {}, "17")) == "handed to Slurm; its last job is 17"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_shows_what_the_tasks_have_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr("trainer.commands.preprocess_bar._INTERVAL", 0.01)
    stage = StageProgress(named("documents"), 3, lambda: 3, lambda: next(counts), lambda: "")
    seen, counts = Event(), iter([0, 1, *[2] * 100_000])
    stream = Terminal()
    monkeypatch.setattr(stream, "flush", lambda: "2/3" in stream.getvalue() and seen.set())
    with watcher(stream)(stage):
        assert seen.wait(20)
    shown = stream.getvalue()
    assert "documents" in shown
    assert shown.index("0/3") < shown.index("2/3")


def test_a_folder_that_does_not_answer_ends_the_bar_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("trainer.commands.preprocess_bar._INTERVAL", 0.01)
    asked, counts = Event(), iter([0])

    def done() -> int:
        for number in counts:
            return number
        asked.set()
        raise TimeoutError("no answer")

    with watcher(Terminal())(StageProgress(named("documents"), 3, lambda: 3, done, lambda: "")):
        assert asked.wait(20)


def test_the_bar_is_quiet_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream, terminal in ((io.StringIO(), "xterm"), (Terminal(), "dumb")):
        monkeypatch.setenv("TERM", terminal)
        assert watcher(stream) is unwatched


def named(name: str) -> Stage:
    stage = Stage(Job("raw", "work", "processed", TrainerSettings(), (), (), "key"))
    stage.name = name
    return stage
