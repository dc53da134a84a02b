"""Ways to plant a fault, each a small class: what they are given are patterns and what becomes of
the line that matches."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from textwrap import dedent

from coderasst_hook.source import SourceFile
from trainer.dataset.draw import Draw
from trainer.dataset.hunks import Unit
from trainer.dataset.planting import Planted, with_lines


@dataclass(frozen=True, slots=True)
class Substitution:
    """A fault that a line has once ``pattern`` in it is replaced by one of ``becomes``, as in
    ``re.sub``. They may hold line breaks; the fault is in line ``fault`` of the result, from 0."""

    rule: str
    language: str
    pattern: re.Pattern[str]
    becomes: tuple[str, ...]
    fault: int = 0

    def plant(self, source: SourceFile, unit: Unit, draw: Draw) -> Planted | None:
        places = _places(self.pattern, source, unit)
        if not places:
            return None
        line = draw.one_of(places)
        becomes = draw.one_of(self.becomes)
        lines = self.pattern.sub(becomes, source.line(line), count=1).split("\n")
        return _put(source, unit, line, line, lines, line + self.fault)


@dataclass(frozen=True, slots=True)
class Insertion:
    """A fault that is a statement of its own, put behind a line that matches ``behind``, whose
    groups it may use: one of ``statements``, which may be of several lines. The fault is in the
    first of them."""

    rule: str
    language: str
    behind: re.Pattern[str]
    statements: tuple[str, ...]

    def plant(self, source: SourceFile, unit: Unit, draw: Draw) -> Planted | None:
        places = _places(self.behind, source, unit)
        if not places:
            return None
        line = draw.one_of(places)
        found = self.behind.search(source.line(line))
        assert found is not None
        lines = found.expand(draw.one_of(self.statements)).split("\n")
        return _put(source, unit, line + 1, line, lines, line + 1)


@dataclass(frozen=True, slots=True)
class CommentedOut:
    """Two or three lines that match ``pattern``, or belong to one that does, put above themselves
    once more as comments that start with ``mark``."""

    rule: str
    language: str
    pattern: re.Pattern[str]
    mark: str

    def plant(self, source: SourceFile, unit: Unit, draw: Draw) -> Planted | None:
        most = draw.between(2, 3)
        places = [
            line
            for line in _places(self.pattern, source, unit)
            if line + most - 1 <= unit.end and self._is_block(source, line, most)
        ]
        if not places:
            return None
        line = draw.one_of(places)
        indent = _indent(source.line(line))
        lines = [
            f"{text[:indent]}{self.mark}{text[indent:]}"
            for text in source.lines[line - 1 : line - 1 + most]
        ]
        return _put(source, unit, line, line - 1, lines, line)

    def _is_block(self, source: SourceFile, line: int, size: int) -> bool:
        """No line of it is blank or stands further out, and none is a comment already."""
        indent = _indent(source.line(line))
        return all(
            text.strip() and _indent(text) >= indent and not text.strip().startswith(self.mark[0])
            for text in source.lines[line - 1 : line - 1 + size]
        )


def _places(pattern: re.Pattern[str], source: SourceFile, unit: Unit) -> list[int]:
    return [n for n in range(unit.start, unit.end + 1) if pattern.search(source.line(n))]


def _put(
    source: SourceFile, unit: Unit, first: int, last: int, lines: Sequence[str], fault: int
) -> Planted | None:
    """``lines`` in place of those from ``first`` to ``last``, as ``with_lines`` puts them. None
    where the unit cannot be parsed then: one such would spoil its whole file."""
    grown = replace(unit, end=unit.end + len(lines) - (last - first + 1))
    planted = with_lines(source, first, last, lines)
    if source.language == "python" and not _is_python(planted.lines[unit.start - 1 : grown.end]):
        return None
    return Planted(planted, grown, fault)


def _is_python(lines: Sequence[str]) -> bool:
    with warnings.catch_warnings():
        # Of "is" with a literal and of old escapes, which are other people's.
        warnings.simplefilter("ignore", SyntaxWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            ast.parse(dedent("\n".join(lines)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())
