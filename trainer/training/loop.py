"""The training loop, for base models and finetuning alike: transformers' ``Trainer`` with rows that
are packed, a loss that is computed only where there is a target, and a run that survives its death.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trainer.run_folder import RunFolder
from trainer.training.plan import Outcome, Plan, Progress
from trainer.training.rows import Rows

if TYPE_CHECKING:
    from transformers import PreTrainedModel

Watch = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Validation:
    """Rows that are never trained on. Their score is, in bits, the loss of all targets, divided by
    ``units``: by the bytes of their text, which makes bits per byte. Without units it is the mean
    loss of a target in nats. Lower is better."""

    rows: Rows
    units: int | None = None

    @property
    def name(self) -> str:
        return "bits per byte" if self.units else "loss"


def train(
    model: PreTrainedModel,
    rows: Rows,
    validation: Validation | None,
    plan: Plan,
    run: RunFolder,
    *,
    pad: int,
    watch: Watch | None = None,
) -> Outcome:
    """Train ``model`` on ``rows`` in place; behind it, it has the weights of the best validation, or
    the last ones where there is none. Anything that transformers' causal models are may be trained,
    one with adapters (PEFT) included: parameters that need no gradient stay as they are.

    ``pad`` is the id that fills what is left of rows. ``run`` gets ``metrics.jsonl`` (a line for
    each logged step, and for each validation), ``tensorboard/`` and ``checkpoints/``; where it has a
    whole checkpoint of the same plan and rows already, training goes on from there: the losses are
    those of a run that was never stopped. ``watch`` is told of each logged step.

    An interrupt or SIGTERM ends the step, writes a checkpoint, and the outcome says "interrupted".
    Under ``torchrun`` or ``accelerate launch`` each process calls this with the same arguments.

    Raises ``TrainingFailed`` when memory is short (naming a batch that may fit) or the loss is no
    number, ``ConfigurationError`` when a row has a token that the model does not know, and
    ``StoreError`` when the disk is full or a checkpoint belongs to another plan.
    """
    raise NotImplementedError
