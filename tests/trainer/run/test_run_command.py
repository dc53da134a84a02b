"""``coderasst-train run`` over a handful of real files: acquire, preprocess, dataset."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from coderasst_hook import error_handler
from coderasst_hook.feedback.store import open_store
from testing.dataset_sources import MODULES, STANDARD_LIBRARY
from testing.program import Ran
from testing.raw_documents import tree
from tests.feedback.samples import finding, verdict
from trainer.cli import train
from trainer.pipeline.lock import only_run

STAGES = ("acquire", "preprocess", "dataset")
SOURCE = {"kind": "files", "names": ["src"], "options": {"licence": "MIT", "exclude": ["*.txt"]}}


class Shop:
    """A folder in which people run the trainer: in this process, as the console script does."""

    def __init__(self, root: Path, captured: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._captured = captured
        self.configure()

    def configure(self, **settings: Any) -> None:
        told = {
            "sources": [SOURCE],
            "workers": 1,
            "preprocess": {"validation_share": 0, "test_share": 0},
            **settings,
        }
        (self.root / "config.json").write_text(json.dumps(told))

    def run(self, *arguments: str, only: tuple[str, ...] = STAGES) -> Ran:
        chosen = [word for stage in only for word in ("--only", stage)]
        line = ["run", "--config", "config.json", *chosen, *arguments]
        self._captured.readouterr()
        code = error_handler.run(lambda: train.main(line, standalone_mode=False))
        return Ran(code, *self._captured.readouterr())

    @property
    def stages(self) -> dict[str, str]:
        """What became of each stage in the last run that did anything."""
        report = max(self.root.glob("data/runs/*/run.json"))
        return {one["stage"]: one["status"] for one in json.loads(report.read_text())["stages"]}


@pytest.fixture
def shop(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Shop:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src").mkdir()
    for name in MODULES["train"]:
        if (STANDARD_LIBRARY / name).exists():
            shutil.copy(STANDARD_LIBRARY / name, tmp_path / "src")
    return Shop(tmp_path, capsys)


def test_only_what_has_changed_is_done(shop: Shop) -> None:
    planned = shop.run("--dry-run")
    assert planned.code == 0, planned.output
    assert re.search(r"^acquire +run: it was never done$", planned.stdout, re.MULTILINE)
    assert not (shop.root / "data").exists()

    first = shop.run()
    assert first.code == 0, first.output
    assert re.fullmatch(r"[\d,]+ examples?, [\d,]+ of them clean\n", first.stdout)
    assert re.search(r"^acquire: files src: took \d documents", first.stderr, re.MULTILINE)
    assert {shop.stages[name] for name in STAGES} == {"done"}
    made = tree(shop.root / "data" / "processed")

    second = shop.run()
    assert (second.code, second.stdout) == (0, "nothing to do: nothing has changed\n")
    assert len(list((shop.root / "data" / "runs").iterdir())) == 1
    assert tree(shop.root / "data" / "processed") == made

    shop.configure(dataset={"clean_share": 0.2})
    third = shop.run("--dry-run")
    assert re.search(r"^dataset +run: changed: settings of dataset$", third.stdout, re.MULTILINE)
    assert shop.run().code == 0
    assert [shop.stages[name] for name in STAGES] == ["unchanged", "unchanged", "done"]

    (shop.root / "src" / "new.py").write_text("def f(text):\n    return eval(text)\n" * 3)
    assert shop.run().code == 0
    assert {shop.stages[name] for name in STAGES} == {"done"}


def test_verdicts_come_out_of_the_store(shop: Shop) -> None:
    shop.configure(sources=[{"kind": "feedback", "options": {"store": "team.db"}}])
    with open_store("team.db", root=shop.root) as store:
        store.record_findings([finding(number) for number in range(3)])
    assert shop.run(only=("acquire",)).stdout == (
        "nothing to do: no sources are configured, and nobody has judged a finding yet\n"
    )
    with open_store("team.db", root=shop.root) as store:
        store.add_verdicts([verdict(number) for number in range(3)])
    done = shop.run(only=("acquire",))
    assert (done.code, done.stdout) == (0, "feedback store: 3 findings, 3 verdicts\n")
    written = shop.root / "data" / "feedback" / "user_feedback.jsonl"
    assert len(written.read_text().splitlines()) == 3
    assert shop.run(only=("acquire",)).stdout.startswith("nothing to do")
    written.unlink()
    assert shop.run(only=("acquire",)).stdout == done.stdout


def test_a_source_that_stops_answering_does_not_stop_the_run(shop: Shop) -> None:
    gone = {"kind": "web", "names": ["http://127.0.0.1:9/"], "options": {"allow-private": True}}
    shop.configure(sources=[gone, SOURCE])
    done = shop.run(only=("acquire",))
    assert done.code == 0, done.output
    report = next(shop.root.glob("data/runs/*/run.json"))
    (acquire,) = (s for s in json.loads(report.read_text())["stages"] if s["stage"] == "acquire")
    assert [w for w in acquire["warnings"] if w.startswith("web http://127.0.0.1:9/: ")]
    # It is asked again, and the other one is not.
    again = shop.run("--dry-run", only=("acquire",))
    assert "changed: web http://127.0.0.1:9/\n" in again.stdout


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ({"kind": "web", "names": []}, "missing argument 'url...'"),
        ({"kind": "web", "names": ["https://x"], "options": {"dept": 2}}, "no such option"),
        ({**SOURCE, "options": {"workspace": "/tmp"}}, "workspace is no option here"),
        ({**SOURCE, "names": ["nowhere"]}, "there is no nowhere"),
        ({**SOURCE, "kind": "mail"}, "sources.0.kind"),
        ({**SOURCE, "options": {"--x": 1}}, "sources.0.options"),
        ({"kind": "feedback", "names": ["x"]}, "feedback takes no names"),
    ],
)
def test_a_source_that_is_wrong(shop: Shop, source: dict[str, Any], told: str) -> None:
    shop.configure(sources=[source])
    done = shop.run()
    assert done.code == 2
    assert told in done.stderr.lower()
    assert "Traceback" not in done.output


def test_two_runs_at_once(shop: Shop) -> None:
    folder = shop.root / "data" / "work" / "run"
    with only_run(folder, shop.root):
        done = shop.run(only=("acquire",))
    assert done.code == 2
    assert "is at work in data" in done.stderr
    assert shop.run(only=("acquire",)).code == 0


def test_a_report_is_written_where_it_was_asked_for(shop: Shop) -> None:
    for told in ("took", "nothing to do"):
        shutil.rmtree(shop.root / "report", ignore_errors=True)
        assert shop.run("--report", "report", only=("acquire",)).code == 0
        written = {path.name for path in (shop.root / "report").iterdir()}
        assert written == {"run.json", "run_report.html", "run_report.md"}
        assert told in (shop.root / "report" / "run_report.md").read_text()
    assert not (shop.root / "data" / "runs").exists()


def test_wrong_use(shop: Shop) -> None:
    done = shop.run("--from", "dataset")
    assert (done.code, done.stdout) == (2, "")
    assert "--only goes with neither" in done.stderr
    assert "'nothing' is not one of" in shop.run("--until", "nothing", only=()).stderr
