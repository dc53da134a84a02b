"""What changed: ``ChangeSet`` > ``FileDiff`` > ``Hunk`` > ``Line``, values without behaviour.

Paths and texts are ``str`` decoded as UTF-8 with ``surrogateescape``, so every byte survives a
round trip. Line numbers start at 1, as git prints them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol


class LineKind(str, Enum):
    CONTEXT = " "
    ADDED = "+"
    DELETED = "-"


class Status(str, Enum):
    ADDED = "added"
    DELETED = "deleted"
    MODIFIED = "modified"
    RENAMED = "renamed"
    COPIED = "copied"
    TYPE_CHANGED = "type-changed"
    UNMERGED = "unmerged"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a hunk. ``text`` has no ``\\n``; a carriage return of CRLF stays in it."""

    kind: LineKind
    text: str
    old_number: int | None
    new_number: int | None
    newline: bool = True
    """False where git says ``\\ No newline at end of file``."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """Start and length on both sides: ``@@ -old_start,old_length +new_start,new_length @@``."""

    old_start: int
    old_length: int
    new_start: int
    new_length: int
    section: str
    lines: tuple[Line, ...]

    def added(self) -> Iterator[Line]:
        return (line for line in self.lines if line.kind is LineKind.ADDED)

    def deleted(self) -> Iterator[Line]:
        return (line for line in self.lines if line.kind is LineKind.DELETED)


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One changed file.

    ``old_path`` is None for an added file, ``new_path`` for a deleted one. ``not_text`` says why a
    file has no hunks to review ("binary file", "submodule", …) and is None for text.
    """

    old_path: str | None
    new_path: str | None
    status: Status
    hunks: tuple[Hunk, ...] = ()
    binary: bool = False
    old_mode: str | None = None
    new_mode: str | None = None
    not_text: str | None = None

    @property
    def path(self) -> str:
        """The path to show: the new one, or the old one of a deleted file."""
        path = self.new_path if self.new_path is not None else self.old_path
        assert path is not None
        return path

    @property
    def added_lines(self) -> tuple[int, ...]:
        """New numbers of the added lines, ascending."""
        return tuple(
            line.new_number for hunk in self.hunks for line in hunk.added() if line.new_number
        )

    @property
    def deleted_lines(self) -> tuple[int, ...]:
        """Old numbers of the deleted lines, ascending."""
        return tuple(
            line.old_number for hunk in self.hunks for line in hunk.deleted() if line.old_number
        )


class Contents(Protocol):
    """Where the new side of a change can be read: the index, a commit, or nowhere."""

    def read(self, path: str) -> bytes | None:
        """The whole new file, or None where it cannot be had (a patch without its repository)."""


class NoContents:
    """The new side of a patch that came without its repository."""

    def read(self, path: str) -> bytes | None:
        return None


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """All files of one selection. ``description`` names it to people: "staged changes"."""

    description: str
    files: tuple[FileDiff, ...]
    contents: Contents = field(default_factory=NoContents, compare=False, repr=False)
    notes: tuple[str, ...] = ()
    """What a person should know about the selection, e.g. "merge commit: combined diff"."""
