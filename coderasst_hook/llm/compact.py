"""The compact form of the prompt, for models of a few million parameters.

    python
    1|def run(command):
    2+    return eval(command)

One window of a change: its language, then its lines, each with its number in the window and a mark,
"+" for an added line and "|" for the others. Neither is a blank, so that the code behind it has the
tokens that it has in a file. The answer names lines and issue types, as in
``{"findings":[{"line":2,"type":"code-injection"}]}``; what is said of them comes from the taxonomy,
and the quote from the line itself.

A model that was trained on this form declares it: ``SYSTEM`` is the first line of its own system
text. Whatever changes what such a model is shown needs another number there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from coderasst_hook.changes import FileDiff, LineKind
from coderasst_hook.chunks import Chunk
from coderasst_hook.chunks.render import visible
from coderasst_hook.chunks.windows import WindowSize, make_windows
from coderasst_hook.llm.backend import Prompt
from coderasst_hook.llm.control_tokens import broken_up
from coderasst_hook.llm.parse import Parsed, read
from coderasst_hook.llm.schema import MAX_LINE, known_type
from coderasst_hook.llm.taxonomy import BY_TYPE, ISSUE_TYPES
from coderasst_hook.models import Candidate, Dropped, Finding
from coderasst_hook.scopes import Outline
from coderasst_hook.source import SourceFile
from coderasst_hook.untrusted import encodable, one_line

SYSTEM = "coderasst compact 1"
SIZE = WindowSize()
MOST_ROWS = 24
"""No window has more lines."""
MOST_FINDINGS = 4
MAX_ANSWER = 512
"""Tokens. As many findings as there may be fit even if each character is a token; so does a single
one with all the blanks that a grammar allows."""

NOT_SHOWN = "names a line that is not in the window"
NOT_ADDED = "is about a line that was not added"


class WireIssue(BaseModel):
    """One finding as the model writes it; ``line`` is counted in the window."""

    model_config = ConfigDict(strict=True, extra="ignore")

    line: Annotated[int, Field(ge=1, le=MAX_LINE)]
    type: Annotated[str, AfterValidator(known_type)]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a window; its number there is its place. ``line`` is its new number."""

    line: int
    text: str
    added: bool


def rows(chunk: Chunk) -> tuple[Row, ...]:
    """The lines that the prompt for ``chunk`` shows, in order."""
    found: list[Row] = []
    for piece in chunk.hunks:
        found += (Row(number, text, added=False) for number, text in piece.above)
        found += (
            Row(line.new_number, line.text, line.kind is LineKind.ADDED)
            for line in piece.hunk.lines
            if line.new_number is not None
        )
        found += (Row(number, text, added=False) for number, text in piece.below)
    return tuple(found)


def schema(findings: int = MOST_FINDINGS) -> dict[str, Any]:
    """The same for all windows, since a server makes a grammar of each."""
    item = {
        "type": "object",
        "properties": {
            "line": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS},
            "type": {"type": "string", "enum": [*ISSUE_TYPES]},
        },
        "required": ["line", "type"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"findings": {"type": "array", "maxItems": findings, "items": item}},
        "required": ["findings"],
        "additionalProperties": False,
    }


VERSION = hashlib.sha256(
    json.dumps([SYSTEM, schema(), asdict(SIZE)], sort_keys=True).encode()
).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class CompactForm:
    """Implements ``forms.PromptForm``. A repository's instructions and what linters have found are
    left out: such a model cannot follow the ones, and was not taught the others."""

    name: str = "compact"
    version: str = VERSION
    system: str = SYSTEM
    max_answer: int = MAX_ANSWER

    def chunks(
        self,
        file: FileDiff,
        source: SourceFile,
        room: int,
        outline: Outline | None = None,
        instructions: str = "",
    ) -> tuple[Chunk, ...]:
        return make_windows(file, source, SIZE.within(room), outline)

    def prompt(
        self, chunk: Chunk, findings: Sequence[Finding] = (), instructions: str = ""
    ) -> Prompt:
        lines = [one_line(chunk.language or "text", 40)]
        for number, row in enumerate(rows(chunk), 1):
            mark = "+" if row.added else "|"
            lines.append(f"{number}{mark}{SIZE.cut(row.text)}")
        return self.again(broken_up(encodable("\n".join(lines))))

    def again(self, user: str) -> Prompt:
        return Prompt(system=self.system, user=user, schema=schema())

    def shorter(self, max_answer: int) -> dict[str, Any]:
        return schema(findings=1)

    def read(self, text: str, path: str) -> Parsed:
        return read(text, path, _candidate)

    def placed(self, parsed: Parsed, chunk: Chunk) -> Parsed:
        shown = rows(chunk)
        candidates: list[Candidate] = []
        dropped = [*parsed.dropped]
        for candidate in parsed.candidates:
            row = shown[candidate.line - 1] if candidate.line <= len(shown) else None
            if row is None:
                dropped.append(_dropped(candidate, NOT_SHOWN, None))
            elif not row.added:
                dropped.append(_dropped(candidate, NOT_ADDED, row.line))
            else:
                candidates.append(replace(candidate, quote=visible(row.text), line=row.line))
        return Parsed(tuple(candidates), tuple(dropped))

    def parse(self, text: str, chunk: Chunk) -> Parsed:
        return self.placed(self.read(text, chunk.path), chunk)


def _candidate(item: Any, path: str) -> Candidate:
    issue = WireIssue.model_validate(item)
    rule = BY_TYPE[issue.type]
    return Candidate(
        rule=rule,
        path=path,
        quote="",
        line=issue.line,
        message=rule.message,
        explanation=rule.explanation,
        suggestion=rule.suggestion,
        severity=rule.severity,
        confidence=rule.confidence,
    )


def _dropped(candidate: Candidate, reason: str, line: int | None) -> Dropped:
    return Dropped(reason, candidate.path, line, candidate.rule.id, candidate.message)
