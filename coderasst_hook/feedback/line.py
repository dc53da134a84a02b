"""One line of a feedback file: a finding and what people did with it, as an object of JSON.

``user_feedback.schema.json`` documents the form. Lines of ours are read back without a loss; of
lines of others, as little is asked as there is use for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coderasst_hook.feedback.combining import combined
from coderasst_hook.feedback.people import DIGITS
from coderasst_hook.feedback.values import FindingRecord, Outcome, Provenance, Signal, Verdict
from coderasst_hook.feedback.weights import USUAL_WEIGHT
from coderasst_hook.models import CATEGORIES, Confidence, Severity

VERSION = 1
UNKNOWN = "unknown"
"""Category, severity and confidence where a file does not tell."""
UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=timezone.utc)
"""Of a verdict that came without one: any verdict that has one is later."""
IMPORTED_PERSON = "imported"
IMPORTED_THREAD = "import"

Item = tuple[FindingRecord, tuple[Verdict, ...]]
Hashed = Callable[[str], str]

_HASH = re.compile(rf"[0-9a-f]{{{DIGITS}}}|{IMPORTED_PERSON}")

_CONFIDENCES = tuple(confidence.value for confidence in Confidence)
_SEVERITIES = tuple(severity.value for severity in Severity)
_YEARS = range(1970, 3000)
"""Beyond these, no database and no zone of a session agree on what a time is."""

_Key = Annotated[str, Field(max_length=200)]
_Name = Annotated[str, Field(max_length=300)]
_Text = Annotated[str, Field(max_length=100_000)]
_LineNumber = Annotated[int, Field(ge=0, le=2**31 - 1)]
_Weight = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
_Outcome = Literal["accepted", "rejected", "fixed", "ignored"]


class _Part(BaseModel):
    # A file of a later program may have more; what is there must be what it says.
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class _Finding(_Part):
    fingerprint: Annotated[str, Field(pattern=r"^[0-9A-Za-z._:-]{1,64}$")]
    rule_id: _Name
    category: Literal[
        "security", "performance", "code-smell", "maintainability", "correctness", "unknown"
    ]
    severity: Literal["critical", "high", "medium", "low", "unknown"]
    message: _Text
    confidence: Literal["high", "medium", "low", "unknown"] = "unknown"
    path: _Text = ""
    line: _LineNumber = 0
    end_line: _LineNumber | None = None
    evidence: _Text = ""
    source: _Text = ""
    language: _Text = ""
    explanation: _Text = ""
    suggestion: _Text = ""
    replacement: _Text | None = None
    cwe: _Text | None = None


class _Vote(_Part):
    person: _Key = IMPORTED_PERSON
    thread: _Key = IMPORTED_THREAD
    outcome: _Outcome
    weight: _Weight | None = None
    signal: str = Signal.IMPORTED.value
    at: str | None = None
    reason: _Text = ""


class _Verdict(_Part):
    outcome: _Outcome
    weight: _Weight | None = None
    reason: _Text = ""
    votes: list[_Vote] = []


class _Model(_Part):
    name: _Text = ""
    digest: _Text = ""
    prompt_version: _Text = ""


class _Provenance(_Part):
    repository: _Key = UNKNOWN
    revision: _Key = ""
    shown_at: str | None = None


class _Line(_Part):
    version: Literal[1]
    finding: _Finding
    verdict: _Verdict | None
    context: _Text = ""
    model: _Model = _Model()
    provenance: _Provenance = _Provenance()


class MalformedError(Exception):
    """The line is not one of ours; says what is wrong, in a few words."""


def encode(finding: FindingRecord, votes: Sequence[Verdict]) -> dict[str, Any]:
    """Equal findings and votes give equal objects, whatever order the votes come in."""
    ordered = sorted(votes, key=lambda vote: (vote.at, vote.person, vote.thread))
    return {
        "version": VERSION,
        "finding": {
            "fingerprint": finding.fingerprint,
            "rule_id": finding.rule_id,
            "category": _known(finding.category, CATEGORIES),
            "severity": _known(finding.severity, _SEVERITIES),
            "confidence": _known(finding.confidence, _CONFIDENCES),
            "message": finding.message,
            "explanation": finding.explanation,
            "suggestion": finding.suggestion,
            "replacement": finding.replacement,
            "path": finding.path,
            "line": finding.line,
            "end_line": finding.end_line,
            "evidence": finding.evidence,
            "cwe": finding.cwe,
            "language": finding.language,
            "source": finding.source,
        },
        "context": finding.context,
        "verdict": _verdict(ordered) if ordered else None,
        "model": {
            "name": finding.provenance.model,
            "digest": finding.provenance.model_digest,
            "prompt_version": finding.provenance.prompt_version,
        },
        "provenance": {
            "repository": finding.repository,
            "revision": finding.revision,
            "threads": sorted({vote.thread for vote in ordered}),
            "shown_at": None if finding.at is None else _written(finding.at),
            "judged_at": _written(ordered[-1].at) if ordered else None,
        },
    }


def _verdict(votes: Sequence[Verdict]) -> dict[str, Any]:
    together = combined(votes)
    return {
        "outcome": together.outcome.value,
        "accepted": together.acted_on,
        "weight": together.weight,
        "signals": sorted({vote.signal.value for vote in votes}),
        "reason": together.reason,
        "votes": [
            {
                "person": vote.person,
                "thread": vote.thread,
                "outcome": vote.outcome.value,
                "weight": vote.weight,
                "signal": vote.signal.value,
                "at": _written(vote.at),
                "reason": vote.reason,
            }
            for vote in votes
        ],
    }


def decode(value: dict[str, Any], hashed: Hashed) -> Item:
    """``hashed`` makes a number of a person's name, where the file has names. Raises
    ``MalformedError``."""
    if value.get("version") != VERSION and "version" in value:
        raise MalformedError(f"its version is not {VERSION}: a newer coderasst may read it")
    try:
        line = _Line.model_validate(value)
    except ValidationError as error:
        raise MalformedError(_first(error)) from None
    finding = _finding_of(line)
    return finding, tuple(_votes_of(line, finding, hashed))


def _finding_of(line: _Line) -> FindingRecord:
    given = line.finding
    return FindingRecord(
        fingerprint=given.fingerprint,
        repository=line.provenance.repository,
        rule_id=given.rule_id,
        category=given.category,
        severity=given.severity,
        confidence=given.confidence,
        path=given.path,
        line=given.line,
        end_line=given.line if given.end_line is None else given.end_line,
        message=given.message,
        evidence=given.evidence,
        source=given.source,
        language=given.language,
        explanation=given.explanation,
        suggestion=given.suggestion,
        replacement=given.replacement,
        cwe=given.cwe,
        context=line.context,
        provenance=Provenance(line.model.name, line.model.digest, line.model.prompt_version),
        revision=line.provenance.revision,
        at=None if line.provenance.shown_at is None else _time(line.provenance.shown_at),
    )


def _votes_of(line: _Line, finding: FindingRecord, hashed: Hashed) -> list[Verdict]:
    if line.verdict is None:
        return []
    given = line.verdict
    alone = _Vote(outcome=given.outcome, weight=given.weight, reason=given.reason)
    return [
        Verdict(
            fingerprint=finding.fingerprint,
            repository=finding.repository,
            outcome=Outcome(vote.outcome),
            weight=USUAL_WEIGHT[Outcome(vote.outcome)] if vote.weight is None else vote.weight,
            signal=_signal(vote.signal),
            person=vote.person if _HASH.fullmatch(vote.person) else hashed(vote.person),
            thread=vote.thread,
            at=UNKNOWN_TIME if vote.at is None else _time(vote.at),
            reason=vote.reason,
        )
        for vote in given.votes or [alone]
    ]


def _signal(word: str) -> Signal:
    try:
        return Signal(word)
    except ValueError:
        raise MalformedError(f"{word[:40]!r} is no signal") from None


def _known(word: str, words: Sequence[str]) -> str:
    return word if word in words else UNKNOWN


def _written(at: datetime) -> str:
    return at.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


def _time(text: str) -> datetime:
    try:
        # Python 3.10 reads no "Z".
        at = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text))
        if at.tzinfo is not None and at.year in _YEARS:
            return at.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        pass
    raise MalformedError(f"{text[:40]!r} is no time with a zone, as 2024-01-31T12:00:00Z")


def _first(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in found["loc"])
    return f"{where}: {found['msg'][0].lower()}{found['msg'][1:]}"
