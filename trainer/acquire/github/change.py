"""The change that followed a comment, out of the file before and after it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from coderasst_hook.bare import bare_lines
from coderasst_hook.feedback.fate import Block
from trainer.conversations import Change

NEAR = 3
"""Lines beside the commented ones in which a change still counts as one that the comment is about:
what a hunk shows around a change."""
MOST_LINES = 100
"""Of either side; a change that is larger answers more than one comment."""
_MOST_ALIGNED = 20_000
"""Lines of a file, beyond which it is data."""

_Span = tuple[int, int, int, int]
"""Lines ``[0]:[1]`` of the old file that became ``[2]:[3]`` of the new one."""


def change_at(block: Block, after: Sequence[str], *, near: int = 0) -> Change | None:
    """What the lines of ``block``, and ``near`` lines on both sides, became in ``after``. None
    where they are the same but for white space, and where the change is too large to learn from.
    """
    before = block.file
    if max(len(before), len(after)) > _MOST_ALIGNED:
        return None
    first, last = block.first - 1, block.last
    spans = _spans(before, after)
    touched = [
        span
        for kind, span in spans
        if kind != "equal" and _touches(span, first - near, last + near)
    ]
    if not touched:
        return None
    start = min(first, touched[0][0])
    end = max(last, touched[-1][1])
    new_start, new_end = _start(spans, start), _end(spans, end)
    if max(end - start, new_end - new_start) > MOST_LINES:
        return None
    return Change(start + 1, tuple(before[start:end]), tuple(after[new_start:new_end]))


def _spans(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, _Span]]:
    matcher = SequenceMatcher(None, bare_lines(before), bare_lines(after))
    return [(kind, (i1, i2, j1, j2)) for kind, i1, i2, j1, j2 in matcher.get_opcodes()]


def _touches(span: _Span, first: int, last: int) -> bool:
    start, end = span[:2]
    if start == end:  # nothing was there: lines were added between two others
        return first <= start <= last
    return start < last and first < end


def _start(spans: Sequence[tuple[str, _Span]], line: int) -> int:
    """Where the old ``line`` begins in the new file; at the beginning of what replaced it."""
    for kind, (i1, i2, j1, _) in spans:
        if i1 <= line < i2 or (line == i1 and kind != "equal"):
            return j1 + (line - i1 if kind == "equal" else 0)
    return spans[-1][1][3] if spans else 0


def _end(spans: Sequence[tuple[str, _Span]], line: int) -> int:
    for kind, (i1, i2, j1, j2) in reversed(spans):
        if i1 < line <= i2 or (line == i2 and kind != "equal"):
            return j1 + (line - i1) if kind == "equal" else j2
    return 0
