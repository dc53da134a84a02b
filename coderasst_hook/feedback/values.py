"""What is learned from: findings as they were shown, and verdicts on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Outcome(str, Enum):
    """What a person did with a finding."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    FIXED = "fixed"
    IGNORED = "ignored"


class Signal(str, Enum):
    """What was seen. ``weights.py`` says what each means."""

    SUGGESTION_COMMITTED = "suggestion-committed"
    CHANGED_AND_RESOLVED = "changed-and-resolved"
    CHANGED = "changed"
    THUMBS_UP = "thumbs-up"
    REPLY_AGREES = "reply-agrees"
    RESOLVED_UNCHANGED = "resolved-unchanged"
    UNRESOLVED_AT_MERGE = "unresolved-at-merge"
    FIX_REVERTED = "fix-reverted"
    THUMBS_DOWN = "thumbs-down"
    REPLY_DISAGREES = "reply-disagrees"
    REPLY_WONT_FIX = "reply-wont-fix"
    DISMISSED = "dismissed"
    LOCAL_ACCEPT = "local-accept"
    LOCAL_REJECT = "local-reject"
    LOCAL_FIX = "local-fix"
    INLINE_IGNORE = "inline-ignore"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Which model or rules produced a finding. Empty texts where no model took part."""

    model: str = ""
    model_digest: str = ""
    prompt_version: str = ""


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """A finding as it was shown, with what is needed to learn from it. All texts are redacted.

    ``fingerprint`` with ``repository`` identifies it. ``context`` is the diff around it: lines with
    "+", "-" or " " in front, at most ``MOST_CONTEXT`` characters.
    """

    fingerprint: str
    repository: str
    """ "owner/name" on GitHub, else the name of the folder."""
    rule_id: str
    category: str
    severity: str
    confidence: str
    path: str
    line: int
    end_line: int
    message: str
    evidence: str
    source: str
    language: str = ""
    """A name of ``languages.py``; empty where unknown."""
    explanation: str = ""
    suggestion: str = ""
    replacement: str | None = None
    cwe: str | None = None
    context: str = ""
    provenance: Provenance = Provenance()
    revision: str = ""
    """The commit that was reviewed, where there was one."""
    at: datetime | None = None
    """When it was first shown, UTC."""


MOST_CONTEXT = 4000


@dataclass(frozen=True, slots=True)
class Verdict:
    """One person's word on one finding in one place.

    ``thread`` is where it was given ("github:owner/name#12:PRRT_x", "local:folder", …): one vote a
    person a thread, so a later verdict of the same person there replaces the earlier one.
    """

    fingerprint: str
    repository: str
    outcome: Outcome
    weight: float
    """From -1 (wrong) to +1 (right and acted on)."""
    signal: Signal
    person: str
    """``people.hashed``; never a name."""
    thread: str
    at: datetime
    reason: str = ""
    """In the person's words, redacted; may be empty."""


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """One run over one change. ``id`` is unique: recording the same one again changes nothing."""

    id: str
    repository: str
    revision: str
    at: datetime
    pull_request: int | None = None
    provenance: Provenance = Provenance()
    files: int = 0
    added_lines: int = 0
    seconds: float = 0.0
