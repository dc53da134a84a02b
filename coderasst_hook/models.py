"""Findings and reports: the values that every layer above speaks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum

from coderasst_hook.bare import bare

CATEGORIES = ("security", "performance", "code-smell", "maintainability", "correctness")


class Category(str, Enum):
    SECURITY = "security"
    PERFORMANCE = "performance"
    CODE_SMELL = "code-smell"
    MAINTAINABILITY = "maintainability"
    CORRECTNESS = "correctness"


class Severity(str, Enum):
    """Ordered: ``Severity.LOW < Severity.CRITICAL``."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)

    # str would compare alphabetically, and "critical" would come first.
    def __lt__(self, other: str) -> bool:
        return self.rank < Severity(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= Severity(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > Severity(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= Severity(other).rank


class Confidence(str, Enum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Location:
    """``line`` to ``end_line``, inclusive, numbered from 1 on the new side."""

    path: str
    line: int
    end_line: int

    def overlaps(self, other: Location) -> bool:
        return (
            self.path == other.path and self.line <= other.end_line and other.line <= self.end_line
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule says of itself; a finding carries its ``id``."""

    id: str
    category: Category
    severity: Severity
    languages: tuple[str, ...]
    """Names of ``languages.py``; empty means every language."""
    message: str
    explanation: str = ""
    suggestion: str = ""
    cwe: str | None = None
    """As in "CWE-89"."""
    engine: str = ""
    """The analyzer that runs it: "ruff", "patterns", "secrets", "complexity", "model"."""
    confidence: Confidence = Confidence.MEDIUM
    limits: str = ""
    """What it cannot see."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a person should look at. Build it with ``Finding.of``."""

    rule_id: str
    category: Category
    severity: Severity
    confidence: Confidence
    location: Location
    message: str
    evidence: str
    """The text of the line that it is about, secrets masked."""
    source: str
    """The analyzer's name, or "model"."""
    fingerprint: str
    explanation: str = ""
    suggestion: str = ""
    replacement: str | None = None
    """New text for exactly ``location``'s lines, without a last newline; None where not certain."""
    cwe: str | None = None

    @classmethod
    def of(
        cls,
        rule: Rule,
        location: Location,
        evidence: str,
        *,
        message: str | None = None,
        explanation: str | None = None,
        suggestion: str | None = None,
        replacement: str | None = None,
        severity: Severity | None = None,
        confidence: Confidence | None = None,
    ) -> Finding:
        """A finding of ``rule``, with the rule's own texts where none are given.

        ``evidence`` must already be masked (``redact.mask``).
        """
        return cls(
            rule_id=rule.id,
            category=rule.category,
            severity=severity or rule.severity,
            confidence=confidence or rule.confidence,
            location=location,
            message=message or rule.message,
            evidence=evidence,
            source=rule.engine,
            fingerprint=fingerprint(location.path, rule.id, evidence),
            explanation=rule.explanation if explanation is None else explanation,
            suggestion=rule.suggestion if suggestion is None else suggestion,
            replacement=replacement,
            cwe=rule.cwe,
        )

    def at(self, location: Location) -> Finding:
        return replace(self, location=location)


def fingerprint(path: str, rule_id: str, evidence: str) -> str:
    """Stable identity, 16 hex digits: path, rule and the line's text without its spacing.

    No line number (lines move) and none of the model's wording (it changes at every run).
    """
    normalised = bare(evidence)
    digest = hashlib.sha256()
    for part in (path, rule_id, normalised):
        digest.update(part.encode("utf-8", "surrogateescape"))
        digest.update(b"\0")
    return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the model claims, before ``verify`` has looked at it."""

    rule: Rule
    path: str
    quote: str
    """The text of the line that it is about, as the model repeats it."""
    line: int
    message: str
    explanation: str = ""
    suggestion: str = ""
    replacement: str | None = None
    severity: Severity = Severity.MEDIUM
    confidence: Confidence = Confidence.MEDIUM


@dataclass(frozen=True, slots=True)
class Dropped:
    """A candidate or finding that is not reported, and why; the JSON and ``--verbose`` show it."""

    reason: str
    path: str
    line: int | None
    rule_id: str
    message: str
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was not reviewed, by whom, and why.

    ``stage`` is "diff", "analyzer:<name>" or "model"; ``lines`` is a range of new lines or None for
    the whole file.
    """

    path: str
    stage: str
    reason: str
    lines: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was and was not reviewed. Counts are of the selection; ``skipped`` tells the rest."""

    files: int = 0
    files_reviewed: int = 0
    hunks: int = 0
    """Hunks of the reviewed files; hunks of skipped files are told in ``skipped``."""
    hunks_reviewed_by_model: int = 0
    added_lines: int = 0
    chunks: int = 0
    chunks_from_cache: int = 0
    model_requests: int = 0
    analyzers: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    queued: int = 0
    """Chunks left for the background reviewer."""

    @property
    def failures(self) -> tuple[Skipped, ...]:
        """The part of ``skipped`` that should have been reviewed and could not be."""
        return tuple(skip for skip in self.skipped if skip.stage != "diff")

    @property
    def complete(self) -> bool:
        return not self.failures and not self.queued


@dataclass(frozen=True, slots=True)
class ModelUse:
    """Which model answered, and what it cost, as the server itself reports it."""

    name: str
    digest: str
    backend: str
    prompt_version: str
    prompt_tokens: int = 0
    answer_tokens: int = 0
    server_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one review. ``findings`` are ordered worst first, then by path and line."""

    description: str
    findings: tuple[Finding, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    dropped: tuple[Dropped, ...] = ()
    timing: dict[str, float] = field(default_factory=dict)
    """Seconds by stage, and "total"."""
    model: ModelUse | None = None
    model_note: str = ""
    """Why no model took part ("no Ollama at …"), empty where one did or none was wanted."""
    notes: tuple[str, ...] = ()

    def at_least(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity >= severity)


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(
        sorted(
            findings,
            key=lambda f: (-f.severity.rank, f.location.path, f.location.line, f.rule_id),
        )
    )
