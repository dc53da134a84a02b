"""Intervals and agreement against closed forms and known values."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.evaluation.agreement import Agreement, Judged
from trainer.evaluation.dimensions import FIELDS, SCORES, Counts, scores
from trainer.evaluation.intervals import (
    STATISTICS,
    Draws,
    Interval,
    by_group,
    difference,
    figure,
)


def draws(groups: int, confidence: float = 0.9, seed: int = 1) -> Draws:
    return Draws.of(groups, draws=2_000, seed=seed, confidence=confidence)


def answered(share: list[int]) -> list[Counts]:
    return [Counts(cases=1, answered=one) for one in share]


numbers = st.builds(Counts, *(st.integers(0, 50) for _ in FIELDS))


@given(numbers)
def test_the_figures_of_draws_are_those_of_the_counts(counts: Counts) -> None:
    groups, table = by_group(["one"], [counts])
    assert groups == ("one",)
    told = scores(counts)
    for name in SCORES:
        value = figure(table, STATISTICS[name], draws(1)).value
        assert value == (None if told[name] is None else pytest.approx(told[name]))


def test_every_score_has_its_statistic() -> None:
    assert set(STATISTICS) == set(SCORES)


def test_a_proportion_has_the_width_that_theory_gives_it() -> None:
    """For n independent cases the bootstrap of a proportion is binomial: its standard error is
    sqrt(p (1 - p) / n), and 95 % of a normal distribution lie within 1.96 of them."""
    n, p = 400, 0.3
    share = [1] * round(n * p) + [0] * round(n * (1 - p))
    _, table = by_group([f"{i:03}" for i in range(n)], answered(share))
    found = figure(table, STATISTICS["validity"], draws(n, 0.95))
    half = 1.959964 * sqrt(p * (1 - p) / n)
    assert found.value == p
    assert found.low == pytest.approx(p - half, abs=0.006)
    assert found.high == pytest.approx(p + half, abs=0.006)


def test_groups_and_not_cases_are_drawn() -> None:
    """Cases that are all alike within a group say no more than one of them."""
    share = [index % 2 for index in range(20)]
    _, alone = by_group([f"{i:02}" for i in range(20)], answered(share))
    _, repeated = by_group(
        [f"{i:02}" for i in range(20) for _ in range(50)],
        answered([one for one in share for _ in range(50)]),
    )
    one = figure(alone, STATISTICS["validity"], draws(20))
    many = figure(repeated, STATISTICS["validity"], draws(20))
    assert (one.low, one.high) == (many.low, many.high)


def test_a_seed_decides_the_draws() -> None:
    _, table = by_group([f"{i:02}" for i in range(20)], answered([i % 3 == 0 for i in range(20)]))
    same = figure(table, STATISTICS["validity"], draws(20))
    assert same == figure(table, STATISTICS["validity"], draws(20))


def test_a_paired_difference_is_narrower_than_its_parts() -> None:
    generator = np.random.default_rng(3)
    hard = generator.integers(0, 2, 100)
    before = answered([int(one) for one in hard])
    # Better in ten cases, and the same in all others.
    fixed = [index for index in range(100) if not hard[index]][:10]
    after = list(before)
    for index in fixed:
        after[index] = replace(after[index], answered=1)
    names = [f"{i:03}" for i in range(100)]
    (_, one), (_, other) = by_group(names, after), by_group(names, before)
    told = difference(one, other, STATISTICS["validity"], draws(100))
    assert told.value == pytest.approx(0.1)
    assert told.low is not None
    assert told.low > 0
    alone = figure(other, STATISTICS["validity"], draws(100))
    assert told.high is not None
    assert alone.high is not None
    assert alone.low is not None
    assert told.high - told.low < alone.high - alone.low


def test_equal_models_do_not_differ() -> None:
    names = [f"{i:02}" for i in range(30)]
    _, table = by_group(names, answered([i % 2 for i in range(30)]))
    told = difference(table, table, STATISTICS["validity"], draws(30))
    assert (told.value, told.low, told.high) == (0.0, 0.0, 0.0)


def test_one_group_has_no_width_and_feigns_none() -> None:
    _, table = by_group(["one", "one"], answered([1, 0]))
    assert figure(table, STATISTICS["validity"], draws(1)) == Interval(0.5)


def test_nothing_to_count_is_told_as_such() -> None:
    _, table = by_group(["a", "b"], [Counts(), Counts()])
    assert figure(table, STATISTICS["f1"], draws(2)) == Interval(None)
    assert difference(table, table, STATISTICS["f1"], draws(2)) == Interval(None)
    assert figure(np.zeros((0, len(FIELDS))), STATISTICS["f1"], draws(0)) == Interval(None)
    assert str(Interval(None)) == "–"
    assert str(Interval(0.5)) == "0.500"
    assert str(Interval(0.5, 0.25, 0.75)) == "0.500 [0.250, 0.750]"


def of(taken: list[float], rejected: list[float], group: str = "g") -> Agreement:
    return Agreement.of(
        [
            *(Judged(f"{group}{i}", True, score) for i, score in enumerate(taken)),
            *(Judged(f"{group}{i}", False, score) for i, score in enumerate(rejected)),
        ]
    )


@pytest.mark.parametrize(
    ("taken", "rejected", "auc"),
    [
        ([1.0, 1.0], [0.0, 0.0], 1.0),
        ([0.0], [1.0], 0.0),
        ([0.0, 0.0], [0.0], 0.5),
        # By hand: 0.9 beats all three, 0.4 beats one and ties one: (3 + 1.5) / 6.
        ([0.9, 0.4], [0.4, 0.8, 0.1], 0.75),
        # Binary: raised 3 of 4, silent on 2 of 3: (3/4 + 2/3) / 2.
        ([1, 1, 1, 0], [0, 0, 1], (3 / 4 + 2 / 3) / 2),
    ],
)
def test_the_area_is_what_one_counts_by_hand(
    taken: list[float], rejected: list[float], auc: float
) -> None:
    assert of(taken, rejected).auc == pytest.approx(auc)


scored = st.lists(st.sampled_from([0.0, 0.2, 0.6, 1.0]), min_size=1, max_size=8)


@given(scored, scored)
def test_the_area_is_the_share_of_pairs_in_the_right_order(
    taken: list[float], rejected: list[float]
) -> None:
    pairs = [(a > b) + 0.5 * (a == b) for a, b in product(taken, rejected)]
    found = of(taken, rejected)
    assert found.auc == pytest.approx(sum(pairs) / len(pairs))
    assert found.raised == sum(one > 0 for one in taken)
    assert found.silent == sum(one == 0 for one in rejected)


def test_the_area_has_the_width_that_its_theory_gives_it() -> None:
    """Hanley and McNeil's standard error for exponential scores of 50 and 50 items, A = 0.75:
    Q1 = A / (2 - A), Q2 = 2A² / (1 + A), se² = (A(1-A) + 49 (Q1 - A²) + 49 (Q2 - A²)) / 2500."""
    generator = np.random.default_rng(5)
    taken = list(generator.exponential(3.0, 50))
    rejected = list(generator.exponential(1.0, 50))
    found = Agreement.of(
        [
            *(Judged(f"t{i}", True, score) for i, score in enumerate(taken)),
            *(Judged(f"r{i}", False, score) for i, score in enumerate(rejected)),
        ]
    )
    area = found.auc
    assert area is not None
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    error = sqrt((area * (1 - area) + 49 * (q1 - area**2) + 49 * (q2 - area**2)) / 2500)
    told = found.interval(draws(100, 0.95))
    assert told.low is not None
    assert told.high is not None
    assert (told.high - told.low) / 2 == pytest.approx(1.96 * error, rel=0.2)


def test_weights_count() -> None:
    found = Agreement.of(
        [Judged("a", True, 1.0, 3.0), Judged("a", True, 0.0, 1.0), Judged("b", False, 0.5, 2.0)]
    )
    assert found.auc == pytest.approx(3 / 4)


def test_the_difference_of_areas_is_paired() -> None:
    better = of([1.0] * 20, [0.0] * 20)
    worse = of([0.0] * 20, [0.0] * 20)
    told = better.better_than(worse, draws(20))
    assert told.value == 0.5
    assert told.low is not None
    assert told.low > 0.3
    assert worse.better_than(worse, draws(20)).low == 0.0


def test_without_both_kinds_there_is_no_area() -> None:
    nothing = of([1.0], [])
    assert nothing.auc is None
    assert nothing.interval(draws(1)) == Interval(None)
    assert nothing.better_than(nothing, draws(1)) == Interval(None)
    assert Agreement.of([]).auc is None
