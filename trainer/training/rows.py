"""What a batch is made of. A row holds whole documents one behind the other, with no padding
between them; positions start again with each, and by that the attention keeps them apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

IGNORED = -100
"""The target of a token behind which nothing is to be learned."""

Integers = NDArray[np.integer[Any]]
Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Row:
    """Arrays of one length."""

    ids: Integers
    positions: Integers
    """0, 1, 2 … from the start of each document."""
    targets: Integers
    """The token that should follow, or ``IGNORED``: always at the end of a document."""
    weights: Floats | None = None
    """How much each target counts; all of them 1 where there are none. Above 0."""

    def __len__(self) -> int:
        return len(self.ids)


class Rows(Protocol):
    """A ``torch.utils.data.Dataset``, by its shape."""

    @property
    def context(self) -> int:
        """No row is longer."""
        ...

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> Row: ...


def batch_of(rows: list[Row], pad: int, length: int | None = None) -> dict[str, torch.Tensor]:
    """``input_ids``, ``position_ids``, ``labels`` and ``weights``, each (rows, ``length``), the
    longest row's where none is given; and ``tokens``, (1,): how many there are without padding. A
    shorter row ends in padding that is one more document."""
    import torch

    length = length or max(map(len, rows))
    ids = np.full((len(rows), length), pad, dtype=np.int64)
    positions = np.tile(np.arange(length, dtype=np.int64), (len(rows), 1))
    targets = np.full((len(rows), length), IGNORED, dtype=np.int64)
    weights = np.ones((len(rows), length), dtype=np.float32)
    for number, row in enumerate(rows):
        end = len(row)
        ids[number, :end] = row.ids
        positions[number, :end] = row.positions
        positions[number, end:] -= end
        targets[number, :end] = row.targets
        if row.weights is not None:
            weights[number, :end] = row.weights
    return {
        "input_ids": torch.from_numpy(ids),
        "position_ids": torch.from_numpy(positions),
        "labels": torch.from_numpy(targets),
        "weights": torch.from_numpy(weights),
        "tokens": torch.tensor([sum(map(len, rows))]),
    }
