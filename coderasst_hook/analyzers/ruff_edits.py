"""Turns ruff's edits into the new text of a finding's own lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from coderasst_hook.models import Location


@dataclass(frozen=True, slots=True)
class Edit:
    """Replaces from (row, column) to (end_row, end_column), exclusive, counted from 1."""

    row: int
    column: int
    end_row: int
    end_column: int
    content: str

    @classmethod
    def of(cls, edit: dict[str, Any]) -> Edit:
        start, end = edit["location"], edit["end_location"]
        return cls(start["row"], start["column"], end["row"], end["column"], edit["content"] or "")


def replaced(lines: Sequence[str], location: Location, edits: Sequence[Edit]) -> str | None:
    """The text of ``location`` after ``edits``, without a last newline, and "" where the lines go
    whole; None where an edit touches other lines, or leaves a blank line, which "" cannot tell."""
    part = list(lines[location.line - 1 : location.end_line])
    text = "\n".join(part) + "\n"
    starts = [0]
    for line in part:
        starts.append(starts[-1] + len(line) + 1)

    def offset(row: int, column: int) -> int | None:
        index = row - location.line
        if not 0 <= index < len(starts):
            return None
        position = starts[index] + column - 1
        return position if position <= len(text) else None

    for edit in sorted(edits, key=lambda one: (one.row, one.column), reverse=True):
        start, end = offset(edit.row, edit.column), offset(edit.end_row, edit.end_column)
        if start is None or end is None or end < start:
            return None
        text = text[:start] + edit.content + text[end:]
    if not text:
        return ""
    if not text.endswith("\n") or not text.strip():
        return None
    return text[:-1]
