from __future__ import annotations

import pytest

from coderasst_hook.feedback.interval import wilson
from coderasst_hook.feedback.line import UNKNOWN_TIME, Item
from coderasst_hook.feedback.stats import DIMENSIONS, Group, Tally, since, statistics
from coderasst_hook.feedback.values import Outcome, Provenance
from tests.feedback.samples import BOB, finding, later, verdict

_WEIGHTS = {
    Outcome.ACCEPTED: 0.6,
    Outcome.FIXED: 1.0,
    Outcome.REJECTED: -1.0,
    Outcome.IGNORED: 0.0,
}


def item(number: int, *outcomes: Outcome, **changed: object) -> Item:
    votes = tuple(
        verdict(number, person=f"{n:016x}", outcome=outcome, weight=_WEIGHTS[outcome])
        for n, outcome in enumerate(outcomes)
    )
    return finding(number, **changed), votes


# The values of the table in R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, method 3.
@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 1 - 0.1611, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_interval_is_wilsons(successes: int, trials: int, low: float, high: float) -> None:
    assert wilson(successes, trials) == pytest.approx((low, high), abs=0.00006)


def test_the_interval_holds_the_rate_and_narrows() -> None:
    widths = []
    for trials in (10, 100, 1000):
        low, high = wilson(trials // 10, trials)
        assert 0 < low < 0.1 < high < 1
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)


def test_each_finding_counts_once_by_what_its_votes_amount_to() -> None:
    found = statistics(
        [
            item(1, Outcome.FIXED, Outcome.ACCEPTED),
            item(2, Outcome.REJECTED, Outcome.REJECTED, Outcome.FIXED),
            item(3, Outcome.IGNORED),
            item(4, Outcome.ACCEPTED),
            item(5),
        ],
        ["rule"],
    )
    tally = Tally(shown=5, accepted=1, fixed=1, rejected=1, ignored=1)
    assert found.total == tally
    assert (tally.judged, tally.acted_on, tally.rate) == (4, 2, 0.5)
    assert found.by == {"rule": (Group("python/eval", tally),)}


def test_nothing_shown_and_nothing_judged() -> None:
    empty = statistics([], DIMENSIONS)
    assert empty.total == Tally()
    assert empty.total.rate is None
    assert all(groups == () for groups in empty.by.values())
    assert statistics([item(1)], []).distrusted == ()


def test_groups_by_every_dimension() -> None:
    items = [
        item(1, Outcome.FIXED),
        item(2, Outcome.FIXED, severity="low", category="correctness", rule_id="x/y"),
        item(3, language="", provenance=Provenance(), at=later(7)),
        item(4, Outcome.REJECTED, at=None, severity="unknown"),
        (finding(5, at=None), (verdict(5, at=UNKNOWN_TIME, person=BOB),)),
        item(6, at=None),
    ]
    by = statistics(items, DIMENSIONS).by
    names = {name: [group.name for group in groups] for name, groups in by.items()}
    assert list(by) == list(DIMENSIONS)
    assert names == {
        "category": ["security", "correctness"],
        "severity": ["high", "low", "unknown"],
        "language": ["python", "unknown"],
        "model": ["qwen2.5-coder:7b", "none"],
        "week": ["2024-W09", "2024-W10", "unknown"],
        "rule": ["python/eval", "x/y"],
    }


def test_weeks_are_those_of_iso_8601() -> None:
    new_year = later(-60)  # 1 January 2024 less a day: Sunday
    by = statistics([item(1, at=new_year)], ["week"]).by
    assert by["week"][0].name == "2024-W01"
    assert statistics([item(1, at=later(-61))], ["week"]).by["week"][0].name == "2023-W52"


def test_rules_that_people_do_not_act_on_are_named_once_that_is_sure() -> None:
    items = [item(n, Outcome.REJECTED, rule_id="x/noise") for n in range(20)]
    items += [item(n, Outcome.REJECTED, rule_id="x/worse") for n in range(100, 140)]
    items += [item(n, Outcome.REJECTED, rule_id="x/few") for n in range(200, 210)]
    items += [item(n, Outcome.FIXED, rule_id="x/good") for n in range(300, 330)]
    found = statistics(items, ["severity"])
    assert [group.name for group in found.distrusted] == ["x/worse", "x/noise"]
    assert list(found.by) == ["severity"]


def test_since_is_about_when_a_finding_was_first_shown() -> None:
    items = [item(1, at=later(0)), item(2, at=later(5)), item(3, at=None)]
    assert [record.fingerprint[-1] for record, _ in since(items, later(5))] == ["2", "3"]
