"""What each signal is worth: the one table that a maintainer changes.

The weights follow what is known to hold when learning from reviews: what became of the code counts
most, silence little, and a finding that was right but not worth a change is not a wrong one.

**One vote a person a thread.** Of several signals by the same person in one thread

1. the one of the highest ``rank`` leads, the later of two of one rank. A revert undoes what was
   done before it; a committed suggestion is the finding's own text, so nothing but the finding can
   be its cause; what people say in words or by command is about the finding; a reaction is, too,
   but a click is made sooner than a sentence; lines change for many reasons, so that they changed
   does not outrank what was said; silence gives way to everything;
2. the strongest of those that point where the leader points (above zero, below it, or at it) is
   the vote: "good catch" with a fix is a fix, not a contradiction.

So "false positive" stands although the lines changed later, and a thumbs-down gives way to a later
"good catch, fixed".
"""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import NamedTuple

from coderasst_hook.feedback.values import Outcome, Signal, Verdict

LONGEST_REASON = 1000
"""Characters that are kept of what a person wrote."""


class Rank(IntEnum):
    SILENCE = 0
    LINES = 1
    REACTION = 2
    WORDS = 3
    OWN_TEXT = 4
    UNDONE = 5


class Meaning(NamedTuple):
    outcome: Outcome
    weight: float
    """From -1 (wrong) to +1 (right and acted on)."""
    rank: Rank
    words: str


_FIXED, _ACCEPTED = Outcome.FIXED, Outcome.ACCEPTED
_REJECTED, _IGNORED = Outcome.REJECTED, Outcome.IGNORED

MEANINGS: dict[Signal, Meaning] = {
    Signal.SUGGESTION_COMMITTED: Meaning(_FIXED, 1.0, Rank.OWN_TEXT, "committed the suggestion"),
    Signal.CHANGED_AND_RESOLVED: Meaning(
        _FIXED, 1.0, Rank.LINES, "changed the lines, thread resolved"
    ),
    Signal.CHANGED: Meaning(_FIXED, 0.8, Rank.LINES, "changed the lines afterwards"),
    Signal.THUMBS_UP: Meaning(_ACCEPTED, 0.6, Rank.REACTION, "thumbs-up"),
    Signal.REPLY_AGREES: Meaning(_ACCEPTED, 0.6, Rank.WORDS, "agreed in a reply"),
    Signal.RESOLVED_UNCHANGED: Meaning(_IGNORED, 0.0, Rank.SILENCE, "resolved without a change"),
    Signal.UNRESOLVED_AT_MERGE: Meaning(_IGNORED, -0.2, Rank.SILENCE, "merged without an answer"),
    # Right, says the person, but not worth a change: below silence, because somebody took the time
    # to say so, and far above a false positive, because nothing about the finding was wrong.
    Signal.REPLY_WONT_FIX: Meaning(_IGNORED, -0.3, Rank.WORDS, "will not be fixed, says a reply"),
    Signal.FIX_REVERTED: Meaning(_REJECTED, -0.5, Rank.UNDONE, "the fix was reverted"),
    Signal.THUMBS_DOWN: Meaning(_REJECTED, -1.0, Rank.REACTION, "thumbs-down"),
    Signal.REPLY_DISAGREES: Meaning(_REJECTED, -1.0, Rank.WORDS, "disagreed in a reply"),
    Signal.DISMISSED: Meaning(_REJECTED, -1.0, Rank.WORDS, "dismissed"),
    Signal.LOCAL_ACCEPT: Meaning(_ACCEPTED, 0.6, Rank.WORDS, "accepted on their machine"),
    Signal.LOCAL_REJECT: Meaning(_REJECTED, -1.0, Rank.WORDS, "rejected on their machine"),
    Signal.LOCAL_FIX: Meaning(_FIXED, 1.0, Rank.OWN_TEXT, "fixed on their machine"),
    # A rejection for all to see, but some are written to get a commit past the hook.
    Signal.INLINE_IGNORE: Meaning(_REJECTED, -0.8, Rank.WORDS, "ignored by a comment in the code"),
    # A file that is brought in says itself what the outcome was, and what it weighs.
    Signal.IMPORTED: Meaning(_IGNORED, 0.0, Rank.SILENCE, "brought in from a file"),
}

USUAL_WEIGHT: dict[Outcome, float] = {
    Outcome.FIXED: 0.8,
    Outcome.ACCEPTED: 0.6,
    Outcome.IGNORED: 0.0,
    Outcome.REJECTED: -1.0,
}
"""Of a verdict from elsewhere that came with an outcome alone."""


def verdict(
    signal: Signal,
    *,
    fingerprint: str,
    repository: str,
    person: str,
    thread: str,
    at: datetime,
    reason: str = "",
) -> Verdict:
    """``person`` is a hash of ``people.py``; outcome and weight come from the table."""
    meaning = MEANINGS[signal]
    return Verdict(
        fingerprint=fingerprint,
        repository=repository,
        outcome=meaning.outcome,
        weight=meaning.weight,
        signal=signal,
        person=person,
        thread=thread,
        at=at,
        reason=reason[:LONGEST_REASON],
    )
