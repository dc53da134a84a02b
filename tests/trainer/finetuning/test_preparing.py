from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from coderasst_hook.errors import ConfigurationError, UsageError
from testing.finetuning_examples import example, verdict
from testing.finetuning_model import toy_examples
from trainer.config_training import FinetuneSettings
from trainer.dataset.example import TRAIN, VALIDATION, Example
from trainer.finetuning.examples import digest
from trainer.finetuning.preparing import Prepared, Request, prepare
from trainer.finetuning.telling import told
from trainer.registry import Entry, Promotion, Registry
from trainer.workspace import Workspace

NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)


@pytest.fixture
def workspace(tiny_start: Path, tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path / "data")
    shutil.copytree(tiny_start, made.base_model)
    return made


def write(workspace: Workspace, *examples: Example, more: str = "") -> None:
    workspace.dataset.mkdir(parents=True, exist_ok=True)
    for split in (TRAIN, VALIDATION):
        lines = [one.to_json() + "\n" for one in examples if one.split == split]
        (workspace.dataset / f"{split}.jsonl").write_text("".join(lines))
    with (workspace.dataset / "train.jsonl").open("a") as file:
        file.write(more)


def prepared(workspace: Workspace, request: Request | None = None, **changes: Any) -> Prepared:
    settings = FinetuneSettings().model_copy(update=changes)
    return prepare(workspace, settings, request or Request())


def rejected(count: int) -> list[Example]:
    return [verdict(f"python\n1+v{n}", rejected=["broad-except"]) for n in range(count)]


def accepted(count: int) -> list[Example]:
    return [verdict(f"python\n1+w{n}", accepted=["code-injection"]) for n in range(count)]


def test_without_feedback_the_instruction_data_is_learned_and_it_is_said(
    workspace: Workspace,
) -> None:
    write(workspace, *toy_examples())

    found = prepared(workspace)

    assert (len(found.train), found.prefers, found.form) == (192, False, "compact")
    assert any(
        "no feedback yet" in said and "coderasst feedback sync" in said for said in told(found)
    )


def test_where_feedback_is_needed_its_absence_is_refused_with_the_ways_out(
    workspace: Workspace,
) -> None:
    write(workspace, *toy_examples())

    with pytest.raises(UsageError, match="no feedback to finetune on") as refused:
        prepared(workspace, Request(needs_feedback=True))

    assert "coderasst feedback sync" in str(refused.value.next_step)
    assert "--only sft" in str(refused.value.next_step)
    assert refused.value.exit_code == 2

    write(workspace, *toy_examples(), *rejected(1))
    assert prepared(workspace, Request(needs_feedback=True)).mixture.verdicts == 1


def test_preferences_without_feedback_are_refused_with_the_command_that_collects_some(
    workspace: Workspace,
) -> None:
    write(workspace, *toy_examples())

    with pytest.raises(UsageError, match="no feedback") as refused:
        prepared(workspace, Request(only="preferences"))

    assert "coderasst feedback sync" in str(refused.value.next_step)
    assert refused.value.exit_code == 2


def test_too_little_feedback_is_learned_as_examples(workspace: Workspace) -> None:
    write(workspace, *toy_examples(), *rejected(3))

    found = prepared(workspace)

    assert not found.prefers
    assert found.mixture.verdicts == 3
    assert any("3 places were judged, and preferences need 1,000" in said for said in told(found))
    with pytest.raises(UsageError, match="too little feedback"):
        prepared(workspace, Request(only="preferences"))


def test_enough_feedback_is_learned_as_preferences_too(workspace: Workspace) -> None:
    write(workspace, *toy_examples(), *rejected(4), *accepted(4))
    enough = {"preference_verdicts": 8, "preference_each": 4}

    assert prepared(workspace, **enough).prefers
    assert not prepared(workspace, Request(only="sft"), **enough).prefers
    alone = prepared(workspace, Request(only="preferences"), **enough)
    assert (alone.prefers, alone.supervises) == (True, False)


def test_what_people_reject_is_taken_out_of_the_training_and_told(workspace: Workspace) -> None:
    held_out = toy_examples(VALIDATION, step=6)
    write(workspace, *toy_examples(), *held_out, *rejected(20))

    found = prepared(workspace)

    assert found.changed == 48
    assert any("48 answers in training are silent" in said for said in told(found))
    assert all("broad-except" not in one.answer for one in found.validation_examples)


def test_what_is_spared_is_told(workspace: Workspace) -> None:
    write(workspace, *toy_examples(), *rejected(20))

    found = prepared(workspace, taste_spares=("broad-except",))

    assert found.changed == 0
    assert any("taste_spares keeps it" in said for said in told(found))


def test_what_does_not_fit_is_left_out_and_counted(workspace: Workspace) -> None:
    write(workspace, *toy_examples(), example("x" * 1_000), example("python\n1+'</s>'"))

    found = prepared(workspace)

    assert found.left_out == {"longer than the context": 1, "a text holds a control token": 1}
    assert any(said.startswith("left out: ") for said in told(found))


def test_damaged_lines_are_told(workspace: Workspace) -> None:
    write(workspace, *toy_examples(), more="{\n")

    assert "1 damaged lines" in "".join(told(prepared(workspace)))


def test_where_nothing_fits_it_is_refused(workspace: Workspace) -> None:
    write(workspace, example("x" * 1_000))

    with pytest.raises(UsageError, match="none of 1 examples can be learned: longer than"):
        prepared(workspace)


def test_rows_longer_than_the_model_reads_are_refused(workspace: Workspace) -> None:
    write(workspace, *toy_examples())

    with pytest.raises(ConfigurationError, match=r"finetune\.sequence is 256.* reads 128"):
        prepared(workspace, sequence=256)


def test_a_dataset_of_an_unknown_form_is_refused(workspace: Workspace) -> None:
    write(workspace, *(replace(one, system="coderasst later 9") for one in toy_examples()))

    with pytest.raises(ConfigurationError, match="made for another version"):
        prepared(workspace)


def test_the_model_in_force_is_not_trained_again_on_what_it_has_learned(
    workspace: Workspace,
) -> None:
    write(workspace, *toy_examples())
    registry = Registry(workspace.models)
    registry.add(
        Entry(
            *("finetune-1", "finetuned", "models/finetune-1/model", NOW, "0" * 64),
            parent=str(workspace.base_model),
            data=digest(workspace.dataset),
        )
    )
    registry.promote(Promotion("finetune-1", NOW, "coderasst", "coderasst:1"))

    with pytest.raises(UsageError, match="no feedback in it") as refused:
        prepared(workspace)
    assert "coderasst feedback sync" in str(refused.value.next_step)

    write(workspace, *toy_examples(), *rejected(1))
    assert prepared(workspace).start.name == "processed/ai_coder_model"
