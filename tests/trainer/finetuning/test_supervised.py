from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from testing.finetuning_examples import example
from testing.finetuning_model import tokenizer_in, toy_examples
from trainer.config_training import FinetuneSettings
from trainer.finetuning.loading import model_of
from trainer.finetuning.rendering import Encoded, Renderer
from trainer.finetuning.start import Start
from trainer.finetuning.supervised import plan_of, rows_of, sample_of
from trainer.training.losses import head_of, summed_loss
from trainer.training.packing import pack
from trainer.training.rows import IGNORED, batch_of

CONTEXT = 128


@pytest.fixture
def model(tiny_start: Path) -> Any:
    return model_of(Start("tiny", tiny_start, "test"))


@pytest.fixture
def encoded(tiny_start: Path) -> list[Encoded]:
    renderer = Renderer(tokenizer_in(tiny_start), longest=CONTEXT)
    return list(renderer.encoded(toy_examples()[:9]))


def loss_of(model: Any, rows: Any) -> torch.Tensor:
    return summed_loss(model, head_of(model), batch_of(list(rows.rows), pad=3))


def test_the_targets_are_the_answer_and_its_end(encoded: list[Encoded]) -> None:
    row = sample_of(encoded[0]).row()

    learned = row.targets[row.targets != IGNORED]

    assert learned.tolist() == encoded[0].answer.tolist()


def test_nothing_is_learned_from_the_prompt(model: Any, encoded: list[Encoded]) -> None:
    """Each token's row of the head is pulled where that token is a target, and nearly not at all
    where it is none."""
    head = torch.nn.Linear(64, 448, bias=False)
    head.weight.data.copy_(model.get_input_embeddings().weight.data)
    model.set_output_embeddings(head)
    model.config.tie_word_embeddings = False
    one = encoded[0]
    # The first token follows nothing.
    only_prompt = sorted(set(one.ids[1 : one.prompt].tolist()) - set(one.answer.tolist()))

    pulled: dict[float, Any] = {}
    for prompt_loss in (0.0, 0.5):
        head.weight.grad = None
        loss_of(model, rows_of([one], CONTEXT, prompt_loss)).backward()
        assert head.weight.grad is not None
        pulled[prompt_loss] = head.weight.grad.norm(dim=1)

    assert only_prompt
    assert (pulled[0.5][only_prompt] > 5 * pulled[0.0][only_prompt]).all()


def test_prompt_loss_is_the_weight_of_a_prompt_token(model: Any, encoded: list[Encoded]) -> None:
    one = encoded[0]
    answers = loss_of(model, rows_of([one], CONTEXT)).item()
    everything = loss_of(model, rows_of([one], CONTEXT, 1.0)).item()

    some = loss_of(model, rows_of([one], CONTEXT, 0.25)).item()

    assert some == pytest.approx(answers + 0.25 * (everything - answers), rel=1e-4)


def test_an_example_counts_by_its_weight(model: Any, encoded: list[Encoded]) -> None:
    one, other = encoded[0], encoded[2]
    losses = [loss_of(model, rows_of([each], CONTEXT)).item() for each in (one, other)]

    both = loss_of(model, rows_of([one, replace(other, weight=0.25)], CONTEXT)).item()

    assert both == pytest.approx(losses[0] + 0.25 * losses[1], rel=1e-4)


def test_packed_examples_are_as_if_each_stood_alone(model: Any, encoded: list[Encoded]) -> None:
    packed = rows_of(encoded, CONTEXT)
    alone = sum(loss_of(model, rows_of([one], CONTEXT)).item() for one in encoded)

    assert len(packed) < len(encoded)
    assert loss_of(model, packed).item() == pytest.approx(alone, rel=1e-4)


def test_gradients_of_packed_examples_are_those_of_single_ones(
    model: Any, encoded: list[Encoded]
) -> None:
    loss_of(model, rows_of(encoded, CONTEXT)).backward()
    packed = [one.grad.clone() for one in model.parameters()]
    model.zero_grad()
    for each in encoded:
        loss_of(model, rows_of([each], CONTEXT)).backward()

    for together, one in zip(packed, model.parameters(), strict=True):
        assert torch.allclose(together, one.grad, atol=1e-4)


def test_little_data_makes_several_steps_all_the_same(encoded: list[Encoded]) -> None:
    plan = plan_of(rows_of(encoded, CONTEXT), FinetuneSettings(epochs=8), rate=1e-3)

    assert plan.batch == 1
    assert (plan.checkpoint_steps or 0) >= 1


def test_steps_have_about_as_many_tokens_as_asked_for() -> None:
    many = pack((sample_of(_made(100)) for _ in range(640)), CONTEXT)

    plan = plan_of(many, FinetuneSettings(step_tokens=2048, at_once=3), rate=1e-3)

    assert (plan.batch, plan.at_once) == (18, 3)


def test_a_limit_of_tokens_is_also_one_of_what_is_saved_on_the_way() -> None:
    many = pack((sample_of(_made(100)) for _ in range(640)), CONTEXT)
    chosen = {"step_tokens": 1024, "checkpoints": 5}

    whole = plan_of(many, FinetuneSettings(**chosen), rate=1e-3)
    short = plan_of(many, FinetuneSettings(**chosen, max_tokens=20_480), rate=1e-3)

    assert (whole.max_tokens, short.max_tokens) == (None, 20_480)
    assert short.checkpoint_steps == 4 < (whole.checkpoint_steps or 0)


def _made(length: int) -> Encoded:
    return Encoded(np.arange(length, dtype=np.int32), prompt=length - 4)


def test_left_out_examples_leave_no_row(tiny_start: Path) -> None:
    renderer = Renderer(tokenizer_in(tiny_start), longest=40)

    assert len(rows_of(renderer.encoded([example("x" * 400)]), 40)) == 0
