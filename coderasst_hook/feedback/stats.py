"""How often people act on findings, and on which ones they do not.

Each finding counts once, by what all verdicts on it amount to (``combining``). It is acted on where
that is accepted or fixed; the rate is of those that were judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from coderasst_hook.feedback.combining import combined
from coderasst_hook.feedback.interval import wilson
from coderasst_hook.feedback.line import UNKNOWN, UNKNOWN_TIME, Item
from coderasst_hook.feedback.values import FindingRecord, Outcome, Verdict

DISTRUSTED = 0.2
"""A rule is not trusted where its rate is below this with 95% certainty."""


@dataclass(frozen=True, slots=True)
class Tally:
    """``shown`` findings, of which those with each outcome were judged."""

    shown: int = 0
    accepted: int = 0
    fixed: int = 0
    rejected: int = 0
    ignored: int = 0

    @property
    def judged(self) -> int:
        return self.accepted + self.fixed + self.rejected + self.ignored

    @property
    def acted_on(self) -> int:
        return self.accepted + self.fixed

    @property
    def rate(self) -> float | None:
        """None where nothing was judged."""
        return self.acted_on / self.judged if self.judged else None

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.acted_on, self.judged)


@dataclass(frozen=True, slots=True)
class Group:
    """The findings that have ``name`` in common: a rule's id, a severity, a week…"""

    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Statistics:
    total: Tally
    by: Mapping[str, tuple[Group, ...]]
    """By the dimensions that were asked for, in the order of ``DIMENSIONS``."""
    distrusted: tuple[Group, ...]
    """Rules that people do not act on, the most certain first."""


def _model(finding: FindingRecord, votes: Sequence[Verdict]) -> str:
    return finding.provenance.model or "none"


def _week(finding: FindingRecord, votes: Sequence[Verdict]) -> str:
    """Of the day that it was first shown, so that a week's findings stay together; else of the
    first verdict."""
    at = finding.at or min((vote.at for vote in votes), default=UNKNOWN_TIME)
    if at == UNKNOWN_TIME:
        return UNKNOWN
    year, week, _ = at.isocalendar()
    return f"{year}-W{week:02}"


DIMENSIONS: dict[str, Callable[[FindingRecord, Sequence[Verdict]], str]] = {
    "category": lambda finding, votes: finding.category,
    "severity": lambda finding, votes: finding.severity,
    "language": lambda finding, votes: finding.language or UNKNOWN,
    "model": _model,
    "week": _week,
    "rule": lambda finding, votes: finding.rule_id,
}
_RULE = "rule"
_SEVERITIES = ("critical", "high", "medium", "low")


def statistics(items: Iterable[Item], by: Iterable[str]) -> Statistics:
    """``by``: names of ``DIMENSIONS``. ``items`` are gone through once."""
    wanted = [name for name in DIMENSIONS if name in set(by)]
    total: dict[str, int] = {}
    counts: dict[str, dict[str, dict[str, int]]] = {name: {} for name in {*wanted, _RULE}}
    for finding, votes in items:
        outcome = combined(votes).outcome if votes else None
        _count(total, outcome)
        for name, groups in counts.items():
            _count(groups.setdefault(DIMENSIONS[name](finding, votes), {}), outcome)
    grouped = {
        name: tuple(Group(word, Tally(**numbers)) for word, numbers in groups.items())
        for name, groups in counts.items()
    }
    return Statistics(
        total=Tally(**total),
        by={name: tuple(sorted(grouped[name], key=_order(name))) for name in wanted},
        distrusted=tuple(
            sorted(
                (group for group in grouped[_RULE] if group.tally.interval[1] < DISTRUSTED),
                key=lambda group: (group.tally.interval[1], group.name),
            )
        ),
    )


def since(items: Iterable[Item], moment: datetime) -> Iterable[Item]:
    """Without those that were first shown before then; they belong to an earlier time, whenever
    they were judged."""
    return (item for item in items if item[0].at is None or item[0].at >= moment)


def _count(numbers: dict[str, int], outcome: Outcome | None) -> None:
    numbers["shown"] = numbers.get("shown", 0) + 1
    if outcome is not None:
        numbers[outcome.value] = numbers.get(outcome.value, 0) + 1


def _order(dimension: str) -> Callable[[Group], tuple[object, ...]]:
    """Weeks go by time and severities by rank; everything else by how much was judged, for that is
    what can be relied on."""
    if dimension == "week":
        return lambda group: (group.name,)
    if dimension == "severity":
        ranks = {name: rank for rank, name in enumerate(_SEVERITIES)}
        return lambda group: (ranks.get(group.name, len(ranks)), group.name)
    return lambda group: (-group.tally.judged, -group.tally.shown, group.name)
