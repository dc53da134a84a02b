"""From the model's text to candidates. Other than the agreed JSON is a failure, never no issues."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from coderasst_hook.llm.backend import AnswerFailure
from coderasst_hook.llm.schema import WireAnswer, WireFinding
from coderasst_hook.llm.taxonomy import BY_TYPE
from coderasst_hook.models import Candidate, Dropped
from coderasst_hook.redact import mask
from coderasst_hook.untrusted import encodable, one_line

MAX_CHARACTERS = 200_000
"""Longest answer that is read at all."""
MAX_FINDINGS = 50
"""Most findings taken from one answer, for servers that do not enforce the schema."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one answer claims, and which of its items could not be read. Both may be empty: then the
    chunk is reviewed and clean."""

    candidates: tuple[Candidate, ...] = ()
    dropped: tuple[Dropped, ...] = ()


def parse(text: str, path: str) -> Parsed:
    """Read an answer about the file ``path``.

    Raises ``AnswerFailure`` where the text is not exactly the JSON that the schema asks for, or
    where it has findings and not one of them can be read.
    """
    return read(text, path, _candidate)


def read(text: str, path: str, candidate: Callable[[Any, str], Candidate]) -> Parsed:
    """The same with items of another shape. ``candidate`` makes of an item and ``path`` what it
    claims, or raises ``ValidationError``."""
    items = _items(text)
    candidates: list[Candidate] = []
    dropped: list[Dropped] = []
    for item in items[:MAX_FINDINGS]:
        try:
            candidates.append(candidate(item, path))
        except ValidationError as error:
            dropped.append(_unreadable(item, path, error))
    if items and not candidates:
        raise _unusable(f"no finding of the answer can be read: {dropped[0].reason}")
    if len(items) > MAX_FINDINGS:
        reason = f"the answer has {len(items)} findings; {MAX_FINDINGS} are read"
        dropped.append(Dropped(reason, path, None, "model", ""))
    return Parsed(tuple(candidates), tuple(dropped))


def _items(text: str) -> list[Any]:
    if not text.strip():
        raise _unusable("the model answered nothing")
    if len(text) > MAX_CHARACTERS:
        raise _unusable(f"the answer is longer than {MAX_CHARACTERS:,} characters")
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise _unusable("the answer is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise _unusable(_not_json(text, error)) from None
    except ValueError as error:
        raise _unusable(f"the answer is not valid JSON: {one_line(str(error), 80)}") from None
    try:
        return WireAnswer.model_validate(value).findings
    except ValidationError as error:
        raise _unusable(f"the answer is not what was asked for: {_first(error)}") from None


def _unusable(reason: str) -> AnswerFailure:
    return AnswerFailure(reason, unreadable=True)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON value")


def _not_json(text: str, error: json.JSONDecodeError) -> str:
    start = text.lstrip()
    if start.startswith("```"):
        return "the model wrapped its answer in a code fence instead of giving plain JSON"
    if not start.startswith(("{", "[")):
        return "the model answered in prose instead of JSON"
    if error.msg == "Extra data":
        return "the model wrote text after its JSON answer"
    return f"the answer is not valid JSON: {error.msg} at character {error.pos + 1}"


def _storable(item: Any) -> Any:
    """JSON can spell half a surrogate pair, which no file and no terminal takes."""
    if not isinstance(item, dict):
        return item
    return {
        key: encodable(value) if isinstance(value, str) else value for key, value in item.items()
    }


def _candidate(value: Any, path: str) -> Candidate:
    item = WireFinding.model_validate(_storable(value))
    rule = BY_TYPE[item.type]
    return Candidate(
        rule=rule,
        path=path,
        quote=item.quote,
        line=item.line,
        message=item.message,
        explanation=item.explanation,
        suggestion=item.suggestion,
        replacement=item.replacement,
        severity=rule.severity if item.severity is None else item.severity,
        confidence=item.confidence,
    )


def _unreadable(item: Any, path: str, error: ValidationError) -> Dropped:
    fields = item if isinstance(item, dict) else {}
    line = fields.get("line")
    issue = fields.get("type")
    message = fields.get("message")
    return Dropped(
        reason=f"not what was asked for: {_first(error)}",
        path=path,
        line=line if type(line) is int and line > 0 else None,
        rule_id=BY_TYPE[issue].id if isinstance(issue, str) and issue in BY_TYPE else "model",
        message=mask(one_line(message, 200)) if isinstance(message, str) else "",
    )


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    what = one_line(first["msg"], 120)
    return f"{one_line(where, 60)}: {what}" if where else what
