"""The one table, and what a maintainer must not get wrong when changing it."""

from __future__ import annotations

import pytest

from coderasst_hook.feedback.values import Outcome, Signal
from coderasst_hook.feedback.weights import LONGEST_REASON, MEANINGS, USUAL_WEIGHT, verdict
from tests.feedback.samples import NOON


def test_every_signal_has_a_meaning_within_the_bounds() -> None:
    assert set(MEANINGS) == set(Signal)
    assert all(-1 <= meaning.weight <= 1 and meaning.words for meaning in MEANINGS.values())
    assert set(USUAL_WEIGHT) == set(Outcome)


@pytest.mark.parametrize(
    ("signal", "outcome", "weight"),
    [
        (Signal.SUGGESTION_COMMITTED, Outcome.FIXED, 1.0),
        (Signal.CHANGED_AND_RESOLVED, Outcome.FIXED, 1.0),
        (Signal.CHANGED, Outcome.FIXED, 0.8),
        (Signal.THUMBS_UP, Outcome.ACCEPTED, 0.6),
        (Signal.REPLY_AGREES, Outcome.ACCEPTED, 0.6),
        (Signal.RESOLVED_UNCHANGED, Outcome.IGNORED, 0.0),
        (Signal.UNRESOLVED_AT_MERGE, Outcome.IGNORED, -0.2),
        (Signal.FIX_REVERTED, Outcome.REJECTED, -0.5),
        (Signal.THUMBS_DOWN, Outcome.REJECTED, -1.0),
        (Signal.REPLY_DISAGREES, Outcome.REJECTED, -1.0),
        (Signal.DISMISSED, Outcome.REJECTED, -1.0),
    ],
)
def test_the_weights_that_are_known_to_hold(
    signal: Signal, outcome: Outcome, weight: float
) -> None:
    assert (MEANINGS[signal].outcome, MEANINGS[signal].weight) == (outcome, weight)


def test_not_worth_a_change_is_worse_than_silence_and_better_than_wrong() -> None:
    wont = MEANINGS[Signal.REPLY_WONT_FIX].weight
    silent = MEANINGS[Signal.UNRESOLVED_AT_MERGE].weight
    assert MEANINGS[Signal.REPLY_DISAGREES].weight < wont < silent


def test_a_verdict_is_what_the_table_says() -> None:
    given = verdict(
        Signal.THUMBS_DOWN,
        fingerprint="f",
        repository="o/n",
        person="p",
        thread="t",
        at=NOON,
        reason="x" * 5000,
    )
    assert (given.outcome, given.weight, given.signal) == (
        Outcome.REJECTED,
        -1.0,
        Signal.THUMBS_DOWN,
    )
    assert len(given.reason) == LONGEST_REASON
