"""The answer that the model should give, proven by the review's own parser and verification.

What the review would drop is no target: the model would learn to be ignored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from coderasst_hook.chunks import Chunk
from coderasst_hook.chunks.render import visible
from coderasst_hook.llm.backend import AnswerFailure
from coderasst_hook.llm.compact import MOST_FINDINGS
from coderasst_hook.llm.forms import COMPACT, FULL, PromptForm
from coderasst_hook.llm.schema import FULL as LIMITS
from coderasst_hook.llm.schema import WireFinding
from coderasst_hook.llm.taxonomy import BY_TYPE
from coderasst_hook.models import Category, Confidence, Finding, Severity
from coderasst_hook.personal import mask_personal
from coderasst_hook.redact import mask
from coderasst_hook.source import SourceFile
from coderasst_hook.untrusted import one_line, printable
from coderasst_hook.verify import verify
from trainer.dataset import compact_answers

TOO_MANY = "more findings than an answer may have"
REFUSED = "the review would drop its finding"
_MOST = {FULL.name: LIMITS.findings, COMPACT.name: MOST_FINDINGS}
"""Findings of an answer, by form."""

_SENTENCE = re.compile(r"[.!?](?=\s|$)")


@dataclass(frozen=True, slots=True)
class Said:
    """One finding as it should be said. ``line`` is its number on the new side."""

    rule_id: str
    """In the terms of whoever found it; the answer has ``issue_type``."""
    issue_type: str
    line: int
    message: str
    severity: Severity
    confidence: Confidence = Confidence.MEDIUM
    explanation: str = ""
    suggestion: str = ""
    replacement: str | None = None
    """The new text of that line alone."""

    @property
    def category(self) -> Category:
        return BY_TYPE[self.issue_type].category


@dataclass(frozen=True, slots=True)
class Target:
    text: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class NoTarget:
    reason: str


def target(
    chunk: Chunk, source: SourceFile, said: Iterable[Said], form: PromptForm = FULL
) -> Target | NoTarget:
    """The answer about ``chunk``, a part of ``source``, that says ``said`` in ``form``."""
    chosen = _each_once(said)
    if len(chosen) > _MOST[form.name]:
        return NoTarget(TOO_MANY)
    text = _written(chosen, chunk, form)
    kept = _kept(text, chunk, source, form)
    if not _agree(chosen, kept, source):
        return NoTarget(REFUSED)
    certain = tuple(
        one if found.replacement is not None else replace(one, replacement=None)
        for one, found in zip(chosen, kept, strict=True)
    )
    return Target(text if certain == chosen else _written(certain, chunk, form), certain)


def sentence(text: str, limit: int) -> str:
    """``text`` on one line, without secrets and personal data. Longer than ``limit`` characters,
    it ends with the last sentence or, where that would be little, the last word that fits."""
    whole = one_line(mask_personal(mask(printable(text))))
    if len(whole) <= limit:
        return whole
    ends = [found.end() for found in _SENTENCE.finditer(whole, 0, limit)]
    if ends and ends[-1] >= limit // 2:
        return whole[: ends[-1]]
    cut = whole[: limit - 1]
    if whole[limit - 1] != " " and " " in cut[limit // 2 :]:
        cut = cut[: cut.rindex(" ")]
    return cut.rstrip(" ,;:") + "…"


def _each_once(said: Iterable[Said]) -> tuple[Said, ...]:
    """In the order of their lines, the worst first; of one type on one line, the worst alone."""
    found: dict[tuple[int, str], Said] = {}
    for one in sorted(said, key=lambda s: (s.line, -s.severity.rank, s.issue_type, s.rule_id)):
        found.setdefault((one.line, one.issue_type), one)
    return tuple(found.values())


def _quotes(chunk: Chunk) -> dict[int, str]:
    """By new number, the lines as the model reads them: masked all at once, as in the prompt."""
    lines = chunk.hunk_lines()
    masked = mask("\n".join(line.text for line in lines)).split("\n")
    return {
        line.new_number: visible(text).strip()
        for line, text in zip(lines, masked, strict=True)
        if line.new_number is not None
    }


def _written(said: Sequence[Said], chunk: Chunk, form: PromptForm) -> str:
    if form.name == COMPACT.name:
        return compact_answers.written([(one.line, one.issue_type) for one in said], chunk)
    quotes = _quotes(chunk)
    findings = [_wire(one, quotes.get(one.line, "")) for one in said]
    return json.dumps({"findings": findings}, ensure_ascii=False)


def _wire(one: Said, quote: str) -> dict[str, Any]:
    replacement = one.replacement
    # Of a part of the line, the review takes no replacement; nor may a schema cut one in two.
    if len(quote) > LIMITS.quote or (replacement and len(replacement) > LIMITS.replacement):
        replacement = None
    finding = WireFinding(
        line=one.line,
        quote=quote[: LIMITS.quote].rstrip(),
        type=one.issue_type,
        message=sentence(one.message, LIMITS.message) or BY_TYPE[one.issue_type].message,
        explanation=sentence(one.explanation, LIMITS.explanation),
        severity=one.severity,
        confidence=one.confidence,
        suggestion=sentence(one.suggestion, LIMITS.suggestion),
        replacement=replacement,
    )
    return finding.model_dump(mode="json")


def _kept(text: str, chunk: Chunk, source: SourceFile, form: PromptForm) -> tuple[Finding, ...]:
    """What the review makes of the answer; nothing where it drops a part of it."""
    try:
        parsed = form.parse(text, chunk)
    except AnswerFailure:
        return ()
    # Of a patch alone, nobody could try a replacement; the review will have the whole file.
    whole = replace(source, complete=True)
    verified = verify(parsed.candidates, chunk.hunk_lines(), whole)
    return () if parsed.dropped or verified.dropped else verified.kept


def _agree(said: Sequence[Said], kept: Sequence[Finding], source: SourceFile) -> bool:
    return len(said) == len(kept) and all(
        found.rule_id == BY_TYPE[one.issue_type].id
        and found.location.line == one.line
        and one.line in source.changed
        for one, found in zip(said, kept, strict=True)
    )
