"""Blocks by indentation: a line that is followed by deeper ones opens a block."""

from __future__ import annotations

from collections.abc import Sequence

TAB = 8
_OPENERS = frozenset({"{", "(", "[", "begin", "do"})
_CLOSERS = frozenset("})]")


class Indentation:
    """``comments`` are what starts a line that says nothing of the structure."""

    def __init__(self, lines: Sequence[str], comments: tuple[str, ...] = ()) -> None:
        self._lines = lines
        self._comments = comments

    def blocks(self) -> list[tuple[int, int, int]]:
        """Every block in the order of the text: its first line, the last line of its header (an
        opening bracket may have a line of its own), its last line; all from 1."""
        found: list[tuple[int, int, int]] = []
        # Depth, first and last line of the header, whether anything deeper has followed.
        stack: list[tuple[int, int, int]] = []
        opened: dict[int, int] = {}
        previous = 0
        for number, line in enumerate(self._lines, 1):
            text = line.strip()
            if not text or text.startswith(self._comments):
                continue
            # An item of a list lies inside what it is an item of, even at the same column (YAML).
            depth = indent(line) + text.startswith("- ")
            while stack and stack[-1][0] >= depth:
                at, first, last = stack.pop()
                if first in opened:
                    closing = number if text[0] in _CLOSERS and at == depth else previous
                    found.append((first, last, closing))
            if stack:
                opened[stack[-1][1]] = number
            first = number
            if text.lower() in _OPENERS and previous and indent(self._lines[previous - 1]) == depth:
                first = previous
            stack.append((depth, first, number))
            previous = number
        found.extend((first, last, previous) for _, first, last in stack if first in opened)
        return sorted(found, key=lambda block: (block[0], -block[2]))


def indent(line: str) -> int:
    """Columns of white space before the text, tabs to the next multiple of 8."""
    column = 0
    for character in line:
        if character == "\t":
            column += TAB - column % TAB
        elif character == " ":
            column += 1
        else:
            break
    return column
