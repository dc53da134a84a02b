from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coderasst_hook.feedback.combining import Combined, combined
from coderasst_hook.feedback.values import Outcome, Verdict
from tests.feedback.samples import ADA, BOB, later, verdict

UP, DOWN = Outcome.ACCEPTED, Outcome.REJECTED


def vote(weight: float, outcome: Outcome, person: str = ADA, thread: str = "a", day: int = 1,
         reason: str = "") -> Verdict:  # fmt: skip
    return verdict(
        weight=weight, outcome=outcome, person=person, thread=thread, at=later(day), reason=reason
    )


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ([vote(-1, DOWN)], Combined(DOWN, -1.0)),
        ([vote(0, Outcome.IGNORED)], Combined(Outcome.IGNORED, 0.0)),
        ([vote(-0.2, Outcome.IGNORED)], Combined(Outcome.IGNORED, -0.2)),
        ([vote(0.6, UP), vote(1, Outcome.FIXED, BOB)], Combined(Outcome.FIXED, 0.8)),
        ([vote(1, Outcome.FIXED), vote(-0.6, DOWN, BOB)], Combined(Outcome.FIXED, 0.2)),
        ([vote(1, Outcome.FIXED), vote(-1, DOWN, BOB)], Combined(Outcome.IGNORED, 0.0)),
        # Three threads of one person weigh no more than one of another.
        (
            [vote(-1, DOWN, thread=t) for t in "abc"] + [vote(1, Outcome.FIXED, BOB)],
            Combined(Outcome.IGNORED, 0.0),
        ),
        (
            [vote(-1, DOWN, ADA, "a"), vote(0.6, UP, ADA, "b"), vote(0.6, UP, BOB)],
            Combined(UP, 0.2),
        ),
    ],
    ids=["one", "ignored", "silence", "two agree", "two differ", "cancel", "threads", "mixed"],
)
def test_votes_are_combined(votes: list[Verdict], expected: Combined) -> None:
    for order in itertools.permutations(votes):
        assert combined(order) == expected


def test_the_reason_is_that_of_the_strongest_vote_that_gives_one() -> None:
    votes = [
        vote(-1, DOWN, ADA, day=1),
        vote(-0.8, DOWN, BOB, day=2, reason="A test."),
        vote(1, UP, "c", day=3, reason="Good catch."),
    ]
    assert combined(votes) == Combined(DOWN, -0.2667, "A test.")


@given(
    st.lists(
        st.tuples(st.floats(-1, 1), st.sampled_from(Outcome), st.sampled_from("xyz"),
                  st.sampled_from("ab")),
        min_size=1, max_size=6, unique_by=lambda parts: parts[2:],
    )
)  # fmt: skip
def test_weights_stay_in_range_and_order_does_not_matter(
    given_votes: list[tuple[float, Outcome, str, str]],
) -> None:
    votes = [vote(*parts) for parts in given_votes]
    first = combined(votes)
    assert -1 <= first.weight <= 1
    assert combined(votes[::-1]) == first
