"""The JSON schema that an answer must obey, made from the pydantic model that reads it.

A server turns the schema into a grammar, so every list and string has a bound: without one, a model
that rambles never ends. References are inlined, since not every server follows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from coderasst_hook.llm.taxonomy import BY_TYPE, ISSUE_TYPES
from coderasst_hook.models import Confidence, Severity

MAX_LINE = 9_999_999


def known_type(issue: str) -> str:
    """Raises ``ValueError``."""
    if issue not in BY_TYPE:
        raise ValueError("not an issue type of the list")
    return issue


class WireFinding(BaseModel):
    """One finding as the model writes it: first where, then what, then how bad."""

    model_config = ConfigDict(strict=True, extra="ignore")

    line: Annotated[int, Field(ge=1, le=MAX_LINE)]
    quote: str
    type: Annotated[
        str, AfterValidator(known_type), Field(json_schema_extra={"enum": [*ISSUE_TYPES]})
    ]
    message: Annotated[str, Field(min_length=1)]
    explanation: str = ""
    severity: Annotated[Severity | None, Field(strict=False)] = None
    confidence: Annotated[Confidence, Field(strict=False)] = Confidence.MEDIUM
    suggestion: str = ""
    replacement: str | None = None


class WireAnswer(BaseModel):
    """The items are read one by one, so that one bad item does not cost the others."""

    model_config = ConfigDict(strict=True, extra="forbid")

    findings: list[Any]


@dataclass(frozen=True, slots=True)
class Limits:
    """Most findings of an answer, and most characters of each string; 0 leaves a string out."""

    findings: int = 8
    quote: int = 240
    message: int = 200
    explanation: int = 400
    suggestion: int = 300
    replacement: int = 600


FULL = Limits()

# Between two tokens of JSON, llama.cpp's grammar allows two newlines and 20 blanks.
_BLANKS = 22
# A character may be written \\uXXXX, and a small vocabulary may spell it one token a letter.
_CHARACTER = 6


def tight(max_answer: int) -> Limits:
    """Limits for a second try: one short finding that fits in ``max_answer`` tokens even if every
    token is a single character (from about 1,000 tokens on)."""
    bare = Limits(findings=1, quote=0, message=0, explanation=0, suggestion=0, replacement=0)
    room = max(0, max_answer - _structure(bare)) // _CHARACTER
    message = min(120, max(16, room * 2 // 5))
    quote = min(160, max(24, room - message))
    return Limits(1, quote, message, explanation=0, suggestion=0, replacement=0)


def worst_case(limits: Limits) -> int:
    """Most characters that an answer within ``limits`` can have."""
    text = limits.quote + limits.message + limits.explanation
    text += limits.suggestion + limits.replacement
    return _structure(limits) + limits.findings * text * _CHARACTER


def _structure(limits: Limits) -> int:
    names = _properties(limits)
    longest_values = max(map(len, ISSUE_TYPES)) + len("critical") + len("medium") + len("9999999")
    item = sum(len(name) + 6 + 4 * _BLANKS for name in names) + longest_values + 2 * _BLANKS + 3
    return len('{"findings":[]}') + 6 * _BLANKS + limits.findings * item


def _properties(limits: Limits) -> list[str]:
    optional = {"explanation", "suggestion", "replacement"}
    return [
        name
        for name in WireFinding.model_fields
        if name not in optional or getattr(limits, name) > 0
    ]


def answer_schema(limits: Limits = FULL) -> dict[str, Any]:
    """The schema to send. Each call gives a new dict with the same content."""
    whole = WireFinding.model_json_schema()
    definitions = whole.get("$defs", {})
    names = _properties(limits)
    properties = {
        name: _bounded(name, whole["properties"][name], definitions, limits) for name in names
    }
    item = {
        "type": "object",
        "properties": properties,
        "required": names,
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"findings": {"type": "array", "maxItems": limits.findings, "items": item}},
        "required": ["findings"],
        "additionalProperties": False,
    }


def _bounded(
    name: str, declared: dict[str, Any], definitions: dict[str, Any], limits: Limits
) -> dict[str, Any]:
    choices = declared.get("anyOf", [declared])
    resolved = [_resolved(choice, definitions) for choice in choices]
    # The model may leave a severity out of its answer, but the grammar need not invite it to.
    kinds = resolved if name == "replacement" else [k for k in resolved if k["type"] != "null"]
    for kind in kinds:
        if kind["type"] == "string" and "enum" not in kind:
            kind["maxLength"] = getattr(limits, name)
    return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}


def _resolved(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rsplit("/", 1)[-1]]
    keep = ("type", "enum", "minimum", "maximum", "minLength")
    return {key: schema[key] for key in keep if key in schema}
