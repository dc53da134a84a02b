"""The change that a request shows, read back out of its text.

An example of the dataset keeps the request and not the change that it was made of. What the review
does with an answer needs the change: its lines, their numbers, and which of them were added.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from coderasst_hook.changes import Hunk, Line, LineKind
from coderasst_hook.chunks import Chunk
from coderasst_hook.chunks.values import ChunkHunk
from coderasst_hook.llm.forms import COMPACT, PromptForm

_OPENING = re.compile(r"^<<<code(\d*)>>>$", re.MULTILINE)
_FULL = re.compile(r" {0,3}(\d+| {1,4}) ([+ -]) (.*)", re.DOTALL)
_COMPACT = re.compile(r"(\d+)([+|])(.*)", re.DOTALL)
_WHOLE = 1_000_000
"""Tokens: what is too long has been shortened already."""
_NOTE = "  [no newline at end of file]"
_PATH = re.compile(r"^file: (.+?)(?: \(([\w-]+)\))?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Shown:
    """``lines`` are in the order of the request. What stands around a hunk is context here."""

    path: str
    language: str
    lines: tuple[Line, ...]

    @property
    def added(self) -> dict[int, str]:
        """By new number."""
        return {
            line.new_number: line.text
            for line in self.lines
            if line.kind is LineKind.ADDED and line.new_number is not None
        }

    @property
    def new_side(self) -> tuple[tuple[int, str], ...]:
        return tuple(
            (line.new_number, line.text) for line in self.lines if line.new_number is not None
        )

    def chunk(self) -> Chunk:
        """As the review would have it, in one hunk."""
        news = [number for number, _ in self.new_side]
        first = news[0] if news else 1
        old = sum(line.kind is not LineKind.ADDED for line in self.lines)
        hunk = Hunk(first, old, first, len(news), "", self.lines)
        piece = ChunkHunk(0, 1, 1, hunk)
        return Chunk(self.path, self.language or None, (piece,), line_limit=_WHOLE)


def shown(user: str, form: PromptForm, language: str) -> Shown:
    """Raises ``ValueError`` where ``user`` is no request of that form."""
    if form.name == COMPACT.name:
        lines = tuple(_compact(user))
        path = "change"
    else:
        lines = tuple(_full(user))
        told = _PATH.search(user)
        path = told[1] if told else "change"
    if not any(line.kind is LineKind.ADDED for line in lines):
        raise ValueError("the request shows no added line")
    return Shown(path, language, lines)


def _compact(user: str) -> Iterator[Line]:
    # The language stands first; no line of code can pass for another, since each has its number.
    for row in user.split("\n")[1:]:
        found = _COMPACT.fullmatch(row)
        if found is None:
            continue
        number = int(found[1])
        added = found[2] == "+"
        kind = LineKind.ADDED if added else LineKind.CONTEXT
        yield Line(kind, found[3], None if added else number, number)


def _full(user: str) -> Iterator[Line]:
    opening = _OPENING.search(user)
    if opening is None:
        raise ValueError("the request shows no code")
    closing = user.find(f"\n<<<end{opening[1]}>>>", opening.end())
    for row in user[opening.end() : closing].split("\n"):
        found = _FULL.fullmatch(row)
        if found is None:
            continue  # a label: "imports", "hunk 1 in …"
        kind = LineKind(found[2])
        given = found[1].strip()
        number = int(given) if given else None
        # A line that was deleted has no number of the new side; one that is shortened to nothing
        # and has none either is a gap in what is shown.
        if (number is None) is not (kind is LineKind.DELETED):
            continue
        old = None if kind is LineKind.ADDED else number or 1
        yield Line(kind, found[3].removesuffix(_NOTE), old, number)
