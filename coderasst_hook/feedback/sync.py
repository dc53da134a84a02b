"""``coderasst feedback sync``: from GitHub to the store, one pull request at a time.

A pull request is written in whole before the cursor moves past it, and to write it again changes
nothing: a sync that was killed goes on where it stopped. What people took back (a reaction, a
resolved thread) is taken back in the store, too, because each thread is written as it is now.

GitHub does not count reactions and resolved threads as updates. So open pull requests are looked at
in every sync; one that is closed only when it is updated, or with ``--since``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Protocol

from coderasst_hook.feedback import people
from coderasst_hook.feedback.classify import Ask
from coderasst_hook.feedback.collect import Judged, collect
from coderasst_hook.feedback.collect import Pulls as CollectedPulls
from coderasst_hook.feedback.values import FindingRecord, Outcome, Verdict
from coderasst_hook.github.errors import NotFound
from coderasst_hook.github.values import PullRequest


class Pulls(CollectedPulls, Protocol):
    """What is needed of ``github.pulls.Pulls``."""

    def updated_since(
        self, since: datetime | None = None, cursor: str | None = None
    ) -> Iterator[tuple[PullRequest, str]]: ...
    def open_pulls(self) -> Iterator[PullRequest]: ...


class Store(people.Keeper, Protocol):
    """What is needed of ``feedback.store.Store``."""

    def cursor(self, name: str) -> str | None: ...
    def set_cursor(self, name: str, value: str) -> None: ...
    def record_findings(self, findings: Iterable[FindingRecord]) -> int: ...
    def settle(
        self, repository: str, fingerprint: str, thread: str, verdicts: Iterable[Verdict]
    ) -> int: ...


@dataclass(frozen=True, slots=True)
class What:
    """What to read. ``number``: this pull request alone; ``authors``: see ``collect.believed``."""

    repository: str
    since: datetime | None = None
    number: int | None = None
    authors: frozenset[str] = frozenset()

    @property
    def cursor(self) -> str:
        """Its name. Other authors have other comments, so they are read from the beginning."""
        return ":".join(["sync", self.repository.lower(), *sorted(self.authors)])


@dataclass
class Synced:
    """What a sync has done so far; ``changed`` counts verdicts that are new, other or gone."""

    pulls: int = 0
    threads: int = 0
    changed: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def add(self, judged: tuple[Judged, ...]) -> None:
        self.pulls += 1
        self.threads += len(judged)
        self.outcomes.update(verdict.outcome for one in judged for verdict in one.verdicts)


def sync(
    pulls: Pulls,
    store: Store | None,
    what: What,
    *,
    ask: Ask | None = None,
    dry_run: bool = False,
    told: Callable[[PullRequest, tuple[Judged, ...]], None] = lambda pull, judged: None,
) -> Synced:
    """``told`` hears of each pull request that has threads of ours, once it is in the store.

    With ``dry_run`` nothing is written, and ``store`` may be None where there is none yet. Raises
    ``GitHubError`` and ``StoreError``; what was written until then stays.
    """
    into = None if dry_run else store
    salt = people.salt_of(into) if into else "of a dry run"
    done = Synced()
    for pull, cursor in _wanted(pulls, store.cursor(what.cursor) if store else None, what):
        try:
            judged = collect(pulls, pull, authors=what.authors, salt=salt, ask=ask)
        except NotFound as error:
            done.notes.append(f"pull request {pull.number} was left out: {error}")
            judged = ()
        done.add(judged)
        if into:
            done.changed += sum(_write(into, one) for one in judged)
            if cursor:
                into.set_cursor(what.cursor, cursor)
        if judged:
            told(pull, judged)
    return done


def _write(store: Store, one: Judged) -> int:
    """How many verdicts are other than before."""
    store.record_findings([one.finding])
    return store.settle(one.finding.repository, one.finding.fingerprint, one.thread, one.verdicts)


def _wanted(pulls: Pulls, kept: str | None, what: What) -> Iterator[tuple[PullRequest, str | None]]:
    """Each with the cursor to keep once it is written, None where ``kept`` must stay."""
    if what.number is not None:
        yield pulls.get(what.number), None
        return
    position = _moment(kept)
    # Begun later than the last sync ended, this one leaves a gap that another must read.
    gap = position is not None and what.since is not None and what.since > position
    read: set[int] = set()
    for pull, cursor in pulls.updated_since(what.since, None if what.since else kept):
        read.add(pull.number)
        at = _moment(cursor)
        ahead = position is None or (at is not None and at > position)
        yield pull, cursor if ahead and not gap else None
    for pull in pulls.open_pulls():
        if pull.number not in read:
            yield pull, None


def _moment(cursor: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(cursor) if cursor else None
    except ValueError:
        return None
    return at if at is None or at.tzinfo else at.replace(tzinfo=timezone.utc)
