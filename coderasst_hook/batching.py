"""Parts of a long series, so that no more of it than one part is in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

_Item = TypeVar("_Item")


def batches(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """``size`` items each, the last one maybe fewer; none is empty."""
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch
