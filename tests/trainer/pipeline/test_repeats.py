from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.corpus.repeats import Occurrences, repeated

CORPUS = st.lists(st.sets(st.integers(0, 12), max_size=6), max_size=20)


def occurrences(corpus: list[set[int]], batch: int = 3) -> Iterator[Occurrences]:
    for start in range(0, len(corpus), batch):
        pairs = [
            (value, number)
            for number, values in enumerate(corpus[start : start + batch], start)
            for value in sorted(values)
        ]
        yield Occurrences(
            np.array([value for value, _ in pairs], np.uint64),
            np.array([number for _, number in pairs], np.int64),
        )


@given(corpus=CORPUS, allowed=st.integers(1, 4), at_a_time=st.sampled_from([1, 5, 1000]))
def test_a_paragraph_stays_in_as_many_documents_as_it_may(
    corpus: list[set[int]], allowed: int, at_a_time: int
) -> None:
    found = repeated(lambda: occurrences(corpus), allowed, at_a_time=at_a_time)
    seen: dict[int, int] = {}
    for number, values in enumerate(corpus):
        for value in values:
            seen[value] = seen.get(value, 0) + 1
            assert found.is_cut(value, number) == (seen[value] > allowed)


@pytest.mark.parametrize("hashes", [[0, 0, 1], [2**64 - 1, 2**64 - 1]])
def test_the_least_and_the_greatest_hash_are_hashes_like_others(hashes: list[int]) -> None:
    corpus = [{value} for value in hashes]
    found = repeated(lambda: occurrences(corpus), 1)
    assert found.hashes.tolist() == [hashes[0]]
    assert found.last.tolist() == [0]


def test_a_document_is_looked_at_whole() -> None:
    found = repeated(lambda: occurrences([{1}, {1}, {1, 2}]), 1)
    assert found.among(np.array([2, 1], np.uint64), 2)
    assert not found.among(np.array([2], np.uint64), 2)
    assert not found.among(np.array([2, 1], np.uint64), 0)
