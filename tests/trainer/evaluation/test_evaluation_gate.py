"""The gate: what it lets pass, what it refuses, and that it says why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trainer.config_release import EvaluateSettings
from trainer.evaluation.gate import AUC, Decision, Evidence, decide
from trainer.evaluation.intervals import Interval

SETTINGS = EvaluateSettings()


def sure(value: float, half: float = 0.01) -> Interval:
    return Interval(value, value - half, value + half)


INCUMBENT = {
    "f1": sure(0.7),
    "validity": sure(1.0, 0),
    "alarms_per_thousand": sure(4.0),
    AUC: sure(0.6),
}
BETTER = Evidence(
    faulty=60,
    clean=60,
    taken=40,
    rejected=40,
    candidate=INCUMBENT,
    incumbent=INCUMBENT,
    difference={
        "f1": sure(-0.01, 0.05),
        "validity": sure(0.0),
        "alarms_per_thousand": sure(-1.0),
        AUC: sure(0.2, 0.1),
    },
)
FIRST = Evidence(
    faulty=60,
    clean=60,
    taken=0,
    rejected=0,
    candidate={"f1": sure(0.7), "validity": sure(0.99)},
)


def changed(evidence: Evidence, **figures: Interval) -> Decision:
    return decide(replace(evidence, difference={**evidence.difference, **figures}), SETTINGS)


def test_better_on_verdicts_and_not_worse_in_reviews_passes() -> None:
    decision = decide(BETTER, SETTINGS)
    assert decision.promote
    assert decision.verb == "promote"
    assert all(check.passed for check in decision.checks)
    assert any("0.200 [0.100, 0.300]" in reason for reason in decision.reasons)


@pytest.mark.parametrize(
    ("figures", "reason"),
    [
        ({AUC: sure(0.05, 0.06)}, "must surely be better"),
        ({AUC: sure(-0.2)}, "must surely be better"),
        ({AUC: Interval(0.3)}, "must surely be better"),
        ({AUC: Interval(None)}, "must surely be better"),
        ({"f1": sure(-0.021)}, "it may fall by 0.02 at most"),
        ({"f1": Interval(None)}, "it may fall by 0.02 at most"),
        ({"validity": sure(-0.02)}, "usable answers changes by -0.020"),
        ({"alarms_per_thousand": sure(5.5)}, "may rise by 5 at most"),
    ],
)
def test_each_rule_can_refuse_alone(figures: dict[str, Interval], reason: str) -> None:
    decision = changed(BETTER, **figures)
    assert not decision.promote
    assert decision.verb == "keep"
    (told,) = decision.reasons
    assert reason in told


def test_a_sabotaged_candidate_is_refused_for_every_reason() -> None:
    decision = changed(BETTER, f1=sure(-0.6), **{AUC: sure(-0.1)}, alarms_per_thousand=sure(90.0))
    assert len(decision.reasons) == 3


def test_with_few_verdicts_reviews_must_be_better() -> None:
    few = replace(BETTER, taken=9, rejected=90)
    assert "too few verdicts" in decide(few, SETTINGS).reasons[0]
    assert not decide(few, SETTINGS).promote
    assert changed(few, f1=sure(0.1)).promote
    assert not changed(few, f1=sure(0.1, 0.2)).promote
    fallen = changed(few, f1=sure(0.1), **{AUC: sure(-0.01)})
    assert not fallen.promote
    assert changed(few, f1=sure(0.1), **{AUC: Interval(None)}).promote


def test_a_first_model_must_be_above_a_floor() -> None:
    assert decide(FIRST, SETTINGS).promote
    for figures, reason in (
        ({"f1": sure(0.25, 0.06)}, "surely be above 0.2"),
        ({"f1": Interval(0.9)}, "surely be above 0.2"),
        ({"f1": Interval(None)}, "surely be above 0.2"),
        ({"validity": sure(0.5)}, "at least 0.9 needed"),
    ):
        decision = decide(replace(FIRST, candidate={**FIRST.candidate, **figures}), SETTINGS)
        assert not decision.promote
        assert reason in decision.reasons[0]


def test_a_first_model_may_not_disagree_with_verdicts() -> None:
    judged = replace(FIRST, taken=30, rejected=30)
    for auc, promoted in ((sure(0.8), True), (sure(0.4), False), (Interval(None), False)):
        candidate = {**FIRST.candidate, AUC: auc}
        assert decide(replace(judged, candidate=candidate), SETTINGS).promote is promoted


@pytest.mark.parametrize(("faulty", "clean"), [(10, 9), (0, 50), (50, 0), (0, 0)])
def test_too_little_evidence_decides_nothing(faulty: int, clean: int) -> None:
    for evidence in (BETTER, FIRST):
        decision = decide(replace(evidence, faulty=faulty, clean=clean), SETTINGS)
        assert not decision.promote
        assert "the evidence does not suffice" in decision.reasons[0]


def test_no_checks_are_no_promotion() -> None:
    assert not Decision(()).promote
