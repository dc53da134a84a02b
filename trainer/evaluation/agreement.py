"""Whether a model agrees with people: that it raises what they took, and is silent on what they
called wrong.

Each judged finding is scored by how surely the model reports it (see ``chances.py``; 0 where it
does not), and the agreement is the area under the ROC curve: the probability that a finding which
people took scores higher than one which they rejected, equal scores counting one half (Hanley and
McNeil, The Meaning and Use of the Area under a Receiver Operating Characteristic Curve, Radiology
143, 1982):

    AUC = Σᵢ Σⱼ wᵢ wⱼ (1[sᵢ > sⱼ] + ½·1[sᵢ = sⱼ]) / (Σᵢ wᵢ · Σⱼ wⱼ)

over taken findings i and rejected ones j, w being the weight of what people did. For a model that
tells no degrees it is the mean of the share of the taken that it raises and the share of the
rejected that it is silent on. One half is chance, and silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.evaluation.cases import VerdictCase
from trainer.evaluation.claims import Claim, Reply
from trainer.evaluation.intervals import Draws, Floats, Interval


@dataclass(frozen=True, slots=True)
class Judged:
    """One finding that people judged, and how surely the model reports it."""

    group: str
    taken: bool
    score: float
    weight: float = 1.0


def judged(case: VerdictCase, reply: Reply, unit: str) -> list[Judged]:
    """A model that gave no answer was silent. ``unit``: see ``cases.units``."""
    sureness = {claim.what: claim.sureness for claim in reply.claims}

    def scored(claim: Claim, taken: bool) -> Judged:
        return Judged(unit, taken, sureness.get(claim.what, 0.0), case.weight)

    return [
        *(scored(claim, True) for claim in case.accepted),
        *(scored(claim, False) for claim in case.rejected),
    ]


@dataclass(frozen=True, slots=True)
class Agreement:
    """``wins[g, h]``: by how much the taken findings of group g score higher than the rejected ones
    of group h, weighted; of ``pairs[g, h]``."""

    groups: tuple[str, ...]
    wins: Floats
    pairs: Floats
    taken: int
    rejected: int
    raised: int
    """Taken findings that the model reports."""
    silent: int
    """Rejected ones that it does not."""

    @classmethod
    def of(cls, found: Sequence[Judged]) -> Agreement:
        groups = tuple(sorted({one.group for one in found}))
        place = {name: index for index, name in enumerate(groups)}
        taken = [one for one in found if one.taken]
        rejected = [one for one in found if not one.taken]
        shape = (len(groups), len(groups))
        wins, pairs = np.zeros(shape), np.zeros(shape)
        if taken and rejected:
            score, weight = _columns(taken)
            other, other_weight = _columns(rejected)
            both = weight[:, None] * other_weight[None, :]
            higher = (score[:, None] > other[None, :]) + 0.5 * (score[:, None] == other[None, :])
            where = (
                _places(place, taken)[:, None].repeat(len(rejected), 1),
                _places(place, rejected)[None, :].repeat(len(taken), 0),
            )
            np.add.at(wins, where, both * higher)
            np.add.at(pairs, where, both)
        return cls(
            groups=groups,
            wins=wins,
            pairs=pairs,
            taken=len(taken),
            rejected=len(rejected),
            raised=sum(one.score > 0 for one in taken),
            silent=sum(one.score == 0 for one in rejected),
        )

    @property
    def auc(self) -> float | None:
        """None unless there are findings of both kinds."""
        pairs = self.pairs.sum()
        return float(self.wins.sum() / pairs) if pairs > 0 else None

    def interval(self, draws: Draws) -> Interval:
        return draws.interval(self.auc, self._drawn(draws))

    def better_than(self, other: Agreement, draws: Draws) -> Interval:
        """The difference on the same findings."""
        first, second = self.auc, other.auc
        whole = None if first is None or second is None else first - second
        return draws.interval(whole, self._drawn(draws) - other._drawn(draws))

    def _drawn(self, draws: Draws) -> Floats:
        weights = draws.weights
        wins = ((weights @ self.wins) * weights).sum(axis=1)
        pairs = ((weights @ self.pairs) * weights).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn: Floats = np.where(pairs > 0, wins / np.where(pairs > 0, pairs, 1), np.nan)
        return drawn


def _columns(found: Sequence[Judged]) -> tuple[Floats, Floats]:
    return (
        np.array([one.score for one in found], dtype=float),
        np.array([one.weight for one in found], dtype=float),
    )


def _places(place: dict[str, int], found: Sequence[Judged]) -> NDArray[np.int64]:
    return np.array([place[one.group] for one in found], dtype=np.int64)
