"""What is named is found: in the registry, in Ollama, or put there from its weights."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from coderasst_hook.errors import BackendError, UsageError
from testing.evaluation_models import NOON, Bench
from testing.ollama_server import OllamaServer
from testing.tiny_model import TINY
from trainer.commands.asking_bar import bar
from trainer.commands.deciding import Importer
from trainer.evaluation.subject import CANDIDATE, Subjects, candidate
from trainer.export.ollama_models import OllamaModels
from trainer.registry import Entry, Placed, Promotion, Registry
from trainer.weights import weights_of


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def models(ollama_server: OllamaServer) -> Iterator[OllamaModels]:
    with OllamaModels(ollama_server.host) as connected:
        yield connected
        for one in connected.installed():
            if one.name.startswith(f"{CANDIDATE}:"):
                connected.delete(one.name)


@pytest.fixture
def bench(models: OllamaModels, tmp_path: Path) -> Bench:
    return Bench(tmp_path, models.host)


def subjects(bench: Bench, models: OllamaModels) -> Subjects:
    return Subjects(bench.registry, models, Importer(bench.registry, models.host))


def test_a_trained_folder_is_put_into_ollama_once(
    bench: Bench, models: OllamaModels, tiny_base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = bench.workspace / "models" / "base-1" / "model"
    shutil.copytree(tiny_base, folder)
    entry = Entry("base-1", "base", "models/base-1/model", NOON, weights_of(folder))
    bench.registry.add(entry)
    found = subjects(bench, models).of("base-1")
    assert found.name == f"{CANDIDATE}:base-1"
    assert found.model == "base-1"
    assert found.weights == entry.weights
    placed = bench.registry.get("base-1").ollama
    assert placed == Placed(models.host, found.name, found.digest)
    assert "importing" in capsys.readouterr().err
    assert subjects(bench, models).of("base-1") == found
    assert "importing" not in capsys.readouterr().err


def test_a_name_of_ollama_is_what_it_is(bench: Bench, models: OllamaModels) -> None:
    found = subjects(bench, models).of(TINY)
    assert (found.model, found.weights) == ("", "")
    with pytest.raises(UsageError, match="no model 'nonesuch'"):
        subjects(bench, models).of("nonesuch")


def test_the_incumbent_is_asked_under_its_dated_tag(bench: Bench, models: OllamaModels) -> None:
    assert subjects(bench, models).incumbent() is None
    entry = bench.add("one")
    assert entry.ollama is not None
    for tag, digest in ((f"{TINY}:latest", entry.ollama.digest), ("gone:x", "no digest")):
        bench.registry.promote(Promotion("one", NOON, "alias", tag, digest=digest))
        found = subjects(bench, models).incumbent()
        assert found is not None
        assert found.name == f"{TINY}:latest"
        assert found.model == "one"


def test_the_newest_model_that_waits_is_the_candidate(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "models")
    with pytest.raises(UsageError, match="no model that waits") as raised:
        candidate(registry, "")
    assert raised.value.next_step == "coderasst-train finetune"
    for days, id in enumerate(("one", "two", "three")):
        folder = f"models/{id}"
        registry.add(Entry(id, "finetuned", folder, NOON.replace(day=days + 1), "w"))
    registry.promote(Promotion("three", NOON, "alias", "alias:x"))
    assert candidate(registry, "").id == "two"
    assert candidate(registry, "one").id == "one"


def test_a_server_that_is_not_there_is_told() -> None:
    with OllamaModels("http://127.0.0.1:1") as nowhere, pytest.raises(BackendError):
        Subjects(Registry(Path("none")), nowhere, lambda entry, name: None).of(TINY)


def test_the_bar_is_quiet_where_nobody_looks() -> None:
    stream = io.StringIO()
    with bar(stream) as began:
        began("model", 3)(1, 3)
    assert stream.getvalue() == ""


def test_the_bar_names_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with bar(stream) as began:
        began("model[red]", 3)(2, 3)
    assert "asking model[red]" in stream.getvalue()
