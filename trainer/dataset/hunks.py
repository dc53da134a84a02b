"""Changes made up out of a file as it is: what could have been committed to bring it about.

A *unit* is a function or, where there is none, a stretch of lines between blank ones. It becomes a
change in one of three ways, so that the model meets all kinds of hunks:

- ``new-file``: the whole of a small file is new;
- ``addition``: the unit is new, with the lines around it unchanged;
- ``edit``: a few lines of it are new or take the place of others, which are made up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from coderasst_hook.changes import Hunk
from coderasst_hook.scopes import Outline
from coderasst_hook.source import SourceFile
from trainer.dataset.change import (
    ADDED,
    CONTEXT,
    CONTEXT_LINES,
    DELETED,
    Change,
    Marked,
    added_file,
    change_of,
    numbered,
)
from trainer.dataset.draw import Draw

SHORTEST, LONGEST = 3, 60
"""Lines of a unit."""
SMALL_FILE = 60
"""Lines of a file that may be new as a whole."""
_EDITS = 3
_EDITED_LINES = 5

NEW_FILE, ADDITION, EDIT = "new-file", "addition", "edit"

_WORD = re.compile(r"[A-Za-z_]\w{2,}")
_NUMBER = re.compile(r"(?<![\w.])\d{1,6}(?![\w.])")


@dataclass(frozen=True, slots=True)
class Unit:
    """Lines ``start`` to ``end``, both inclusive, from 1."""

    start: int
    end: int

    def holds(self, line: int) -> bool:
        return self.start <= line <= self.end


@dataclass(frozen=True, slots=True)
class Made:
    change: Change
    how: str
    """``NEW_FILE``, ``ADDITION`` or ``EDIT``."""


def units(source: SourceFile, outline: Outline) -> list[Unit]:
    """In the order of the file; none is part of another."""
    found: list[Unit] = []
    end = 0
    for start in sorted(outline.starts):
        if start <= end:
            continue
        scope = next(
            (s for s in reversed(outline.enclosing(start, start)) if s.start == start), None
        )
        if scope is None or scope.kind != "function":
            continue
        found += _pieces(source, scope.start, scope.end)
        end = scope.end
    return found or _pieces(source, 1, len(source.lines))


def make_up(
    source: SourceFile,
    unit: Unit,
    draw: Draw,
    wanted: int | None = None,
    *,
    may_be_new: bool = True,
) -> Made:
    """A change that brings ``unit`` about, or the whole file where that ``may_be_new``. Line
    ``wanted`` is among the added ones."""
    chance = draw.share()
    if may_be_new and len(source.lines) <= SMALL_FILE and chance < 0.3:
        return Made(added_file(source.path, source.language, source.text), NEW_FILE)
    if chance < 0.6:
        runs = [unit]
        how = ADDITION
    else:
        runs = _runs(unit, draw, wanted)
        how = EDIT
    hunks = _hunks(source, runs, draw, made_before=how == EDIT)
    return Made(change_of(source.path, source.language, source.text, hunks), how)


def _pieces(source: SourceFile, start: int, end: int) -> list[Unit]:
    """``start`` to ``end``, in pieces of at most ``LONGEST`` lines that end before blank ones."""
    pieces: list[Unit] = []
    while end - start + 1 >= SHORTEST:
        last = min(end, start + LONGEST - 1)
        if last < end:
            blank = (n for n in range(last, start + SHORTEST - 1, -1) if not source.line(n).strip())
            last = next(blank, last)
        pieces.append(Unit(start, last))
        start = last + 1
        while start <= end and not source.line(start).strip():
            start += 1
    return pieces


def _runs(unit: Unit, draw: Draw, wanted: int | None) -> list[Unit]:
    """Up to ``_EDITS`` stretches of the unit that do not touch each other."""
    chosen: list[Unit] = []
    for number in range(draw.between(1, _EDITS)):
        size = draw.between(1, _EDITED_LINES)
        start = draw.between(unit.start, unit.end)
        if number == 0 and wanted is not None:
            start = wanted - draw.below(size)
        run = Unit(max(start, unit.start), min(max(start, unit.start) + size - 1, unit.end))
        if number == 0 and wanted is not None and not run.holds(wanted):
            run = Unit(wanted, wanted)
        if all(run.end + 1 < other.start or other.end + 1 < run.start for other in chosen):
            chosen.append(run)
    return sorted(chosen, key=lambda run: run.start)


def _hunks(
    source: SourceFile, runs: Sequence[Unit], draw: Draw, *, made_before: bool
) -> tuple[Hunk, ...]:
    groups: list[list[Unit]] = []
    for run in runs:
        # As git does: what shares its context is one hunk.
        if groups and run.start - groups[-1][-1].end - 1 <= 2 * CONTEXT_LINES:
            groups[-1].append(run)
        else:
            groups.append([run])
    hunks: list[Hunk] = []
    moved = 0
    for group in groups:
        first = max(1, group[0].start - CONTEXT_LINES)
        last = min(len(source.lines), group[-1].end + CONTEXT_LINES)
        marked = _marked(source, group, first, last, draw, made_before=made_before)
        hunks.append(numbered(marked, first + moved, first))
        moved += sum(k is DELETED for k, _ in marked) - sum(k is ADDED for k, _ in marked)
    return tuple(hunks)


def _marked(
    source: SourceFile,
    runs: Sequence[Unit],
    first: int,
    last: int,
    draw: Draw,
    *,
    made_before: bool,
) -> list[Marked]:
    marked: list[Marked] = []
    line = first
    for run in runs:
        marked += ((CONTEXT, source.line(n)) for n in range(line, run.start))
        added = [source.line(n) for n in range(run.start, run.end + 1)]
        if made_before:
            marked += ((DELETED, text) for text in _before(added, source, draw))
        marked += ((ADDED, text) for text in added)
        line = run.end + 1
    marked += ((CONTEXT, source.line(n)) for n in range(line, last + 1))
    return marked


def _before(added: Sequence[str], source: SourceFile, draw: Draw) -> list[str]:
    """What could have stood there: some of the lines, with another name or number in them; or
    nothing. None of them is a line that was added."""
    if draw.share() < 0.35:
        return []
    olds = [_older(text, source, draw) for text in added if draw.share() < 0.7]
    return [old for old in olds if old is not None and old not in added]


def _older(text: str, source: SourceFile, draw: Draw) -> str | None:
    if numbers := list(_NUMBER.finditer(text)):
        found = draw.one_of(numbers)
        other = str(draw.below(10 ** len(found[0])))
        return text[: found.start()] + other + text[found.end() :]
    words = list(_WORD.finditer(text))
    others = list(_WORD.finditer(source.line(draw.between(1, len(source.lines)))))
    if not words or not others:
        return None
    found, other_word = draw.one_of(words), draw.one_of(others)
    return text[: found.start()] + other_word[0] + text[found.end() :]
