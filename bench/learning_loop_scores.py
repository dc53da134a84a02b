"""How far what a model says agrees with labels: on the line, and of the type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bench.learning_loop_changes import Claim, Reviewed


@dataclass(frozen=True, slots=True)
class Score:
    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)

    def row(self) -> dict[str, float | int]:
        return {
            "f1": round(self.f1, 4),
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "right": self.right,
            "wrong": self.wrong,
            "missed": self.missed,
        }


def score(found: Sequence[Claim], labels: Sequence[Claim]) -> Score:
    """Each label is met once, and each finding meets one label."""
    left = [*_distinct(labels)]
    right = wrong = 0
    for claim in _distinct(found):
        met = next((label for label in left if claim.is_about(label)), None)
        if met is None:
            wrong += 1
        else:
            right += 1
            left.remove(met)
    return Score(right, wrong, len(left))


def by_type(found: Sequence[Claim], labels: Sequence[Claim]) -> dict[str, Score]:
    names = sorted({claim.issue_type for claim in (*found, *labels)})
    return {name: score(_only(found, {name}), _only(labels, {name})) for name in names}


def counts(claims: Iterable[Claim]) -> dict[str, int]:
    return dict(sorted(Counter(claim.issue_type for claim in claims).items()))


def together(reviews: Iterable[Reviewed]) -> Reviewed:
    all_of_them = [*reviews]
    return Reviewed(
        claims=tuple(claim for one in all_of_them for claim in one.claims),
        added_lines=sum(one.added_lines for one in all_of_them),
        requests=sum(one.requests for one in all_of_them),
        seconds=round(sum(one.seconds for one in all_of_them), 1),
        complete=all(one.complete for one in all_of_them),
    )


def without(claims: Sequence[Claim], name: str) -> list[Claim]:
    return [claim for claim in claims if claim.issue_type != name]


def _only(claims: Sequence[Claim], names: Collection[str]) -> list[Claim]:
    return [claim for claim in claims if claim.issue_type in names]


def _distinct(claims: Sequence[Claim]) -> list[Claim]:
    """Two rules may say the same of a line."""
    found: dict[tuple[str, str, int, str], Claim] = {}
    for one in claims:
        found.setdefault((one.repository, one.path, one.line, one.issue_type), one)
    return list(found.values())
