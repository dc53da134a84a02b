"""What several people's verdicts on one finding amount to.

``weights.py`` says what one person's vote in one thread is worth. Of several votes

- the weight is the mean over the people, each with the mean of their own votes: nobody counts twice
  for having met the same finding in two pull requests;
- the outcome is that of the strongest vote on the side to which the weight points (the later one of
  two that are equal); where the votes cancel out, the finding counts as ignored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from coderasst_hook.feedback.values import Outcome, Verdict

_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Combined:
    outcome: Outcome
    weight: float
    """From -1 (wrong) to +1 (right and acted on), to four places."""
    reason: str = ""

    @property
    def acted_on(self) -> bool:
        return self.outcome in (Outcome.ACCEPTED, Outcome.FIXED)


def combined(votes: Sequence[Verdict]) -> Combined:
    """The order of ``votes`` does not matter. There must be one."""
    by_person: dict[str, list[float]] = {}
    for vote in votes:
        by_person.setdefault(vote.person, []).append(vote.weight)
    mean = _mean([_mean(weights) for weights in by_person.values()])
    weight = round(max(-1.0, min(1.0, mean)), _DIGITS) + 0.0  # never "-0.0"
    leading = sorted(
        (vote for vote in votes if _sign(vote.weight) == _sign(weight)),
        key=lambda vote: (abs(vote.weight), vote.at, vote.person, vote.thread),
        reverse=True,
    )
    if not leading:
        return Combined(Outcome.IGNORED, weight)
    reason = next((vote.reason for vote in leading if vote.reason), "")
    return Combined(leading[0].outcome, weight, reason)


def _mean(numbers: Sequence[float]) -> float:
    # Exact, so that the order of the numbers cannot show in the last digit.
    return fsum(numbers) / len(numbers)


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)
