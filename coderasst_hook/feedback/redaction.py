"""What is taken out of a record before it is stored; the store itself does this, to every record.

Secrets (``redact``) and personal data (``personal``) are masked; what no database or JSON can hold
is replaced; and each text has a limit, since it may come from anywhere. Redacting twice is
redacting once, so what was exported can be imported without a change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from coderasst_hook.feedback.records import ModelRecord, RunRecord
from coderasst_hook.feedback.values import (
    MOST_CONTEXT,
    FindingRecord,
    Provenance,
    ReviewRecord,
    Verdict,
)
from coderasst_hook.personal import mask_mentions, mask_personal
from coderasst_hook.redact import mask
from coderasst_hook.untrusted import encodable

MOST_KEY = 200
"""Characters of what identifies a row: an index takes no long ones."""
MOST_NAME = 300
MOST_TEXT = 4000
MOST_DETAIL = 20_000
_LONGEST_SECRET = 4000
_ROUNDS = 8


def finding(record: FindingRecord) -> FindingRecord:
    replacement = record.replacement
    # The first part of a replacement would replace something else.
    if replacement is not None and len(replacement) > MOST_TEXT:
        replacement = None
    return replace(
        record,
        fingerprint=key(record.fingerprint),
        repository=key(record.repository),
        rule_id=text(record.rule_id, MOST_NAME),
        category=text(record.category, MOST_NAME),
        severity=text(record.severity, MOST_NAME),
        confidence=text(record.confidence, MOST_NAME),
        path=text(record.path, MOST_TEXT),
        message=text(record.message),
        evidence=text(record.evidence),
        source=text(record.source, MOST_NAME),
        language=text(record.language, MOST_NAME),
        explanation=text(record.explanation),
        suggestion=text(record.suggestion),
        replacement=None if replacement is None else text(replacement),
        cwe=None if record.cwe is None else text(record.cwe, MOST_NAME),
        context=text(record.context, MOST_CONTEXT),
        provenance=provenance(record.provenance),
        revision=key(record.revision),
    )


def verdict(given: Verdict) -> Verdict:
    return replace(
        given,
        fingerprint=key(given.fingerprint),
        repository=key(given.repository),
        person=key(given.person),
        thread=key(given.thread),
        reason=text(given.reason, mentions=True),
    )


def review(record: ReviewRecord) -> ReviewRecord:
    return replace(
        record,
        id=key(record.id),
        repository=key(record.repository),
        revision=key(record.revision),
        provenance=provenance(record.provenance),
    )


def provenance(given: Provenance) -> Provenance:
    return Provenance(
        model=text(given.model, MOST_NAME),
        model_digest=text(given.model_digest, MOST_NAME),
        prompt_version=text(given.prompt_version, MOST_NAME),
    )


def model(record: ModelRecord) -> ModelRecord:
    return replace(
        record,
        name=key(record.name),
        digest=key(record.digest),
        details=details(record.details),
    )


def run(record: RunRecord) -> RunRecord:
    return replace(
        record,
        id=key(record.id),
        kind=text(record.kind, MOST_NAME),
        outcome=text(record.outcome),
        details=details(record.details),
    )


def details(value: Any) -> Any:
    """``value``, of JSON, with each of its texts redacted."""
    if isinstance(value, str):
        return text(value, MOST_DETAIL)
    if isinstance(value, dict):
        return {text(str(name), MOST_NAME): details(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [details(part) for part in value]
    return value


def key(given: str) -> str:
    """What identifies a row, fit to be stored. To look a row up, ask for its ``key``, too."""
    return _settled(given, MOST_KEY, mask)


def text(given: str, most: int = MOST_TEXT, *, mentions: bool = False) -> str:
    """``given``, at most ``most`` characters of it, without secrets and personal data."""
    if mentions:
        return _settled(given, most, lambda it: mask_mentions(mask_personal(mask(it))))
    return _settled(given, most, lambda it: mask_personal(mask(it)))


def _settled(given: str, most: int, masked: Callable[[str], str]) -> str:
    """One mask may complete what another looks for, and a cut may, too: until nothing changes."""
    # A secret is known by its whole, so it must not be cut before it is looked for.
    given = _storable(given)[: most + _LONGEST_SECRET]
    for _ in range(_ROUNDS):
        settled = masked(given)[:most]
        if settled == given:
            break
        given = settled
    return given


def _storable(given: str) -> str:
    # PostgreSQL holds no NUL, and nothing that is written as UTF-8 holds half a surrogate pair.
    return encodable(given).replace("\0", "\ufffd")
