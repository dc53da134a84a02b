"""Another tool's edits as the new text of a finding's own lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from coderasst_hook.analyzers.ruff_edits import Edit, replaced
from coderasst_hook.models import Location
from coderasst_hook.source import SourceFile

MAX_CHARACTERS = 20_000
"""Of all inserted text; what is longer is no correction."""
END_OF_LINE = 2**30
"""The column of an edit that goes to the end of its line, whatever its length."""


def replacement(
    edits: Sequence[Edit], location: Location, source: SourceFile, *, exact_columns: bool
) -> str | None:
    """None where the edits contradict each other, touch other lines, change nothing, or where it
    is not known what their columns count."""
    if not edits or not source.complete or sum(len(e.content) for e in edits) > MAX_CHARACTERS:
        return None
    old = source.lines[location.line - 1 : location.end_line]
    if not exact_columns and not all(map(str.isascii, old)) and not all(map(_whole_lines, edits)):
        return None
    ordered = sorted((_bounded(edit, source) for edit in edits), key=_at)
    if not all(_is_inside(edit, source) for edit in ordered):
        return None
    if any(_at(two) < _end(one) or _at(two) == _at(one) for one, two in pairwise(ordered)):
        return None
    new = replaced(source.lines, location, ordered)
    return None if new is None or new == "\n".join(old) else new


def _whole_lines(edit: Edit) -> bool:
    return edit.column == 1 and edit.end_column in (1, END_OF_LINE)


def _bounded(edit: Edit, source: SourceFile) -> Edit:
    if edit.end_column != END_OF_LINE:
        return edit
    # The carriage return belongs to the line's end.
    end = len(source.line(edit.end_row).removesuffix("\r")) + 1
    return replace(edit, end_column=end)


def _is_inside(edit: Edit, source: SourceFile) -> bool:
    return (
        edit.row >= 1
        and 1 <= edit.column <= len(source.line(edit.row)) + 1
        and 1 <= edit.end_column <= len(source.line(edit.end_row)) + 1
    )


def _at(edit: Edit) -> tuple[int, int]:
    return edit.row, edit.column


def _end(edit: Edit) -> tuple[int, int]:
    return edit.end_row, edit.end_column
