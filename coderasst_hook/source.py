"""The new side of a changed file, as analyzers, suppression and chunking read it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceFile:
    """``text`` is the whole new file where it could be read, else only its added lines, at their
    places, with empty lines between (``complete`` is False then).

    ``lines[n - 1]`` is line ``n``, split at ``\\n`` alone and without it, exactly as git counts.
    """

    path: str
    language: str | None
    """A name of ``languages.py``, or None where it is unknown."""
    text: str
    lines: tuple[str, ...]
    changed: frozenset[int]
    """New numbers of the added lines."""
    complete: bool = True

    def line(self, number: int) -> str:
        """The text of line ``number``, or "" outside the file."""
        return self.lines[number - 1] if 1 <= number <= len(self.lines) else ""
