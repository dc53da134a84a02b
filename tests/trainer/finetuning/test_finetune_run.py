"""Whole runs, with a tiny model that really learns a toy review task."""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import torch

from coderasst_hook.errors import StoreError
from testing.finetuning_examples import verdict
from testing.finetuning_model import toy_examples
from trainer.config_training import FinetuneSettings
from trainer.dataset.example import TRAIN, VALIDATION, Example
from trainer.finetuning import steps
from trainer.finetuning.identity import identity
from trainer.finetuning.loading import model_of
from trainer.finetuning.preparing import Prepared, Request, prepare
from trainer.finetuning.running import Finetuned, finetune
from trainer.finetuning.start import Start
from trainer.finetuning.work import Watching
from trainer.registry import Promotion, Registry
from trainer.weights import weights_of
from trainer.workspace import Workspace

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
SETTINGS = FinetuneSettings(
    epochs=10,
    learning_rate=8e-3,
    adapter_learning_rate=8e-3,
    step_tokens=1024,
    measured=24,
    measured_tokens=32,
    patience=0,
    validations=4,
    checkpoints=3,
)


def workspace_at(root: Path, start: Path, examples: list[Example]) -> Workspace:
    workspace = Workspace(root / "data")
    shutil.copytree(start, workspace.base_model)
    write(workspace, examples)
    return workspace


def write(workspace: Workspace, examples: list[Example]) -> None:
    workspace.dataset.mkdir(parents=True, exist_ok=True)
    for split in (TRAIN, VALIDATION):
        lines = [one.to_json() + "\n" for one in examples if one.split == split]
        (workspace.dataset / f"{split}.jsonl").write_text("".join(lines))


def toy() -> list[Example]:
    return [*toy_examples(), *toy_examples(VALIDATION, start=1, step=6)]


def run(workspace: Workspace, settings: FinetuneSettings = SETTINGS, **request: Any) -> Finetuned:
    prepared = prepare(workspace, settings, Request(**request))
    return finetune(prepared, workspace, Watching(lambda sentence: None), now=NOW)


@pytest.fixture(scope="module")
def learned(
    tiny_start: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Workspace, Finetuned]:
    """A run that ended. Not to be written to; copy the workspace."""
    workspace = workspace_at(tmp_path_factory.mktemp("learned"), tiny_start, toy())
    torch.set_num_threads(1)
    return workspace, run(workspace)


def test_a_tiny_model_learns_a_toy_review_task(learned: tuple[Workspace, Finetuned]) -> None:
    _, done = learned
    results = done.results

    assert results.before is not None
    assert results.after is not None
    assert results.supervised is not None
    assert (results.before.all.f1, results.before.all.validity) == (0.0, 0.0)
    assert results.after.all.f1 is not None
    assert results.after.all.f1 > 0.9
    assert results.after.all.validity == 1.0
    assert results.supervised.best is not None
    assert results.supervised.best < 0.1


def test_the_run_is_a_candidate_with_all_its_papers(learned: tuple[Workspace, Finetuned]) -> None:
    workspace, done = learned
    folder = done.run.path

    entry = Registry(workspace.models).get(done.run.id)
    assert entry == done.entry
    assert (entry.kind, entry.parent, entry.form) == (
        "finetuned",
        "processed/ai_coder_model",
        "compact",
    )
    assert entry.weights == weights_of(folder / "model")
    assert {path.name for path in folder.iterdir()} == {
        *("run.json", "metrics.jsonl", "training_report.html", "README.md"),
        *("tensorboard", "evaluation", "model"),
    }
    told = json.loads((folder / "run.json").read_text())
    assert told["outcome"]["model"] == done.run.id
    assert told["inputs"]["dataset"] == entry.data
    card = (folder / "README.md").read_text()
    assert "MIT: 192 examples of owner/code" in card
    assert "| F1 | 0.0 % |" in card
    assert "What it gets right" in (folder / "training_report.html").read_text()


def test_the_model_stands_for_itself(learned: tuple[Workspace, Finetuned]) -> None:
    _, done = learned
    names = {path.name for path in (done.run.path / "model").iterdir()}

    assert {"config.json", "model.safetensors", "tokenizer.json", "tokenizer.model"} <= names


def test_a_run_that_was_killed_goes_on_to_the_same_model(
    learned: tuple[Workspace, Finetuned], tiny_start: Path, tmp_path: Path
) -> None:
    _, whole = learned
    workspace = workspace_at(tmp_path, tiny_start, toy())

    def kill(progress: Any) -> None:
        if progress.share > 0.5:
            raise _Killed

    prepared = prepare(workspace, SETTINGS, Request())
    with pytest.raises(_Killed):
        finetune(prepared, workspace, Watching(lambda said: None, kill), now=NOW)
    assert Registry(workspace.models).models() == ()
    said: list[str] = []

    resumed = finetune(prepared, workspace, Watching(said.append), now=NOW)

    assert said[0] == f"goes on with {resumed.run.id}"
    assert resumed.results.supervised is not None
    assert resumed.results.supervised.resumed_at > 0
    assert weights_of(resumed.run.model) == weights_of(whole.run.model)
    assert len(list(workspace.models.glob("finetune-*"))) == 1


@pytest.mark.parametrize("step", ["put_in_place", "tidy"])
def test_killed_behind_the_training_nothing_is_trained_again(
    tiny_start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    workspace = workspace_at(tmp_path, tiny_start, toy())
    few = SETTINGS.model_copy(update={"epochs": 1.0, "measured": 0})

    def killed(*unused: object, **others: object) -> None:
        raise _Killed

    with monkeypatch.context() as patched:
        patched.setattr(steps, step, killed)
        with pytest.raises(_Killed):
            run(workspace, few)
    monkeypatch.setattr(steps, "supervise", killed)

    done = run(workspace, few)

    assert Registry(workspace.models).models() == (done.entry,)
    assert (done.run.path / "model" / "config.json").is_file()
    assert not done.run.checkpoints.exists()


def test_an_adapter_is_a_candidate_of_its_own(tiny_start: Path, tmp_path: Path) -> None:
    workspace = workspace_at(tmp_path, tiny_start, toy())
    settings = SETTINGS.model_copy(update={"method": "lora", "epochs": 2.0})

    done = run(workspace, settings)

    assert done.entry is not None
    assert done.entry.folder.endswith("/adapter")
    assert (done.run.adapter / "adapter_model.safetensors").is_file()
    assert not done.run.model.exists()


def test_an_adapter_may_be_merged_in_the_end(tiny_start: Path, tmp_path: Path) -> None:
    workspace = workspace_at(tmp_path, tiny_start, toy())
    settings = SETTINGS.model_copy(update={"method": "lora", "epochs": 1.0, "measured": 0})

    done = run(workspace, settings, merge=True)

    assert done.entry is not None
    assert done.entry.folder.endswith("/model")
    model = model_of(Start("merged", done.run.model, "test"))
    begin = model_of(Start("start", tiny_start, "test"))
    assert not torch.equal(
        model.model.layers[0].mlp.up_proj.weight, begin.model.layers[0].mlp.up_proj.weight
    )


def test_people_taste_is_learned_and_the_rest_is_kept(
    learned: tuple[Workspace, Finetuned], tmp_path: Path
) -> None:
    """Point 2 of the whole loop, in small: from the promoted model, by 30 verdicts."""
    before, first = learned
    workspace = Workspace(tmp_path / "data")
    shutil.copytree(before.root, workspace.root)
    Registry(workspace.models).promote(Promotion(first.run.id, NOW, "coderasst", "coderasst:first"))
    verdicts = [
        *(verdict(f"python\n1+except v{n}:", rejected=["broad-except"]) for n in range(15)),
        *(verdict(f"python\n1+eval(v{n})", accepted=["code-injection"]) for n in range(15)),
    ]
    write(workspace, [*toy(), *verdicts])
    settings = SETTINGS.model_copy(update={"epochs": 6.0, "learning_rate": 4e-3})

    done = run(workspace, settings, named=first.run.id)

    assert done.results.before is not None
    assert done.results.after is not None
    assert done.results.before.unwanted >= 5
    assert done.results.after.unwanted <= 0.2 * done.results.before.unwanted
    kept = done.results.after.all
    assert kept.recall is not None
    assert kept.recall >= 0.9


def test_preferences_follow_the_examples_where_there_are_enough(
    tiny_start: Path, tmp_path: Path
) -> None:
    verdicts = [
        *(verdict(f"python\n1+except v{n}:", rejected=["broad-except"]) for n in range(4)),
        *(verdict(f"python\n1+eval(v{n})", accepted=["code-injection"]) for n in range(4)),
    ]
    workspace = workspace_at(tmp_path, tiny_start, [*toy_examples(step=4), *verdicts])
    settings = SETTINGS.model_copy(
        update={
            "epochs": 1.0,
            "measured": 0,
            "preference_verdicts": 8,
            "preference_each": 4,
            "preference_batch": 4,
        }
    )

    done = run(workspace, settings)

    assert done.results.preferred is not None
    assert done.results.preferred["stopped"] == "done"
    lines = [json.loads(line) for line in done.run.metrics.read_text().splitlines()]
    assert [one["preference step"] for one in lines if "preference step" in one] == [1, 2, 3, 4]
    assert done.entry is not None


def test_a_full_disk_is_found_before_anything_is_trained(
    tiny_start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = workspace_at(tmp_path, tiny_start, toy())
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage._replace(free=1_000_000))

    with pytest.raises(StoreError, match=r"disk has 0\.0 GB left"):
        run(workspace)


def test_another_seed_is_another_run(tiny_start: Path, tmp_path: Path) -> None:
    workspace = workspace_at(tmp_path, tiny_start, toy())

    def key(**changes: Any) -> str:
        prepared: Prepared = prepare(workspace, SETTINGS.model_copy(update=changes), Request())
        return identity(prepared)

    assert key() == key()
    assert key() != key(seed=18)


class _Killed(BaseException):
    """Not caught by anybody, as a kill is not."""
