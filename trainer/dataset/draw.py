"""Chance that is the same in every run, whoever asks first: it comes from a seed and a name."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from random import Random
from typing import TypeVar

T = TypeVar("T")


def number(seed: int, *name: str) -> int:
    """From 0 to 2**64 - 1."""
    key = "\0".join((str(seed), *name)).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(key, digest_size=8).digest(), "big")


class Draw:
    """``random.Random`` promises the same numbers in all versions for ``random()`` alone, so
    nothing else of it is used."""

    def __init__(self, seed: int, *name: str) -> None:
        self._random = Random(number(seed, *name))

    def share(self) -> float:
        """From 0 to below 1."""
        return self._random.random()

    def below(self, end: int) -> int:
        """From 0 to ``end - 1``."""
        return int(self._random.random() * end)

    def between(self, first: int, last: int) -> int:
        """Both inclusive."""
        return first + self.below(last - first + 1)

    def one_of(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        left = list(items)
        return [left.pop(self.below(len(left))) for _ in range(len(left))]
