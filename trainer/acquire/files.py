"""Files on disk into a source.

A document's id holds a hash of its content: run again, the same content is known, and a file that
has changed is another document beside the old one. So the documents of a source do not depend on
how often, in which order and up to which point it was run. Which of two versions stays is decided
where near-duplicates are removed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing

from trainer.acquire.budget import Budget
from trainer.acquire.places import Place
from trainer.acquire.walk import Drop, Look, Wish, found_in
from trainer.raw_source import RawSource

_CHECKPOINT_EVERY = 1000
"""Documents. What a kill loses is read again, so this only bounds the time for that."""


def acquire(
    places: Sequence[Place],
    wish: Wish,
    source: RawSource,
    budget: Budget,
    looked_at: Callable[[str], None],
) -> None:
    """Take what ``places`` have into ``source``, until ``budget`` is spent.

    Raises ``UsageError`` for a revision that a repository does not have, ``GitError`` where there
    is no git, and ``StoreError``.
    """
    for place in places:
        # Closed at once where the budget ends it: a git may be running, a file be open.
        with closing(found_in(place, wish, source.known)) as found:
            for one in found:
                if budget.spent() is not None:
                    return
                if isinstance(one, Look):
                    looked_at(one.location)
                elif isinstance(one, Drop):
                    source.drop(one.location, one.reason)
                elif source.add(one) and source.taken % _CHECKPOINT_EVERY == 0:
                    source.checkpoint()
        source.checkpoint()
