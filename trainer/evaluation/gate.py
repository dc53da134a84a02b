"""Whether a candidate replaces the model that is in use.

With enough held-out verdicts of both kinds, it must be surely better on them (the interval of the
paired difference lies above zero), and not worse on review cases beyond the margin. With fewer, the
verdicts may not get worse, and it must be surely better on review cases instead: what is replaced
works, and a change that nobody can tell from chance is not worth its risk. In both cases usable
answers may not get fewer, nor false alarms more, beyond their margins. Where nothing is in use, it
must surely be above a floor, which to report nothing is not.

Every check is made and told, also after one that has failed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from trainer.config_release import EvaluateSettings
from trainer.evaluation.intervals import Interval

AUC = "auc"
_NOTHING = Interval(None)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Figures by the names of ``dimensions.SCORES``, and ``AUC``. ``incumbent`` and ``difference``
    (the candidate's figure less the incumbent's) are None where nothing is in use."""

    faulty: int
    """Review cases with something to report, and without:"""
    clean: int
    taken: int
    """Judged findings that people took, and that they rejected:"""
    rejected: int
    candidate: Mapping[str, Interval]
    incumbent: Mapping[str, Interval] | None = None
    difference: Mapping[str, Interval] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    passed: bool
    reason: str
    """One sentence, with the figures."""


@dataclass(frozen=True, slots=True)
class Decision:
    checks: tuple[Check, ...]

    @property
    def promote(self) -> bool:
        return bool(self.checks) and all(check.passed for check in self.checks)

    @property
    def verb(self) -> str:
        return "promote" if self.promote else "keep"

    @property
    def reasons(self) -> tuple[str, ...]:
        """What speaks against it, where something does; else what speaks for it."""
        against = tuple(check.reason for check in self.checks if not check.passed)
        return against or tuple(check.reason for check in self.checks)


def decide(evidence: Evidence, settings: EvaluateSettings) -> Decision:
    checks = [_enough(evidence, settings)]
    if evidence.incumbent is None:
        checks += _first(evidence, settings)
    else:
        checks += _against(evidence, evidence.incumbent, settings)
    return Decision(tuple(checks))


def _enough(evidence: Evidence, settings: EvaluateSettings) -> Check:
    cases = evidence.faulty + evidence.clean
    told = f"{cases:,} review cases ({evidence.clean:,} of them clean)"
    if cases < settings.least_cases:
        return Check(False, f"the evidence does not suffice: {told}, {settings.least_cases} needed")
    if not evidence.faulty or not evidence.clean:
        return Check(False, f"the evidence does not suffice: {told}, both kinds needed")
    return Check(True, told)


def _first(evidence: Evidence, settings: EvaluateSettings) -> Iterator[Check]:
    f1 = evidence.candidate.get("f1", _NOTHING)
    sure = _low(f1)
    yield Check(
        sure is not None and sure > settings.floor,
        f"F1 on review cases is {f1}; a first model must surely be above {settings.floor:g}",
    )
    validity = evidence.candidate.get("validity", _NOTHING)
    yield Check(
        validity.value is not None and validity.value >= settings.least_validity,
        f"the share of usable answers is {validity}, at least {settings.least_validity:g} needed",
    )
    if _verdicts_decide(evidence, settings):
        auc = evidence.candidate.get(AUC, _NOTHING)
        yield Check(
            auc.value is not None and auc.value >= 0.5,
            f"agreement with verdicts (AUC) is {auc}, at least chance (0.5) needed",
        )


def _against(
    evidence: Evidence, incumbent: Mapping[str, Interval], settings: EvaluateSettings
) -> Iterator[Check]:
    f1 = evidence.difference.get("f1", _NOTHING)
    auc = evidence.difference.get(AUC, _NOTHING)
    if _verdicts_decide(evidence, settings):
        yield Check(
            _surely_better(auc),
            f"agreement with verdicts (AUC) changes by {auc}; it must surely be better",
        )
        yield Check(
            f1.value is not None and f1.value >= -settings.margin,
            f"F1 on review cases changes by {f1}; it may fall by {settings.margin:g} at most",
        )
    else:
        told = f"{evidence.taken} taken and {evidence.rejected} rejected held-out findings"
        needed = f"too few verdicts to decide by ({told}; {settings.least_verdicts} of each needed)"
        yield Check(
            auc.value is None or auc.value >= 0,
            f"{needed}, so agreement may not fall; it changes by {auc}",
        )
        yield Check(
            _surely_better(f1),
            f"{needed}, so F1 on review cases must surely be better; it changes by {f1}",
        )
    validity = evidence.difference.get("validity", _NOTHING)
    yield Check(
        validity.value is not None and validity.value >= -settings.validity_margin,
        f"the share of usable answers changes by {validity}; "
        f"it may fall by {settings.validity_margin:g} at most",
    )
    alarms = evidence.difference.get("alarms_per_thousand", _NOTHING)
    before = incumbent.get("alarms_per_thousand", _NOTHING)
    yield Check(
        alarms.value is None or alarms.value <= settings.alarms_margin,
        f"false alarms per 1,000 clean lines, {before} before, change by {alarms}; "
        f"they may rise by {settings.alarms_margin:g} at most",
    )


def _verdicts_decide(evidence: Evidence, settings: EvaluateSettings) -> bool:
    return min(evidence.taken, evidence.rejected) >= settings.least_verdicts


def _surely_better(difference: Interval) -> bool:
    low = _low(difference)
    return low is not None and low > 0


def _low(interval: Interval) -> float | None:
    """None where nobody can say how sure the figure is."""
    return None if interval.value is None else interval.low
