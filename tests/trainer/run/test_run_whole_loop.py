"""All stages, for real: from files to a model in the real Ollama, and once more with feedback."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from coderasst_hook.feedback.store import open_store
from testing.dataset_sources import STANDARD_LIBRARY
from testing.ollama_server import OllamaServer
from tests.feedback.samples import finding, verdict
from trainer.commands.run import run
from trainer.pipeline.stages import NAMES
from trainer.registry import Registry

pytestmark = pytest.mark.timeout(1200)

GROUPS = (
    ("shelve", "sched", "bdb"),
    ("code", "cmd", "netrc"),
    ("quopri", "getpass", "fnmatch"),
    ("rlcompleter", "codeop", "queue"),
    ("smtplib", "poplib", "imaplib"),
    ("ftplib", "shlex", "textwrap"),
)
SETTINGS = {
    "workers": 1,
    "preprocess": {"validation_share": 0.2, "test_share": 0.4, "seed": 3},
    "dataset": {"prompt": "compact"},
    "base": {"preset": "tiny", "batch": 2, "max_seconds": 2, "validations": 1, "compile": "off"},
    "finetune": {"max_seconds": 2, "measured": 0},
    "evaluate": {"least_cases": 1, "max_cases": 2, "draws": 100},
}


@pytest.fixture
def server(ollama_binary: str, tmp_path: Path) -> Iterator[OllamaServer]:
    """Without any model."""
    with OllamaServer(tmp_path / "ollama", ollama_binary) as started:
        yield started


@pytest.fixture
def shop(tmp_path: Path, server: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OLLAMA_HOST", server.host)
    sources = []
    for number, modules in enumerate(GROUPS):
        folder = tmp_path / "shop" / "src" / str(number)
        folder.mkdir(parents=True)
        for name in modules:
            shutil.copy(STANDARD_LIBRARY / f"{name}.py", folder)
        options = {"licence": "MIT", "group": f"python/{number}"}
        source = {"kind": "files", "names": [f"src/{number}"], "name": f"g{number}"}
        sources.append({**source, "options": options})
    monkeypatch.chdir(tmp_path / "shop")
    Path("config.json").write_text(json.dumps({**SETTINGS, "sources": sources}))
    return Path.cwd()


def done(*arguments: str) -> Result:
    return CliRunner().invoke(run, ["--config", "config.json", *arguments])


def statuses() -> dict[str, str]:
    report = max(Path("data/runs").glob("*/run.json"), key=lambda path: path.stat().st_mtime)
    return {one["stage"]: one["status"] for one in json.loads(report.read_text())["stages"]}


def test_from_files_to_a_model_that_is_in_use(
    shop: Path, server: OllamaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = done()
    assert first.exit_code == 1, (first.output, first.exception)
    assert "the candidate was not promoted: F1 on review cases" in first.stdout
    assert statuses() == {
        **dict.fromkeys(NAMES, "done"),
        "export": "not reached",
        "promote": "not reached",
    }
    registry = Registry(shop / "data" / "models")
    (refused,) = (one for one in registry.models() if one.kind == "finetuned")
    assert registry.promoted() is None

    again = done()
    assert again.exit_code == 0
    assert again.stdout.startswith("nothing to do: the candidate was not promoted: ")

    # What people say makes another candidate, of the same base; what makes a model of so few
    # steps good enough is the only thing that is made up here.
    from trainer.evaluation import compare
    from trainer.evaluation.gate import Check, Decision

    monkeypatch.setattr(compare, "decide", lambda *_: Decision((Check(True, "it is better"),)))
    with open_store("continuous_learning_data/feedback.db", root=shop) as store:
        store.record_findings([finding(number) for number in range(4)])
        store.add_verdicts([verdict(number) for number in range(4)])
    second = done()
    assert second.exit_code == 0, (second.output, second.exception)
    assert statuses() == {
        **dict.fromkeys(NAMES, "done"),
        "preprocess": "unchanged",
        "base": "left out",
    }
    promoted = registry.promoted()
    assert promoted is not None
    assert promoted.id != refused.id
    (base,) = (one for one in registry.models() if one.kind == "base")
    assert promoted.parent == refused.parent == base.id
    promotion = registry.promotion()
    assert promotion is not None
    assert second.stdout == f"coderasst:latest is {promoted.id} now ({promotion.tag})\n"
    assert (shop / "data" / "models" / promoted.id / "export" / "Modelfile").is_file()

    from trainer.export.ollama_models import OllamaModels

    with OllamaModels(server.host) as models:
        in_use = models.find("coderasst")
    assert in_use is not None
    assert in_use.digest == promotion.digest
    assert in_use.quantization == "Q8_0"

    last = done()
    assert (last.exit_code, last.stdout) == (0, "nothing to do: nothing has changed\n")
