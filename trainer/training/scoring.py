"""How well a model predicts rows that it was not trained on."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trainer.training.losses import Entropies, summed_loss
from trainer.training.rows import IGNORED, Row, Rows, batch_of

if TYPE_CHECKING:
    import torch
    from accelerate import Accelerator


@dataclass(frozen=True, slots=True)
class Validation:
    """Rows that are never trained on.

    With ``units``, the score is bits per byte: the cross entropy of all targets in nats, divided by
    ln 2 and by ``units``, the bytes (UTF-8) of the text that the rows hold. Unlike the loss of a
    token it compares models of different tokenizers (Gao et al., 2020, section 3.1). Without, it is
    the mean loss of a target in nats, weighted. Lower is better.
    """

    rows: Rows
    units: int | None = None

    @property
    def name(self) -> str:
        return "bits per byte" if self.units else "validation loss"


def score(
    model: torch.nn.Module,
    head: torch.nn.Module,
    validation: Validation,
    accelerator: Accelerator,
    *,
    at_once: int,
    pad: int,
    compiled: Entropies | None = None,
) -> float:
    """Every process scores its part of the rows; all get the same number. ``model`` is left in the
    mode that it was in."""
    import torch

    rows, context = validation.rows, validation.rows.context
    device = accelerator.device
    sums = torch.zeros(2, dtype=torch.float64)
    was_training = model.training
    model.eval()
    with torch.no_grad():
        for batch in _batches(rows, accelerator, at_once):
            tensors = batch_of(batch, pad, context)
            weights = tensors["weights"][tensors["labels"] != IGNORED]
            loss = summed_loss(
                model, head, {name: one.to(device) for name, one in tensors.items()}, compiled
            )
            sums += torch.tensor([float(loss), float(weights.sum())], dtype=torch.float64)
    model.train(was_training)
    if accelerator.num_processes > 1:
        sums = accelerator.reduce(sums.to(device)).cpu()
    nats, weight = sums.tolist()
    if validation.units:
        return float(nats / math.log(2) / validation.units)
    return float(nats / max(weight, 1.0))


def _batches(rows: Rows, accelerator: Accelerator, at_once: int) -> Iterator[list[Row]]:
    """Of this process: as many batches as each other one has, for they compute together; where rows
    run out, with rows without targets."""
    processes, mine = accelerator.num_processes, accelerator.process_index
    width = processes * at_once
    for start in range(0, len(rows), width):
        yield [_row(rows, start + mine + processes * place) for place in range(at_once)]


def _row(rows: Rows, index: int) -> Row:
    if index < len(rows):
        return rows[index]
    row = rows[0]
    return Row(row.ids, row.positions, np.full(len(row), IGNORED))
