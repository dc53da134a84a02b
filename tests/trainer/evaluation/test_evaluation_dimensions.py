"""Counts against what one counts by hand."""

from __future__ import annotations

import pytest

from testing.evaluation_cases import CLEAN, FAULT, FAULTY, example
from trainer.evaluation.cases import Case, case_of
from trainer.evaluation.claims import Claim, Reply
from trainer.evaluation.dimensions import SCORES, Counts, count, of_category, scores, total


@pytest.fixture(scope="module")
def faulty() -> Case:
    return case_of(example(FAULTY, [FAULT, (6, "missing-documentation")]))


@pytest.fixture(scope="module")
def clean() -> Case:
    return case_of(example(CLEAN))


def said(line: int, type: str, severity: str = "critical") -> Claim:
    return Claim(line, type, severity)


def test_what_is_right_in_all(faulty: Case) -> None:
    counts = count(faulty, Reply(faulty.expected))
    assert (counts.expected, counts.reported, counts.matched) == (2, 2, 2)
    told = scores(counts)
    for name in ("f1", "precision", "recall", "line_exactness", "category_accuracy", "validity"):
        assert told[name] == 1.0
    assert told["suggestion_validity"] is None
    assert told["alarms_per_thousand"] is None
    assert set(told) == set(SCORES)


def test_silence_misses_everything_and_alarms_nobody(faulty: Case, clean: Case) -> None:
    counts = count(faulty, Reply()) + count(clean, Reply())
    assert counts.f1 == 0.0
    assert counts.recall == 0.0
    assert counts.precision is None
    assert counts.alarms_per_thousand == 0.0


def test_each_dimension_is_counted_for_itself(faulty: Case) -> None:
    # The right line and category, another type; and the right type on another line.
    reply = Reply((said(5, "sql-injection"), said(5, "missing-documentation", "low")))
    counts = count(faulty, reply)
    assert (counts.matched, counts.lines_matched, counts.types_matched) == (0, 1, 1)
    assert counts.categories_right == 1
    assert counts.line_exactness == 0.0
    assert counts.category_accuracy == 1.0
    assert counts.type_f1 == 0.5
    assert counts.severity_agreement is None


def test_severity_is_judged_where_the_finding_is_right(faulty: Case) -> None:
    counts = count(faulty, Reply((said(5, "code-injection", "low"), said(6, "dead-code", "low"))))
    assert counts.severity_agreement == 0.0
    assert counts.category_accuracy == 0.5


def test_lines_are_paired_with_the_best_fit_once(faulty: Case) -> None:
    case = case_of(example(FAULTY, [(5, "code-injection"), (5, "magic-number")]))
    reply = Reply((said(5, "weak-hash"), said(5, "code-injection"), said(5, "boolean-trap")))
    counts = count(case, reply)
    assert (counts.lines_matched, counts.categories_right, counts.matched) == (2, 2, 1)
    assert counts.line_f1 == 2 * 2 / (2 + 3)


def test_false_alarms_are_for_clean_lines(clean: Case) -> None:
    counts = count(clean, Reply((said(5, "dead-code"), said(6, "dead-code"))))
    assert counts.clean_lines == 2
    assert counts.alarms_per_thousand == 1000.0
    assert counts.flagged == 1
    assert counts.f1 is None


def test_a_failure_is_no_answer_and_no_silence(faulty: Case, clean: Case) -> None:
    failed = Reply(failure="no answer within 3 s")
    counts = count(faulty, failed) + count(clean, failed) + count(clean, Reply(requests=2))
    assert counts.validity == pytest.approx(1 / 3)
    assert counts.first_try_validity == 0.0
    assert counts.recall == 0.0


def test_a_category_is_counted_alone(faulty: Case) -> None:
    reply = Reply((said(5, "code-injection"), said(6, "dead-code", "low")))
    security = of_category("security", faulty, reply)
    assert (security.expected, security.reported, security.matched) == (1, 1, 1)
    smell = of_category("code-smell", faulty, reply)
    assert (smell.expected, smell.reported) == (0, 1)


def test_counts_add_up(faulty: Case, clean: Case) -> None:
    parts = [count(faulty, Reply(faulty.expected)), count(clean, Reply())]
    assert total(parts) == parts[0] + parts[1]
    assert total([]) == Counts()
    assert Counts().validity is None


def test_offers_are_counted(faulty: Case) -> None:
    offer = Claim(5, "code-injection", "critical", 1.0, "    value = int(command)")
    assert count(faulty, Reply((offer,)), valid_offers=1).suggestion_validity == 1.0
    assert count(faulty, Reply((offer,))).suggestion_validity == 0.0
