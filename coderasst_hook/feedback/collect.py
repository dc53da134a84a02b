"""One pull request: every thread of the tool's own, as a finding and what people did with it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Protocol

from coderasst_hook.feedback.classify import Ask
from coderasst_hook.feedback.observe import observe, thread_name, verdicts
from coderasst_hook.feedback.rebuild import marker_of, record_of, suggested
from coderasst_hook.feedback.values import FindingRecord, Verdict
from coderasst_hook.feedback.versions import Reader, Versions
from coderasst_hook.github.values import Comment, PullRequest, Thread


class Pulls(Reader, Protocol):
    """What is needed of ``github.pulls.Pulls``."""

    def get(self, number: int) -> PullRequest: ...
    def threads(self, number: int) -> tuple[Thread, ...]: ...


@dataclass(frozen=True, slots=True)
class Judged:
    """One thread: its finding, and all the verdicts on it that were given there."""

    thread: str
    finding: FindingRecord
    verdicts: tuple[Verdict, ...]


def believed(comment: Comment, authors: Collection[str]) -> bool:
    """Whether a marker in ``comment`` is the tool's. ``authors``: logins in lower case, without
    "[bot]", that write for the tool; where there are none, the token's own account and bots do.
    A person can copy a marker, a bot's comment has none by chance."""
    if authors:
        return comment.author.login.casefold() in authors
    return comment.ours or comment.author.is_bot


def collect(
    pulls: Pulls,
    pull: PullRequest,
    *,
    authors: Collection[str] = (),
    salt: str,
    ask: Ask | None = None,
) -> tuple[Judged, ...]:
    """Every thread that the tool began in ``pull``, oldest first. Raises ``GitHubError``."""
    ours = [
        (thread, marker)
        for thread in pulls.threads(pull.number)
        if believed(thread.first, authors) and (marker := marker_of(thread.first))
    ]
    if not ours:
        return ()
    if pull.merged and pull.merged_by is None:
        # Lists do not say who merged.
        pull = replace(pull, merged_by=pulls.get(pull.number).merged_by)
    versions = Versions(pulls, pull)
    found = []
    for thread, marker in ours:
        finding = record_of(pull.repository, thread, marker)
        fate = versions.fate(thread, suggested(thread.first))
        name = thread_name(pull, thread)
        given = verdicts(
            observe(pull, thread, fate, ask=ask, about=finding.message),
            fingerprint=finding.fingerprint,
            repository=finding.repository,
            thread=name,
            salt=salt,
        )
        found.append(Judged(name, finding, given))
    return tuple(found)
