"""What all acquisitions share: the budget, the bar, the last line, the rehearsal."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from coderasst_hook.errors import ConfigurationError, StoreError
from tests.trainer.acquire.gathering import NOW
from trainer.acquire.budget import Budget
from trainer.acquire.rehearsal import Rehearsal
from trainer.commands.acquiring import Acquisition, acquiring, told
from trainer.commands.acquiring_bar import bar
from trainer.config import Limits
from trainer.documents import Document, Origin
from trainer.raw_source import RawSource


def document(name: str, text: str = "text") -> Document:
    return Document(name, text, "text/plain", Origin("web", "s", name, "g", fetched_at=NOW))


@dataclass
class Counted:
    taken: int = 0
    taken_bytes: int = 0


def test_a_budget_says_what_is_spent() -> None:
    now = [100.0]
    counted = Counted()
    limits = Limits(max_documents=2, max_bytes=10, max_seconds=5, max_document_bytes=7)
    budget = Budget(limits, counted, clock=lambda: now[0])
    assert budget.spent() is None
    counted.taken = 2
    assert budget.spent() == "2 documents (--max-documents)"
    counted.taken, counted.taken_bytes = 1, 10
    assert budget.spent() == "10 bytes (--max-bytes)"
    counted.taken_bytes, now[0] = 9, 104.5
    assert (budget.spent(), budget.seconds, budget.seconds_left) == (None, 4.5, 0.5)
    now[0] = 106
    assert budget.spent() == "5 s (--max-seconds)"
    assert budget.seconds_left == 0
    assert (budget.too_large(7), budget.too_large(8)) == (False, True)


def test_the_last_line(tmp_path: Path) -> None:
    with RawSource(tmp_path, "web", "s") as source:
        assert told(source) == "took 0 documents (0.0 MB)"
        source.add(document("a", "é" * 600_000))
        assert told(source) == "took 1 document (1.2 MB)"
        for number in range(1200):
            source.drop(f"{number}", "robots.txt")
        source.drop("x", "a\x1b[31m")
        source.drop("y", "broken")
        assert told(source) == (
            "took 1 document (1.2 MB), left out 1,202: robots.txt ×1,200, a\\x1b[31m ×1, broken ×1"
        )
    with RawSource(tmp_path, "web", "s") as source:
        source.drop("x", "broken")
        source.drop("y", "broken")
        assert told(source) == (
            "took 0 documents (0.0 MB), left out 1: broken ×1; 1 were there already"
        )
        assert source.drops["broken"] == 2


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_shows_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    stream = Terminal()
    with bar(Counted(1234, 5_600_000), stream) as looked_at:
        looked_at("src/[bold]" + "x" * 100 + "\x1b]0;evil\x07.py")
    shown = stream.getvalue()
    assert "1,234 documents, 5.6 MB" in shown
    assert "evil\\x07.py" in shown
    assert "\x1b]0;" not in shown


def test_the_bar_is_quiet_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream, terminal in ((io.StringIO(), "xterm"), (Terminal(), "dumb")):
        monkeypatch.setenv("TERM", terminal)
        with bar(Counted(), stream) as looked_at:
            looked_at("x")
        assert stream.getvalue() == ""


def test_a_rehearsal_knows_what_is_there_and_what_a_crash_has_torn(tmp_path: Path) -> None:
    with RawSource(tmp_path, "web", "s") as source:
        source.add(document("a"))
        source.drop("d", "broken")
        source.state["cursor"] = 1
    (shard,) = source.folder.glob("documents-*")
    with shard.open("ab") as file:
        file.write(b'{"id": "b"')
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    heard: list[tuple[str, int]] = []
    with Rehearsal(tmp_path, "web", "s", told=lambda *one: heard.append(one)) as source:
        assert source.state == {"cursor": 1}
        assert not source.add(document("a"))
        assert source.add(document("b", "four"))
        assert not source.add(document("b", "four"))
        source.drop("d", "broken")
        source.drop("e", "broken")
        source.checkpoint()
        assert told(source, dry_run=True) == (
            "would take 1 document (0.0 MB), leave out 1: broken ×1; 1 were there already"
        )
    assert heard == [("b", 4)]
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_rehearsal_makes_no_folder(tmp_path: Path) -> None:
    with Rehearsal(tmp_path / "raw", "web", "s", told=lambda *_: None) as source:
        source.add(document("a"))
    assert list(tmp_path.iterdir()) == []


@click.command()
@click.argument("word")
@acquiring
def example(what: Acquisition, word: str) -> None:
    """An acquisition of one word."""
    with what.run("web", "words") as run:
        run.looked_at(word)
        run.source.add(document(word))
        if word == "broken":
            raise StoreError("it broke")


def invoke(*arguments: str) -> str:
    return CliRunner().invoke(example, arguments, catch_exceptions=False).output


def test_the_options_reach_the_command(tmp_path: Path) -> None:
    workspace = ("--workspace", str(tmp_path))
    assert invoke("a", *workspace) == "took 1 document (0.0 MB)\n"
    assert (tmp_path / "raw" / "web" / "words").is_dir()
    stopped = invoke("b", *workspace, "--name", "mine", "--max-documents", "1")
    assert "stopped at 1 document (" in stopped
    assert (tmp_path / "raw" / "web" / "mine").is_dir()
    assert "would take 1 document" in invoke("c", *workspace, "--dry-run")


def test_what_was_taken_before_a_failure_is_told_and_kept(tmp_path: Path) -> None:
    runner = CliRunner()
    done = runner.invoke(example, ["broken", "--workspace", str(tmp_path)])
    assert isinstance(done.exception, StoreError)
    assert done.output == "took 1 document (0.0 MB)\n"
    with RawSource(tmp_path / "raw", "web", "words") as source:
        assert source.known == {"broken"}


@pytest.mark.parametrize(
    "option", ["--max-documents=0", "--max-bytes=-1", "--max-seconds=0", "--max-document-bytes=x"]
)
def test_limits_that_are_none(option: str) -> None:
    assert CliRunner().invoke(example, ["a", option]).exit_code == 2


def test_a_configuration_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no"):
        invoke("a", "--config", str(tmp_path / "none.json"))
