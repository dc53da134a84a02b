"""In which order rows are learned from: decided by the seed alone, wherever a run begins."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

import numpy as np

from trainer.training.rows import Integers, Row, Rows

_LOOKED_AT = 64
"""Rows that stand for all in a fingerprint."""


class Ordered:
    """``total`` rows of a training, epoch behind epoch, each in an order of its own. Seen through
    this, all of training is one pass over it: to go on, nothing but the position is needed."""

    def __init__(self, rows: Rows, total: int, seed: int) -> None:
        self._rows = rows
        self._total = total
        self._permuted = lru_cache(maxsize=2)(self._permutation)
        self._seed = seed

    def __len__(self) -> int:
        return self._total

    def __getitem__(self, index: int) -> Row:
        epoch, place = divmod(index, len(self._rows))
        return self._rows[int(self._permuted(epoch)[place])]

    def _permutation(self, epoch: int) -> Integers:
        return np.random.default_rng((self._seed, epoch)).permutation(len(self._rows))


def fingerprint(rows: Rows) -> str:
    """Of the number of rows, and of some of them: other data has another one."""
    digest = sha256(f"{len(rows)} {rows.context}".encode())
    for index in np.linspace(0, len(rows) - 1, min(_LOOKED_AT, len(rows)), dtype=np.int64):
        row = rows[int(index)]
        for array in (row.ids, row.targets):
            digest.update(np.asarray(array, dtype=np.int64).tobytes())
    return digest.hexdigest()
