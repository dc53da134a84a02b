"""Which paragraphs occur in more documents than they may, and from which document on they go.

Memory is bounded: hashes are looked at in parts, by their value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

AT_A_TIME = 4_000_000
"""Hashes: about 150 MB."""

Hashes = np.ndarray[Any, np.dtype[np.uint64]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Of one batch of documents: ``hashes[i]`` is of a paragraph of document ``documents[i]``.
    Each document has each hash once; documents are in order."""

    hashes: Hashes
    documents: Numbers


@dataclass(frozen=True, slots=True)
class Repeated:
    """Sorted by hash. A paragraph stays in the documents up to number ``last``."""

    hashes: Hashes
    last: Numbers

    def is_cut(self, paragraph: int, document: int) -> bool:
        return self.among(np.array([paragraph], np.uint64), document)

    def among(self, hashes: Hashes, document: int) -> bool:
        """Whether any of ``hashes`` is to be cut from ``document``."""
        if not len(self.hashes):
            return False
        places = np.searchsorted(self.hashes, hashes)
        places[places == len(self.hashes)] = 0
        return bool(((self.hashes[places] == hashes) & (self.last[places] < document)).any())


def repeated(
    read: Callable[[], Iterable[Occurrences]], allowed: int, *, at_a_time: int = AT_A_TIME
) -> Repeated:
    """``read`` is called once more than there are parts; each time it gives all occurrences."""
    total = sum(len(batch.hashes) for batch in read())
    parts = max(1, -(-total // at_a_time))
    found = [_of_part(_part(read(), part, parts), allowed) for part in range(parts)]
    hashes = np.concatenate([one.hashes for one in found])
    last = np.concatenate([one.last for one in found])
    order = np.argsort(hashes)
    return Repeated(hashes[order], last[order])


def _part(batches: Iterable[Occurrences], part: int, parts: int) -> Iterator[Occurrences]:
    for batch in batches:
        mine = batch.hashes % np.uint64(parts) == part
        yield Occurrences(batch.hashes[mine], batch.documents[mine])


def _of_part(batches: Iterable[Occurrences], allowed: int) -> Repeated:
    read = list(batches)
    hashes = np.concatenate([np.empty(0, np.uint64), *(batch.hashes for batch in read)])
    documents = np.concatenate([np.empty(0, np.int64), *(batch.documents for batch in read)])
    # Stable: within one hash the documents stay in their order.
    order = np.argsort(hashes, kind="stable")
    hashes, documents = hashes[order], documents[order]
    starts = np.flatnonzero(np.diff(hashes, prepend=~hashes[:1]))
    counts = np.diff(starts, append=len(hashes))
    often = starts[counts > allowed]
    return Repeated(hashes[often], documents[often + allowed - 1])
