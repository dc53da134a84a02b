"""Supervised finetuning: answers to requests, on the loop that base models are trained with.

The loss is on the answer and the token that ends it. Tokens of the prompt count ``prompt_loss``
beside it: next to nothing for a model that has read billions of tokens, and worth some time for one
that has not, since learning to continue code is learning to read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

from trainer.config_training import FinetuneSettings
from trainer.finetuning.rendering import Encoded
from trainer.training.loop import Validation, Watch, train
from trainer.training.packing import PackedRows, Sample, pack
from trainer.training.plan import Outcome, Plan

if TYPE_CHECKING:
    from trainer.run_folder import RunFolder

FEWEST_VALIDATED = 5
"""Examples on which a loss says anything."""


def rows_of(examples: Iterable[Encoded], context: int, prompt_loss: float = 0.0) -> PackedRows:
    """Whole examples in rows of at most ``context`` tokens; none attends to another."""
    return pack((sample_of(one, prompt_loss) for one in examples), context)


def sample_of(example: Encoded, prompt_loss: float = 0.0) -> Sample:
    weights = example.weights(prompt_loss)
    learned = weights > 0
    weights[~learned] = 1.0
    return Sample(cast(Sequence[int], example.ids), cast(Sequence[bool], learned), weights)


def plan_of(rows: PackedRows, settings: FinetuneSettings, *, rate: float) -> Plan:
    """``rate``: the highest learning rate. Steps are of about ``step_tokens`` tokens, but there are
    a few of them where the data is little."""
    batch = max(1, min(settings.step_tokens // rows.context, len(rows) // _FEWEST_STEPS))
    if settings.at_once:
        batch = -(-batch // settings.at_once) * settings.at_once
    learned = settings.epochs * len(rows)
    if settings.max_tokens:
        learned = min(learned, settings.max_tokens / rows.context)
    steps = max(1, round(learned / batch))
    return Plan(
        seed=settings.seed,
        batch=batch,
        at_once=settings.at_once or None,
        epochs=settings.epochs,
        max_tokens=settings.max_tokens or None,
        max_seconds=settings.max_seconds or None,
        optimiser=settings.optimiser,
        learning_rate=rate,
        schedule=settings.schedule,
        warm_up=settings.warmup,
        weight_decay=settings.weight_decay,
        log_steps=max(1, min(10, steps // 10)),
        validations=settings.validations,
        patience=settings.patience or None,
        checkpoint_steps=max(1, steps // settings.checkpoints),
    )


_FEWEST_STEPS = 8


def supervise(
    model: Any,
    train_on: Sequence[Encoded],
    validate_on: Sequence[Encoded],
    settings: FinetuneSettings,
    run: RunFolder,
    *,
    context: int,
    rate: float,
    pad: int,
    watch: Watch | None = None,
) -> Outcome:
    """Train ``model`` in place; see ``trainer.training.loop.train`` for what it raises, and for how
    it goes on where it was stopped."""
    rows = rows_of(train_on, context, settings.prompt_loss)
    validation = None
    if len(validate_on) >= FEWEST_VALIDATED:
        # What counts is what it answers, whatever it was taught besides.
        validation = Validation(rows_of(validate_on, context))
    plan = plan_of(rows, settings, rate=rate)
    return train(model, rows, validation, plan, run, pad=pad, watch=watch)
