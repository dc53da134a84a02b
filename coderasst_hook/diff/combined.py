"""Hunks of a combined diff (``git diff --cc``), which has one column of marks for each parent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from coderasst_hook.changes import Hunk, Line, LineKind
from coderasst_hook.diff.sections import RawHunk


def number_combined(raw: Sequence[RawHunk]) -> tuple[Hunk, ...]:
    """Added is what the merge has and at least one parent has not; deleted is what the first
    parent had, so old numbers are the first parent's. Lines that only another parent had are left
    out: they have a place on neither side."""
    return tuple(
        Hunk(
            old_start=hunk.ranges[0][0],
            old_length=hunk.ranges[0][1],
            new_start=hunk.ranges[-1][0],
            new_length=hunk.ranges[-1][1],
            section=hunk.section,
            lines=tuple(_lines(hunk)),
        )
        for hunk in raw
    )


def _lines(hunk: RawHunk) -> Iterator[Line]:
    columns = len(hunk.ranges) - 1
    old, new = hunk.ranges[0][0], hunk.ranges[-1][0]
    last: Line | None = None
    for raw in hunk.lines:
        if raw.startswith("\\"):
            last = replace(last, newline=False) if last is not None else None
            continue
        if last is not None:
            yield last
        marks, text = raw[:columns], raw[columns:]
        if "-" in marks:
            last = Line(LineKind.DELETED, text, old, None) if marks[0] == "-" else None
            old += marks[0] == "-"
            continue
        in_first = marks[0] == " "
        if "+" in marks:
            last = Line(LineKind.ADDED, text, None, new)
        else:
            last = Line(LineKind.CONTEXT, text, old, new)
        old += in_first
        new += 1
    if last is not None:
        yield last
