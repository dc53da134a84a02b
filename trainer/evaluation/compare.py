"""A candidate beside the model that is in use, on the same cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trainer.config_release import EvaluateSettings
from trainer.evaluation.cases import Case
from trainer.evaluation.claims import Claim, Reply
from trainer.evaluation.gate import AUC, Decision, Evidence, decide
from trainer.evaluation.intervals import STATISTICS, Draws, Interval, difference, figure
from trainer.evaluation.measure import Measured


@dataclass(frozen=True, slots=True)
class Changed:
    """A case of which the candidate says something else. ``faults`` are findings that are missed,
    or reported where there are none."""

    case: Case
    before: Reply
    after: Reply
    faults_before: int
    faults_after: int
    wanted: tuple[Claim, ...]
    """What should be reported."""
    refused: tuple[Claim, ...] = ()
    """What people called wrong."""
    judged: bool = False
    """By people, and not by a label."""

    @property
    def gain(self) -> int:
        return self.faults_before - self.faults_after


@dataclass(frozen=True, slots=True)
class Comparison:
    candidate: Measured
    incumbent: Measured | None
    evidence: Evidence
    decision: Decision
    better: tuple[Changed, ...]
    """The clearest first; so are the worse ones."""
    worse: tuple[Changed, ...]


def compare(
    candidate: Measured, incumbent: Measured | None, settings: EvaluateSettings
) -> Comparison:
    """``incumbent`` has answered the same cases; None where no model is in use."""
    evidence = _evidence(candidate, incumbent, settings)
    changed = [] if incumbent is None else _changed(candidate, incumbent)
    return Comparison(
        candidate=candidate,
        incumbent=incumbent,
        evidence=evidence,
        decision=decide(evidence, settings),
        better=tuple(sorted((c for c in changed if c.gain > 0), key=lambda c: -c.gain)),
        worse=tuple(sorted((c for c in changed if c.gain < 0), key=lambda c: c.gain)),
    )


def _evidence(
    candidate: Measured, incumbent: Measured | None, settings: EvaluateSettings
) -> Evidence:
    def draws(groups: int) -> Draws:
        return Draws.of(
            groups, draws=settings.draws, seed=settings.seed, confidence=settings.confidence
        )

    of_review = draws(len(candidate.table))
    of_verdicts = draws(len(candidate.agreement.groups))

    def figures(one: Measured) -> dict[str, Interval]:
        told = {name: figure(one.table, how, of_review) for name, how in STATISTICS.items()}
        return {**told, AUC: one.agreement.interval(of_verdicts)}

    differences: dict[str, Interval] = {}
    if incumbent is not None:
        differences = {
            name: difference(candidate.table, incumbent.table, how, of_review)
            for name, how in STATISTICS.items()
        }
        differences[AUC] = candidate.agreement.better_than(incumbent.agreement, of_verdicts)
    clean = sum(not case.expected for case in candidate.held.review)
    return Evidence(
        faulty=len(candidate.held.review) - clean,
        clean=clean,
        taken=candidate.agreement.taken,
        rejected=candidate.agreement.rejected,
        candidate=figures(candidate),
        incumbent=None if incumbent is None else figures(incumbent),
        difference=differences,
    )


def _changed(candidate: Measured, incumbent: Measured) -> list[Changed]:
    review = [
        _change(case, before, after, wanted=case.expected)
        for case, after, before in zip(
            candidate.held.review, candidate.replies, incumbent.replies, strict=True
        )
    ]
    verdicts = [
        _change(one.case, before, after, wanted=one.accepted, refused=one.rejected)
        for one, after, before in zip(
            candidate.held.verdicts,
            candidate.verdict_replies,
            incumbent.verdict_replies,
            strict=True,
        )
    ]
    return [*verdicts, *review]


def _change(
    case: Case,
    before: Reply,
    after: Reply,
    *,
    wanted: Sequence[Claim],
    refused: Sequence[Claim] | None = None,
) -> Changed:
    def faults(reply: Reply) -> int:
        right = {claim.what for claim in wanted}
        said = {claim.what for claim in reply.claims}
        # Of what nobody judged, nobody knows whether it is right.
        wrong = said - right if refused is None else said & {claim.what for claim in refused}
        return len(right - said) + len(wrong)

    return Changed(
        case=case,
        before=before,
        after=after,
        faults_before=faults(before),
        faults_after=faults(after),
        wanted=tuple(wanted),
        refused=tuple(refused or ()),
        judged=refused is not None,
    )
