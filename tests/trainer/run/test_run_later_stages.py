"""When training, judging and handing over have nothing to do, and what makes them due again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from testing.run_stages import NOW
from trainer.config import TrainerSettings
from trainer.pipeline import finetuning, preparing
from trainer.pipeline.candidate import settled
from trainer.pipeline.digests import Digests
from trainer.pipeline.exporting import Export
from trainer.pipeline.finetuning import Finetune
from trainer.pipeline.judging import Evaluate, Gate, Promote
from trainer.pipeline.preparing import Dataset, Preprocess
from trainer.pipeline.progress import shown
from trainer.pipeline.stage import Context, RunIncomplete
from trainer.pipeline.training import Base
from trainer.pipeline.verdicts import VerdictStore
from trainer.registry import Entry, Promotion, Registry
from trainer.run_folder import RunFolder
from trainer.workspace import Workspace

HOST = "http://127.0.0.1:9"
ID = "finetune-20260301-120000-0001"
ENTRY = Entry(ID, "finetuned", f"models/{ID}/model", NOW, "w" * 64, parent="base", data="d")
PROMOTION = Promotion(ID, NOW, "coderasst:latest", "coderasst:20260301", digest="d" * 64)


@pytest.fixture
def where(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "data")
    workspace.dataset.mkdir(parents=True)
    return workspace


@pytest.fixture
def stores(tmp_path: Path) -> VerdictStore:
    return VerdictStore("feedback.db", tmp_path)


def context(where: Workspace, *, done: Mapping[str, Any] = {}, **settings: Any) -> Context:
    chosen = TrainerSettings.model_validate(settings)
    return Context(chosen, where, Digests(where.run / "digests.json"), NOW, done=done)


def trained(where: Workspace, *promotions: Promotion) -> Context:
    """With a candidate, and what became of it."""
    registry = Registry(where.models)
    registry.add(ENTRY)
    for promotion in promotions:
        registry.promote(promotion)
    return context(where, done={"finetune": {"model": ID}})


class Quiet:
    changed: frozenset[str] = frozenset()
    remembered: Mapping[str, Any] = {}

    def __init__(self) -> None:
        self.said: list[str] = []
        self.kept: Mapping[str, Any] = {}

    def remember(self, notes: Mapping[str, Any]) -> None:
        self.kept = notes

    def say(self, line: str) -> None:
        self.said.append(line)

    def advance(self, done: int, total: int, detail: str = "") -> None:
        self.said.append(f"{done}/{total} {detail}")


def model(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_text("weights")


def test_nothing_was_gathered(where: Workspace) -> None:
    empty = context(where)
    assert str(Preprocess().left_out(empty)).startswith("nothing was acquired into")
    assert "there is nothing to make a dataset of" in str(Dataset().left_out(empty))
    assert "there is no dataset" in str(Finetune().left_out(empty))
    assert "there is no corpus" in str(Base().left_out(empty))


def test_a_base_model_is_trained_where_it_is_wanted(where: Workspace) -> None:
    where.corpus.write_text("def f(): pass\n")
    assert Base().left_out(context(where)) is None
    first = Base().inputs(context(where))
    where.corpus.write_text("def g(): pass\n")
    assert Base().inputs(context(where)) != first
    assert Base().inputs(context(where, base={"seed": 1})) != Base().inputs(context(where))
    model(where.base_model)
    assert 'run.base is "missing"' in str(Base().left_out(context(where)))
    assert Base().left_out(context(where, run={"base": "changed"})) is None
    assert Base().left_out(context(where, run={"base": "never"})) == 'run.base is "never"'
    other = context(where, run={"start": "owner/model"})
    assert str(Base().left_out(other)).endswith("another model: owner/model")


def test_finetuning_depends_on_the_data_the_base_and_the_settings(where: Workspace) -> None:
    (where.dataset / "train.jsonl").write_text("{}\n")
    assert str(Finetune().left_out(context(where))).startswith("there is no base model in")
    model(where.base_model)
    assert Finetune().left_out(context(where)) is None
    before = Finetune().inputs(context(where))
    (where.base_model / "model.safetensors").write_text("others")
    after = Finetune().inputs(context(where))
    assert {name for name in before if before[name] != after[name]} == {"base model"}
    (where.dataset / "train.jsonl").write_text("{}\n{}\n")
    assert Finetune().inputs(context(where))["dataset"] != after["dataset"]
    assert Finetune().inputs(context(where, run={"start": "owner/model"})) != after


def test_what_is_in_use_and_has_learned_the_data_is_not_trained_again(where: Workspace) -> None:
    (where.dataset / "train.jsonl").write_text("{}\n")
    model(where.base_model)
    registry = Registry(where.models)
    entry = replace(ENTRY, parent="processed/ai_coder_model", data=finetuning._data(context(where)))
    registry.add(entry)
    registry.promote(PROMOTION)
    assert "has learned this very dataset" in str(Finetune().left_out(context(where)))


def test_a_training_that_has_ended_is_not_made_again(where: Workspace) -> None:
    """Killed between the end of the training and the end of the stage."""
    run = RunFolder.create(where.models, "finetune", now=NOW)
    found = context(where)
    assert finetuning._ended("key", found) is None
    run.write_run({"key": "key"})
    assert finetuning._ended("key", found) is None
    run.finish({})
    Registry(where.models).add(replace(ENTRY, id=run.id))
    ended = finetuning._ended("key", found)
    assert ended is not None
    assert ended.id == run.id
    assert finetuning._ended("another", found) is None


def test_a_candidate_is_judged_once(where: Workspace, stores: VerdictStore) -> None:
    (where.dataset / "test.jsonl").write_text("")
    assert settled(context(where)) == "there is no candidate"
    waiting = trained(where)
    assert settled(waiting) is None
    assert Evaluate(HOST, stores).left_out(waiting) is None
    assert Gate().left_out(waiting) == f"{ID} was not evaluated"
    Registry(where.models).promote(PROMOTION)
    assert settled(waiting) == f"{ID} is in use"
    # Whoever rolls it back does not get it again by the next run.
    Registry(where.models).roll_back(datetime(2026, 4, 1, tzinfo=timezone.utc))
    assert str(settled(waiting)).startswith(f"{ID} was in use and is no longer")
    for stage in (Evaluate(HOST, stores), Gate(), Export(HOST), Promote(HOST, stores)):
        assert stage.left_out(waiting) == settled(waiting)


def test_only_what_the_gate_let_through_is_handed_over(
    where: Workspace, stores: VerdictStore
) -> None:
    waiting = trained(where)
    for notes, through in (({}, False), ({"passed": None}, False), ({"passed": ID}, True)):
        found = replace(waiting, done={**waiting.done, "gate": notes})
        for stage in (Export(HOST), Promote(HOST, stores)):
            assert (stage.left_out(found) is None) == through


def test_another_model_in_use_makes_an_evaluation_due(
    where: Workspace, stores: VerdictStore
) -> None:
    waiting = trained(where)
    stage = Evaluate(HOST, stores)
    before = stage.inputs(waiting)
    Registry(where.models).add(replace(ENTRY, id="other"))
    Registry(where.models).promote(replace(PROMOTION, model="other"))
    after = stage.inputs(waiting)
    assert {name for name in before if before[name] != after[name]} == {"model in use"}


def test_without_held_out_cases_nothing_is_evaluated(
    where: Workspace, stores: VerdictStore
) -> None:
    told = Evaluate(HOST, stores).left_out(trained(where))
    assert told == "there are no held-out cases: the dataset has no split test"


def test_work_that_was_handed_to_slurm_is_waited_for(
    where: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trainer.corpus import pipeline

    class Handed:
        tally = None
        slurm_job = "4711"

    # No Slurm is to be had here; what it answers is tested where it is called.
    monkeypatch.setattr(pipeline, "preprocess", lambda *_, **__: Handed())
    with pytest.raises(RunIncomplete, match="its last job is 4711"):
        preparing.Preprocess().run(context(where), Quiet())


def test_training_tells_how_far_it_is() -> None:
    from trainer.training.plan import Progress

    work = Quiet()
    shown(work)(Progress(40, 9_000, 30.0, 0.25, 1.5, 0.001, 300.0))
    assert work.said == ["250/1000 loss 1.500 at step 40, 300 tokens/s, 1 min 30 s left"]
