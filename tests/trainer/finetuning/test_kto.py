from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import TrainerCallback

from testing.finetuning_examples import SYSTEM, verdict
from testing.finetuning_model import tokenizer_in
from trainer.config_training import FinetuneSettings
from trainer.dataset.example import Example
from trainer.finetuning import kto
from trainer.finetuning.adapters import with_adapter
from trainer.finetuning.loading import model_of
from trainer.finetuning.preferences import Judged, judged, opinions
from trainer.finetuning.rendering import Renderer
from trainer.finetuning.start import Start

SETTINGS = FinetuneSettings(
    preference_learning_rate=3e-3,
    preference_batch=4,
    preference_epochs=4,
    preference_beta=0.5,
    adapter_rank=4,
)


def verdicts() -> list[Example]:
    return [
        *(verdict(f"python\n1+len(a{n})", rejected=["dead-code"]) for n in range(6)),
        *(verdict(f"python\n1+eval(b{n})", accepted=["code-injection"]) for n in range(6)),
    ]


def loaded(folder: Path) -> Any:
    return model_of(Start("tiny", folder, "test"))


def log_probability(model: Any, renderer: Renderer, one: Example, *, wanted: bool) -> float:
    assert one.preference is not None
    text = one.preference.chosen if wanted else one.preference.rejected
    encoded = next(renderer.encoded([replace(one, answer=text)]))
    ids = torch.as_tensor(encoded.ids.tolist())[None]
    with torch.no_grad():
        logits = model(input_ids=ids).logits.log_softmax(-1)[0, :-1]
    chosen = logits.gather(1, ids[0, 1:, None])[encoded.prompt - 1 :]
    return float(chosen.sum())


def margins(model: Any, renderer: Renderer) -> list[float]:
    model.eval()
    return [
        log_probability(model, renderer, one, wanted=True)
        - log_probability(model, renderer, one, wanted=False)
        for one in verdicts()
    ]


def trained(folder: Path, checkpoints: Path, *, adapted: bool = False, **changes: Any) -> Any:
    model: Any = loaded(folder)
    reference = None if adapted else loaded(folder)
    settings = SETTINGS.model_copy(update=changes.pop("settings", {}))
    if adapted:
        torch.manual_seed(1)
        model = with_adapter(model, "lora", settings)
    tokenizer = tokenizer_in(folder)
    renderer = Renderer(tokenizer, longest=128)
    found = opinions(changes.pop("examples", verdicts()), renderer, seed=1)
    schedule = kto.Schedule(checkpoints, seed=1, longest=128, **changes)
    kto.train(model, reference, tokenizer, found, settings, schedule)
    return model


@pytest.mark.parametrize("adapted", [False, True], ids=["full", "lora"])
def test_wanted_answers_become_likelier_than_unwanted_ones(
    tiny_start: Path, tmp_path: Path, adapted: bool
) -> None:
    renderer = Renderer(tokenizer_in(tiny_start), longest=128)
    before = margins(loaded(tiny_start), renderer)

    after = margins(trained(tiny_start, tmp_path, adapted=adapted), renderer)

    assert all(new > old for new, old in zip(after, before, strict=True))


def test_a_verdict_that_weighs_little_moves_little(tiny_start: Path, tmp_path: Path) -> None:
    renderer = Renderer(tokenizer_in(tiny_start), longest=128)
    before = margins(loaded(tiny_start), renderer)
    # Adam takes steps of one size, whatever the gradient: what counts is the one beside the other.
    light = [replace(one, weight=0.01) if one.is_clean else one for one in verdicts()]

    after = margins(trained(tiny_start, tmp_path / "light", examples=light), renderer)
    even = margins(trained(tiny_start, tmp_path / "even"), renderer)

    moved = [new - old for new, old in zip(after, before, strict=True)]
    moved_evenly = [new - old for new, old in zip(even, before, strict=True)]
    assert sum(moved[:6]) < 0.5 * sum(moved_evenly[:6])


def test_a_run_that_was_killed_goes_on_to_the_same_weights(
    tiny_start: Path, tmp_path: Path
) -> None:
    whole = trained(tiny_start, tmp_path / "whole", save_each=5)
    half = tmp_path / "half"
    shutil.copytree(tmp_path / "whole" / "checkpoint-24", tmp_path / "unused")
    with pytest.raises(_Killed):
        trained(tiny_start, half, save_each=5, callbacks=[_Kill(13)])

    resumed = trained(tiny_start, half, save_each=5)

    for (name, one), other in zip(
        whole.state_dict().items(), resumed.state_dict().values(), strict=True
    ):
        assert torch.equal(one, other), name


def test_places_are_counted_by_what_people_said() -> None:
    both = verdict("x", accepted=["off-by-one"], rejected=["dead-code"])

    assert judged([*verdicts(), both]) == Judged(accepted=6, rejected=7)


@pytest.mark.parametrize(
    ("found", "missing"),
    [
        (Judged(900, 99), "999 places were judged, and preferences need 1,000"),
        (Judged(901, 99), "901 places were accepted and 99 rejected, and preferences need 100"),
        (Judged(99, 901), "99 places were accepted and 901 rejected, and preferences need 100"),
        (Judged(900, 100), ""),
    ],
)
def test_preferences_need_enough_of_both_kinds(found: Judged, missing: str) -> None:
    said = found.missing(FinetuneSettings())
    assert said.startswith(missing)
    assert bool(said) == bool(missing)


def test_each_place_has_an_answer_of_both_kinds(tiny_start: Path) -> None:
    renderer = Renderer(tokenizer_in(tiny_start), longest=128)

    found = opinions(verdicts(), renderer, seed=1)

    assert sum(one.wanted for one in found) == 12
    assert len(found) == 24
    assert renderer.prompt(SYSTEM, verdicts()[0].user) in [
        one.encoded.ids[: one.encoded.prompt].tolist() for one in found
    ]


class _Killed(BaseException):
    """Not caught by anybody, as a kill is not."""


class _Kill(TrainerCallback):
    def __init__(self, step: int) -> None:
        self._step = step

    def on_step_end(self, args: Any, state: Any, control: Any, **unused: Any) -> None:
        if state.global_step == self._step:
            raise _Killed
