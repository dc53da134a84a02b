"""The form in which an earlier assistant kept its feedback: ``{prompt, response, accepted}``, or
with ``suggestion`` in place of ``response``.

It tells what was asked, what was answered, and whether a person took it; not which rule, how
severe, where. So the prompt is the finding's context, the answer its message, and the rest is said
to be unknown.
"""

from __future__ import annotations

from typing import Any

from coderasst_hook.feedback.line import (
    IMPORTED_PERSON,
    IMPORTED_THREAD,
    UNKNOWN,
    UNKNOWN_TIME,
    Item,
    MalformedError,
)
from coderasst_hook.feedback.values import FindingRecord, Outcome, Signal, Verdict
from coderasst_hook.feedback.weights import USUAL_WEIGHT
from coderasst_hook.models import fingerprint
from coderasst_hook.untrusted import encodable

RULE = "imported"


def is_old(value: dict[str, Any]) -> bool:
    return "prompt" in value and "finding" not in value


def decode(value: dict[str, Any]) -> Item:
    """Raises ``MalformedError``. The same line gives the same finding, so it counts once."""
    prompt = _text(value, "prompt")
    suggestion = _text(value, "suggestion") if "suggestion" in value else ""
    answer = _text(value, "response") if "response" in value else suggestion
    if not answer:
        raise MalformedError('it has no "response" and no "suggestion"')
    accepted = value.get("accepted")
    if not isinstance(accepted, bool):
        raise MalformedError('"accepted" must be true or false')
    finding = FindingRecord(
        fingerprint=fingerprint(prompt, RULE, answer),
        repository=UNKNOWN,
        rule_id=RULE,
        category=UNKNOWN,
        severity=UNKNOWN,
        confidence=UNKNOWN,
        path="",
        line=0,
        end_line=0,
        message=answer,
        evidence="",
        source=RULE,
        suggestion=suggestion,
        context=prompt,
    )
    outcome = Outcome.ACCEPTED if accepted else Outcome.REJECTED
    vote = Verdict(
        fingerprint=finding.fingerprint,
        repository=finding.repository,
        outcome=outcome,
        weight=USUAL_WEIGHT[outcome],
        signal=Signal.IMPORTED,
        person=IMPORTED_PERSON,
        thread=IMPORTED_THREAD,
        at=UNKNOWN_TIME,
    )
    return finding, (vote,)


def _text(value: dict[str, Any], name: str) -> str:
    text = value[name]
    if not isinstance(text, str):
        raise MalformedError(f'"{name}" must be a text')
    # JSON can spell half a surrogate pair.
    return encodable(text)
