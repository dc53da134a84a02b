"""A hunk that is too large, cut where a reader would cut it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from coderasst_hook.changes import Hunk, Line, LineKind
from coderasst_hook.indentation import indent

_KEPT_WHOLE = 0.5
"""A part is filled at least this far before it may be cut."""


def split(
    hunk: Hunk, costs: Sequence[int], room: int, starts: frozenset[int] = frozenset()
) -> tuple[Hunk, ...]:
    """Parts of at most ``room`` tokens, in order, that hold every line once.

    ``costs`` are the tokens of each line, none above ``room``; ``starts`` the new numbers of lines
    that open a scope. A part has the starts and lengths that git would give it.
    """
    parts: list[Hunk] = []
    begin = 0
    # What a side without lines names is the line above it.
    old = hunk.old_start if hunk.old_length else hunk.old_start + 1
    new = hunk.new_start if hunk.new_length else hunk.new_start + 1
    while begin < len(hunk.lines):
        end, used = begin, 0
        while end < len(hunk.lines) and used + costs[end] <= room:
            used += costs[end]
            end += 1
        end = max(end, begin + 1)
        if end < len(hunk.lines):
            end = _best_cut(hunk.lines, costs, begin, end, used * _KEPT_WHOLE, starts)
        part = part_of(hunk, hunk.lines[begin:end], old, new)
        parts.append(part)
        old, new = old + part.old_length, new + part.new_length
        begin = end
    return tuple(parts)


def _best_cut(
    lines: Sequence[Line],
    costs: Sequence[int],
    begin: int,
    end: int,
    least: float,
    starts: frozenset[int],
) -> int:
    """Of the places that leave at least ``least`` tokens before them, the best; of equals, the
    last."""
    best, best_score = end, _score(lines, end, starts)
    used = sum(costs[begin:end])
    for place in range(end - 1, begin, -1):
        used -= costs[place]
        if used < least:
            break
        score = _score(lines, place, starts)
        if score > best_score:
            best, best_score = place, score
    return best


def _score(lines: Sequence[Line], place: int, starts: frozenset[int]) -> int:
    """How good it is to cut before the line at ``place``."""
    above, below = lines[place - 1], lines[place]
    if above.kind is LineKind.DELETED and below.kind is not LineKind.CONTEXT:
        return -1  # what was deleted and what came in its place belong together
    if below.new_number in starts:
        return 3
    if not above.text.strip():
        return 2
    return int(bool(below.text.strip()) and indent(below.text) < indent(above.text))


def part_of(hunk: Hunk, lines: tuple[Line, ...], old: int, new: int) -> Hunk:
    """``lines`` of ``hunk`` as one of their own. ``old`` and ``new`` are the numbers that the next
    line of either side has."""
    old_length = sum(line.kind is not LineKind.ADDED for line in lines)
    new_length = sum(line.kind is not LineKind.DELETED for line in lines)
    return replace(
        hunk,
        old_start=old if old_length else old - 1,
        old_length=old_length,
        new_start=new if new_length else new - 1,
        new_length=new_length,
        lines=lines,
    )
