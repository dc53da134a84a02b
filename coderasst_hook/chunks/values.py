"""What a chunk is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from coderasst_hook.changes import Hunk, Line
from coderasst_hook.scopes import NumberedLine, Scope

MIN_BUDGET = 400
"""Tokens. A smaller budget is taken for this one: path, labels and a line would not fit."""


@dataclass(frozen=True, slots=True)
class ChunkHunk:
    """A hunk, or a part of one that was too large; ``parts`` is 1 where it is whole."""

    index: int
    """Which hunk of the file it is, from 0."""
    part: int
    """Which part of that hunk, from 1."""
    parts: int
    hunk: Hunk
    """The part's own starts, lengths and lines."""
    scopes: tuple[Scope, ...] = ()
    """What encloses its changes and starts above it, outermost first."""
    headers: tuple[NumberedLine, ...] = ()
    """The lines of those scopes' headers that are shown."""
    above: tuple[NumberedLine, ...] = ()
    """Lines right above it that complete a small function."""
    below: tuple[NumberedLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """One request to the model: consecutive hunks of one file."""

    path: str
    language: str | None
    hunks: tuple[ChunkHunk, ...]
    imports: tuple[NumberedLine, ...] = ()
    instructions: str = ""
    old_path: str | None = None
    """Where the file was renamed or copied from."""
    line_limit: int = 0
    """Tokens of the longest line that is shown whole."""
    truncated_lines: tuple[int, ...] = ()
    """New numbers of the lines that are shown shortened."""
    tokens: int = 0
    """Estimate of ``render``'s text."""

    def added(self) -> Iterator[Line]:
        return (line for piece in self.hunks for line in piece.hunk.added())

    def hunk_lines(self) -> list[Line]:
        """The lines of its hunks, in order; what is shown around them is not among them."""
        return [line for piece in self.hunks for line in piece.hunk.lines]

    @property
    def lines(self) -> tuple[int, int]:
        """First and last new line, for a report of what was skipped."""
        numbers = [
            line.new_number
            for piece in self.hunks
            for line in piece.hunk.lines
            if line.new_number is not None
        ]
        if numbers:
            return min(numbers), max(numbers)
        # Only deletions: the place where the lines were.
        return max(self.hunks[0].hunk.new_start, 1), max(self.hunks[-1].hunk.new_start, 1)
