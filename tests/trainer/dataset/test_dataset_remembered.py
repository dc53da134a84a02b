"""A dataset that is made again labels only what is new, and comes out the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from testing.dataset_sources import FAULTY_GO, code, standard_library, write_corpus
from trainer.config import DatasetSettings
from trainer.dataset import build as building
from trainer.dataset.build import Recipe, build
from trainer.dataset.code_document import Code
from trainer.dataset.example import Kind, LeftOut, Making
from trainer.dataset.labelled_file import Labelling
from trainer.dataset.planters import PLANTERS
from trainer.dataset.remembered import Memory
from trainer.dataset.sources import Sources
from trainer.documents import Document
from trainer.workspace import Workspace

Labelled = list[str]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "data")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Labelled:
    """The documents that were labelled, one after another."""
    seen: Labelled = []
    label = building.labelled

    def watched(batch: Sequence[Code], labelling: Labelling) -> Making:
        seen.extend(code.provenance.document for code in batch)
        return label(batch, labelling)

    monkeypatch.setattr(building, "labelled", watched)
    monkeypatch.setattr(building, "BATCH", 2)
    return seen


def corpus(more: Sequence[Document] = ()) -> dict[str, list[Document]]:
    return {"train": [*standard_library("train")[:3], *more], "test": standard_library("test")[:1]}


def made(workspace: Workspace, seed: int = 17) -> dict[str, bytes]:
    recipe = Recipe.of_review(DatasetSettings(seed=seed), PLANTERS)
    memory = workspace.work / "dataset"
    build(Sources.of(workspace), workspace.dataset, recipe, lambda line: None, memory)
    return {path.name: path.read_bytes() for path in sorted(workspace.dataset.iterdir())}


def remembered(workspace: Workspace) -> set[str]:
    return {path.name for path in workspace.work.rglob("*.jsonl.gz")}


def test_what_is_done_is_not_done_again(workspace: Workspace, asked: Labelled) -> None:
    write_corpus(workspace, corpus())
    first = made(workspace)
    assert len(asked) == len(set(asked)) == 4
    asked.clear()
    assert made(workspace) == first
    assert asked == []


def test_only_what_is_new_is_labelled_and_what_is_gone_is_forgotten(
    workspace: Workspace, asked: Labelled, tmp_path: Path
) -> None:
    write_corpus(workspace, corpus())
    made(workspace)
    before = remembered(workspace)
    asked.clear()
    new = code("cmd/user.go", FAULTY_GO, "owner/go")
    write_corpus(workspace, corpus([new]))
    again = made(workspace)
    assert asked == [new.id]
    other = Workspace(tmp_path / "other")
    write_corpus(other, corpus([new]))
    assert made(other) == again
    write_corpus(workspace, corpus())
    made(workspace)
    assert remembered(workspace) == before


def test_killed_it_goes_on(
    workspace: Workspace, asked: Labelled, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write_corpus(workspace, corpus())
    put = Memory.put

    def dying(self: Memory, key: str, made: Making) -> None:
        if len(remembered(workspace)) == 3:
            raise KeyboardInterrupt
        put(self, key, made)

    with monkeypatch.context() as patch:
        patch.setattr(Memory, "put", dying)
        with pytest.raises(KeyboardInterrupt):
            made(workspace)
    asked.clear()
    files = made(workspace)
    assert len(asked) == 1
    other = Workspace(tmp_path / "other")
    write_corpus(other, corpus())
    assert made(other) == files


def test_other_settings_and_damage_are_labelled_anew(workspace: Workspace, asked: Labelled) -> None:
    write_corpus(workspace, corpus())
    first = made(workspace)
    asked.clear()
    assert made(workspace, seed=18) != first
    assert len(asked) == 4
    made(workspace)
    for path in workspace.work.rglob("*.jsonl.gz"):
        path.write_bytes(path.read_bytes()[:-9])
    asked.clear()
    assert made(workspace) == first
    assert len(asked) == 4


def test_what_is_left_out_is_remembered_too(tmp_path: Path) -> None:
    memory = Memory(tmp_path, "key")
    left = LeftOut("does not parse", Kind.LABELLED, "a.py")
    memory.put("ab12", [left])
    assert memory.get("ab12") == [left]
    memory.put("cd34", [])
    assert memory.get("cd34") == []
    assert memory.get("ef56") is None


def test_without_a_folder_nothing_is_remembered() -> None:
    memory = Memory(None, "")
    memory.put("ab12", [])
    assert memory.get("ab12") is None
    memory.forget_others(())
