"""How sure a figure is: percentile intervals of the bootstrap (Efron, 1979; Efron and Tibshirani,
An Introduction to the Bootstrap, 1993, chapter 13).

Cases of one repository resemble each other, so whole groups are drawn and not single cases (the
cluster bootstrap: Davison and Hinkley, Bootstrap Methods and their Application, 1997, section 3.8).
Two models are compared on the same draws: what is hard in a draw is hard for both, and drops out
of the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.evaluation.dimensions import FIELDS, Counts

Floats = NDArray[np.float64]
Statistic = Callable[[Mapping[str, Floats]], Floats]
"""From the counts of draws, by the names of ``FIELDS``, to one figure for each; NaN where there is
nothing to count."""


@dataclass(frozen=True, slots=True)
class Interval:
    """``value`` is the figure itself; None where there is nothing to count."""

    value: float | None
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        if self.value is None:
            return "–"
        if self.low is None or self.high is None:
            return f"{self.value:.3f}"
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True, slots=True)
class Draws:
    """How often each group is in each draw: an array of draws × groups. Two models are compared
    with the same one."""

    weights: Floats
    confidence: float

    @classmethod
    def of(cls, groups: int, *, draws: int, seed: int, confidence: float) -> Draws:
        generator = np.random.default_rng(seed)
        if groups == 0:
            return cls(np.zeros((draws, 0)), confidence)
        even = np.full(groups, 1 / groups)
        return cls(generator.multinomial(groups, even, size=draws).astype(float), confidence)

    def interval(self, value: float | None, drawn: Floats) -> Interval:
        """Of the figure ``value`` with its values in the draws. Draws in which there is nothing to
        count say nothing."""
        usable = drawn[np.isfinite(drawn)]
        # With one group all draws are alike, and the width would feign certainty.
        if value is None or not np.isfinite(value) or not len(usable) or self.weights.shape[1] < 2:
            shown = value if value is not None and np.isfinite(value) else None
            return Interval(shown)
        tail = (1 - self.confidence) / 2
        low, high = np.quantile(usable, [tail, 1 - tail])
        return Interval(float(value), float(low), float(high))


def by_group(groups: Sequence[str], counts: Sequence[Counts]) -> tuple[tuple[str, ...], Floats]:
    """The groups in order, and their counts: an array of groups × fields."""
    names = tuple(sorted(set(groups)))
    rows = {name: index for index, name in enumerate(names)}
    table = np.zeros((len(names), len(FIELDS)))
    for group, one in zip(groups, counts, strict=True):
        table[rows[group]] += astuple(one)
    return names, table


def figure(table: Floats, statistic: Statistic, draws: Draws) -> Interval:
    """``table`` as ``by_group`` makes it."""
    whole = _value(table, statistic)
    return draws.interval(whole, statistic(_fields(draws.weights @ table)))


def difference(one: Floats, other: Floats, statistic: Statistic, draws: Draws) -> Interval:
    """``one`` less ``other``, group by group the same cases."""
    first, second = _value(one, statistic), _value(other, statistic)
    whole = None if first is None or second is None else first - second
    drawn = statistic(_fields(draws.weights @ one)) - statistic(_fields(draws.weights @ other))
    return draws.interval(whole, drawn)


def _value(table: Floats, statistic: Statistic) -> float | None:
    value = float(statistic(_fields(table.sum(axis=0, keepdims=True)))[0])
    return value if np.isfinite(value) else None


def _fields(sums: Floats) -> dict[str, Floats]:
    return {name: sums[:, index] for index, name in enumerate(FIELDS)}


def ratio(part: Floats, whole: Floats) -> Floats:
    """NaN where ``whole`` is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, part / np.where(whole > 0, whole, 1), np.nan)


STATISTICS: Mapping[str, Statistic] = {
    "f1": lambda c: ratio(2 * c["matched"], (c["expected"] + c["reported"]) * (c["expected"] > 0)),
    "precision": lambda c: ratio(c["matched"], c["reported"]),
    "recall": lambda c: ratio(c["matched"], c["expected"]),
    "line_f1": lambda c: ratio(
        2 * c["lines_matched"], (c["expected"] + c["reported"]) * (c["expected"] > 0)
    ),
    "type_f1": lambda c: ratio(
        2 * c["types_matched"], (c["expected"] + c["reported"]) * (c["expected"] > 0)
    ),
    "line_exactness": lambda c: ratio(c["matched"], c["types_matched"]),
    "category_accuracy": lambda c: ratio(c["categories_right"], c["lines_matched"]),
    "severity_agreement": lambda c: ratio(c["severities_right"], c["matched"]),
    "suggestion_validity": lambda c: ratio(c["valid_offers"], c["offered"]),
    "validity": lambda c: ratio(c["answered"], c["cases"]),
    "first_try_validity": lambda c: ratio(c["first_try"], c["cases"]),
    "alarms_per_thousand": lambda c: ratio(1000 * c["false_alarms"], c["clean_lines"]),
}
"""By the names of ``dimensions.SCORES``: the same figures, for many draws at once."""
