from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.corpus import dedup
from trainer.corpus.dedup import UNLIKE, exact, near, rows_of_a_band
from trainer.corpus.signatures import PERMUTATIONS, Signatures


def family(sizes: list[int], seed: int = 1) -> Signatures:
    """One signature; then one for each of ``sizes``, which has so many values of the first."""
    random = np.random.default_rng(seed)
    rows = random.integers(0, 1 << 16, (1 + len(sizes), PERMUTATIONS), dtype=np.uint16)
    for row, size in enumerate(sizes, start=1):
        same = random.choice(PERMUTATIONS, size, replace=False)
        rows[row, same] = rows[0, same]
    return rows


def all_of(rows: Signatures) -> dedup.Flags:
    return np.ones(len(rows), np.bool_)


def test_the_first_of_equal_hashes_stays() -> None:
    hashes = np.array([5, 3, 5, 5, 3, 9], np.uint64)
    assert exact(hashes).tolist() == [UNLIKE, UNLIKE, 0, 0, 1, UNLIKE]


def test_a_document_goes_that_shares_enough_with_one_before_it() -> None:
    rows = family([128, 120, 100, 70, 10])
    assert near(rows, all_of(rows), 0.7).tolist() == [UNLIKE, 0, 0, 0, UNLIKE, UNLIKE]


def test_the_threshold_is_the_one_that_was_set() -> None:
    rows = family([110])
    assert near(rows, all_of(rows), 110 / 128).tolist() == [UNLIKE, 0]
    assert near(rows, all_of(rows), 111 / 128).tolist() == [UNLIKE, UNLIKE]


def test_what_is_like_a_dropped_one_alone_stays() -> None:
    rows = family([100])
    third = rows[1].copy()
    # Takes back most of what the second has of the first.
    shared = np.flatnonzero(rows[0] == rows[1])
    third[shared[:36]] += 1
    rows = np.vstack([rows, third])
    assert (rows[2] == rows[1]).mean() >= 0.7
    assert near(rows, all_of(rows), 0.7).tolist() == [UNLIKE, 0, UNLIKE]


def test_those_left_out_are_neither_dropped_nor_compared_with() -> None:
    rows = family([128, 128])
    among = np.array([False, True, True])
    assert near(rows, among, 0.7).tolist() == [UNLIKE, UNLIKE, 1]


def test_nothing_is_like_nothing() -> None:
    rows = np.empty((0, PERMUTATIONS), np.uint16)
    assert near(rows, all_of(rows), 0.7).tolist() == []
    assert exact(np.empty(0, np.uint64)).tolist() == []


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7, 0.8, 0.9, 0.99])
def test_bands_find_what_is_just_alike_enough(threshold: float) -> None:
    rows = rows_of_a_band(threshold)
    assert 1 - (1 - threshold**rows) ** (PERMUTATIONS // rows) >= dedup.RECALL
    more = rows + 1
    assert 1 - (1 - threshold**more) ** (PERMUTATIONS // more) < dedup.RECALL


def test_at_the_threshold_hardly_any_is_missed() -> None:
    found = 0
    for seed in range(100):
        rows = family([90], seed)
        found += near(rows, all_of(rows), 0.7)[1] == 0
    assert found >= 96


@settings(max_examples=30)
@given(sizes=st.lists(st.integers(0, PERMUTATIONS), max_size=30), seed=st.integers(0, 99))
def test_each_that_goes_is_alike_to_one_that_stays(sizes: list[int], seed: int) -> None:
    rows = family(sizes, seed)
    like = near(rows, all_of(rows), 0.7)
    for document, other in enumerate(like):
        if other != UNLIKE:
            assert other < document
            assert like[other] == UNLIKE
            assert (rows[document] == rows[other]).mean() >= 0.7


def test_a_boilerplate_is_not_compared_with_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dedup, "_MOST_IN_BUCKET", 2)
    random = np.random.default_rng(5)
    rows = random.integers(0, 1 << 16, (50, PERMUTATIONS), dtype=np.uint16)
    rows[:, :20] = 7  # four buckets that all are in
    assert (near(rows, all_of(rows), 0.7) == UNLIKE).all()
    # What is alike is still found, through the buckets that it has for itself.
    rows[49] = rows[30]
    assert near(rows, all_of(rows), 0.7)[49] == 30
