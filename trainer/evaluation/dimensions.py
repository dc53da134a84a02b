"""What a model gets right, dimension by dimension, as counts that add up.

Counts of cases add up to those of a data set, and of a sample of it drawn for an interval. A
finding is matched by one on the same line with the same issue type. Scores are None where there is
nothing to count: no answer at all has no precision, and is not an imprecise one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields, replace

from trainer.evaluation.cases import Case
from trainer.evaluation.claims import Claim, Reply


@dataclass(frozen=True, slots=True)
class Counts:
    """Of any number of cases."""

    cases: int = 0
    answered: int = 0
    """Cases with a usable answer: valid JSON, not cut off, in time."""
    first_try: int = 0
    """Those of them for which the server was asked once."""
    expected: int = 0
    """Findings that should be reported."""
    reported: int = 0
    """Findings that were."""
    matched: int = 0
    """On the same line, with the same type."""
    lines_matched: int = 0
    """On the same line, whatever the type."""
    types_matched: int = 0
    """With the same type in the same case, whatever the line."""
    categories_right: int = 0
    """Of ``lines_matched``, those of the same category."""
    severities_right: int = 0
    """Of ``matched``, those of the same severity."""
    offered: int = 0
    """Replacements for the line of a finding."""
    valid_offers: int = 0
    """Those that parse, and after which the analyzers find nothing on the line."""
    clean_cases: int = 0
    """Cases in which nothing should be reported."""
    clean_lines: int = 0
    """Their added lines."""
    false_alarms: int = 0
    """Findings reported in them."""
    flagged: int = 0
    """Clean cases with a false alarm."""
    dropped: int = 0
    """Claims that the review does not show: not in the change, not on an added line, said twice."""

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    @property
    def precision(self) -> float | None:
        return _ratio(self.matched, self.reported)

    @property
    def recall(self) -> float | None:
        return _ratio(self.matched, self.expected)

    @property
    def f1(self) -> float | None:
        return _f1(self.matched, self.expected, self.reported)

    @property
    def line_f1(self) -> float | None:
        return _f1(self.lines_matched, self.expected, self.reported)

    @property
    def type_f1(self) -> float | None:
        return _f1(self.types_matched, self.expected, self.reported)

    @property
    def line_exactness(self) -> float | None:
        """Of findings of the right type, those on the right line."""
        return _ratio(self.matched, self.types_matched)

    @property
    def category_accuracy(self) -> float | None:
        return _ratio(self.categories_right, self.lines_matched)

    @property
    def severity_agreement(self) -> float | None:
        return _ratio(self.severities_right, self.matched)

    @property
    def suggestion_validity(self) -> float | None:
        return _ratio(self.valid_offers, self.offered)

    @property
    def validity(self) -> float | None:
        """Share of the cases that got a usable answer, second tries included."""
        return _ratio(self.answered, self.cases)

    @property
    def first_try_validity(self) -> float | None:
        return _ratio(self.first_try, self.cases)

    @property
    def alarms_per_thousand(self) -> float | None:
        """False alarms for 1,000 added lines that are clean."""
        return _ratio(1000 * self.false_alarms, self.clean_lines)


FIELDS = tuple(field.name for field in fields(Counts))

SCORES: Mapping[str, str] = {
    "f1": "F1",
    "precision": "precision",
    "recall": "recall",
    "line_f1": "F1, lines alone",
    "type_f1": "F1, types alone",
    "line_exactness": "right line",
    "category_accuracy": "right category",
    "severity_agreement": "right severity",
    "suggestion_validity": "valid suggestions",
    "validity": "valid answers",
    "first_try_validity": "valid at the first try",
    "alarms_per_thousand": "false alarms per 1,000 clean lines",
}
"""Properties of ``Counts``, and what people call them."""


def scores(counts: Counts) -> dict[str, float | None]:
    """By the names of ``SCORES``."""
    return {name: getattr(counts, name) for name in SCORES}


def count(case: Case, reply: Reply, valid_offers: int = 0) -> Counts:
    """``valid_offers``: see ``suggestions.py``, which looks at many at once."""
    expected, reported = case.expected, reply.claims
    same = _matched(expected, reported)
    on_line = _on_lines(expected, reported)
    alarms = 0 if expected else len(reported)
    return Counts(
        cases=1,
        answered=int(not reply.failure),
        first_try=int(not reply.failure and reply.requests <= 1),
        expected=len(expected),
        reported=len(reported),
        matched=len(same),
        lines_matched=len(on_line),
        types_matched=(_types(expected) & _types(reported)).total(),
        categories_right=sum(one.category == other.category for one, other in on_line),
        severities_right=sum(one.severity == other.severity for one, other in same),
        offered=sum(claim.replacement is not None for claim in reported),
        valid_offers=valid_offers,
        clean_cases=int(not expected),
        clean_lines=0 if expected else len(case.shown.added),
        false_alarms=alarms,
        flagged=int(alarms > 0),
        dropped=reply.dropped,
    )


def of_category(category: str, case: Case, reply: Reply) -> Counts:
    """Of the findings of one category alone."""
    kept = tuple(claim for claim in reply.claims if claim.category == category)
    return count(case.of_category(category), replace(reply, claims=kept))


def total(counts: Iterable[Counts]) -> Counts:
    return sum(counts, Counts())


def _types(claims: Iterable[Claim]) -> Counter[str]:
    return Counter(claim.issue_type for claim in claims)


def _matched(expected: Iterable[Claim], reported: Iterable[Claim]) -> list[tuple[Claim, Claim]]:
    by_what = {claim.what: claim for claim in reported}
    return [(claim, by_what[claim.what]) for claim in expected if claim.what in by_what]


def _on_lines(expected: Iterable[Claim], reported: Iterable[Claim]) -> list[tuple[Claim, Claim]]:
    """Pairs on the same line, each claim in one: the same type first, then the same category."""
    rest = list(reported)
    pairs: list[tuple[Claim, Claim]] = []
    waiting = list(expected)
    for alike in (_same_type, _same_category, _any):
        unpaired = []
        for claim in waiting:
            twin = next((r for r in rest if r.line == claim.line and alike(claim, r)), None)
            if twin is None:
                unpaired.append(claim)
            else:
                rest.remove(twin)
                pairs.append((claim, twin))
        waiting = unpaired
    return pairs


def _same_type(one: Claim, other: Claim) -> bool:
    return one.issue_type == other.issue_type


def _same_category(one: Claim, other: Claim) -> bool:
    return one.category == other.category


def _any(one: Claim, other: Claim) -> bool:
    return True


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _f1(matched: int, expected: int, reported: int) -> float | None:
    """Harmonic mean of precision and recall (van Rijsbergen, Information Retrieval, 1979), as
    2·matched / (expected + reported), which is 0 where nothing is reported."""
    return 2 * matched / (expected + reported) if expected else None
