"""Verdicts that people give on their own machine.

A marker in the code that gives a reason counts as a rejection by whoever ran the review of it. What
the same person says of the finding otherwise, before or after, outweighs the marker.
"""

from __future__ import annotations

import getpass
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from coderasst_hook.feedback.people import hashed, salt_of
from coderasst_hook.feedback.values import FindingRecord, Signal, Verdict
from coderasst_hook.feedback.weights import verdict
from coderasst_hook.git.repository import Repository

if TYPE_CHECKING:
    from coderasst_hook.feedback.store import Store

_REMOTE = re.compile(r"(?:\w+://[^/]+/|[^/:]+:)/?(?P<name>[^/:]+/[^/:]+?)(?:\.git)?/?")
"""A URL, or "user@host:path", whose path has two parts."""
_NO_REPLY = re.compile(r"(?:\d+\+)?([^@+]+)@users\.noreply\.[^@]+")
"""The address that GitHub gives to who hides theirs; it tells the login."""


@dataclass(frozen=True, slots=True)
class Local:
    """One person's verdicts on the findings of one repository, named as FindingRecord names it."""

    store: Store
    repository: str
    person: str
    """``people.hashed``."""

    @property
    def thread(self) -> str:
        return f"local:{self.repository}"

    def judge(self, record: FindingRecord, signal: Signal, reason: str = "") -> None:
        """Replaces what the person said before. Raises ``StoreError``."""
        now = datetime.now(timezone.utc)
        self.store.record_findings([self._own(record)])
        self.store.add_verdicts([self._verdict(record, signal, reason, now)])

    def undo(self, record: FindingRecord) -> bool:
        """Whether there was a verdict of the person to take back."""
        now = datetime.now(timezone.utc)
        return self.store.withdraw(self._verdict(record, Signal.LOCAL_ACCEPT, "", now))

    def take(self, ignored: Iterable[tuple[FindingRecord, str]]) -> int:
        """Make verdicts of findings that markers suppress, each with the reason that stands there.
        The number of those that were not known."""
        wanted = {record.fingerprint: (record, reason) for record, reason in ignored}
        if not wanted:
            return 0
        for fingerprint in self._judged_otherwise():
            wanted.pop(fingerprint, None)
        now = datetime.now(timezone.utc)
        self.store.record_findings([self._own(record) for record, _ in wanted.values()])
        return self.store.add_verdicts(
            [
                self._verdict(record, Signal.INLINE_IGNORE, reason, record.at or now)
                for record, reason in wanted.values()
            ]
        )

    def _judged_otherwise(self) -> Iterator[str]:
        for record, verdicts in self.store.judged(repository=self.repository):
            own = (v for v in verdicts if (v.person, v.thread) == (self.person, self.thread))
            if any(it.signal is not Signal.INLINE_IGNORE for it in own):
                yield record.fingerprint

    def _own(self, record: FindingRecord) -> FindingRecord:
        return replace(record, repository=self.repository)

    def _verdict(self, record: FindingRecord, signal: Signal, reason: str, at: datetime) -> Verdict:
        return verdict(
            signal,
            fingerprint=record.fingerprint,
            repository=self.repository,
            person=self.person,
            thread=self.thread,
            at=at,
            reason=reason,
        )


@contextmanager
def open_local(repository: Repository, where: str) -> Iterator[Local]:
    """``where``: the setting ``feedback.store``. Raises ``StoreError``."""
    from coderasst_hook.feedback.store import open_store

    with open_store(where, root=repository.root) as store:
        yield local_in(store, repository)


def local_in(store: Store, repository: Repository) -> Local:
    """The verdicts of whoever works in ``repository`` here. Raises ``StoreError``."""
    return Local(store, name_of(repository), hashed(person_of(repository), salt_of(store)))


def name_of(repository: Repository) -> str:
    """ "owner/name" where the remote "origin" tells it, else the name of the folder."""
    remote = _REMOTE.fullmatch(repository.configured("remote.origin.url"))
    return remote["name"] if remote else repository.root.name


def person_of(repository: Repository) -> str:
    """Who git says is working here: a login of GitHub where the address tells it, else the address,
    else the name on this machine."""
    address = repository.configured("user.email")
    if address:
        hidden = _NO_REPLY.fullmatch(address)
        return hidden[1] if hidden else address
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # no name for this user's number
        return "somebody"
