"""What git says that changed between two commits, in the pieces that GitHub shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

MOST_PATCH_LINES = 3000
"""Beyond this GitHub shows no patch of a file."""

_HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_SECTION = re.compile(r"^diff --git ", re.MULTILINE)
_STATUS = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "C": "copied"}


@dataclass(frozen=True)
class Hunk:
    """``text`` starts with its header. Counts of zero lines stand for a side without any."""

    old_start: int
    old_lines: int
    new_start: int
    new_lines: int
    text: str

    def holds(self, line: int, side: str) -> bool:
        if side == "LEFT":
            return self.old_start <= line < self.old_start + self.old_lines
        return self.new_start <= line < self.new_start + self.new_lines

    def until(self, line: int, side: str) -> str:
        """The text down to ``line``, as a comment shows it."""
        header, _, body = self.text.partition("\n")
        kept = [header]
        old, new = self.old_start, self.new_start
        for text in body.split("\n"):
            kept.append(text)
            here = old if side == "LEFT" else new
            if here == line and text[:1] in (("-", " ") if side == "LEFT" else ("+", " ")):
                break
            old += text[:1] in ("-", " ")
            new += text[:1] in ("+", " ")
        return "\n".join(kept)


@dataclass(frozen=True)
class FileChange:
    path: str
    previous_path: str | None
    status: str
    """GitHub's word."""
    blob: str
    """Of the new side, or of the old one where the file is gone."""
    additions: int
    deletions: int
    patch: str
    """All hunks; empty where there are none."""

    @property
    def shown_patch(self) -> str | None:
        """As the interface gives it: None where it shows none."""
        if not self.patch or self.patch.count("\n") >= MOST_PATCH_LINES:
            return None
        return self.patch

    @cached_property
    def hunks(self) -> tuple[Hunk, ...]:
        return tuple(_hunks(self.patch))


def parse(output: str) -> tuple[FileChange, ...]:
    """What ``git diff --raw --numstat -z -p`` printed."""
    raw, _, patches = output.partition("\0\0")
    sections = _SECTION.split(patches)[1:]
    return tuple(_changes(raw.split("\0"), iter(sections)))


def _changes(fields: list[str], sections: Iterator[str]) -> Iterator[FileChange]:
    waiting = iter(field for field in fields if field)
    for entry in waiting:
        _, _, old_blob, new_blob, letters = entry.lstrip(":").split(" ")
        letter = letters[0]
        first = next(waiting)
        path = next(waiting) if letter in "RC" else first
        # A file that becomes a link is removed and added.
        count = 2 if letter == "T" else 1
        patch = "\n".join(filter(None, (_patch(next(sections)) for _ in range(count))))
        lines = [line for hunk in _hunks(patch) for line in hunk.text.split("\n")[1:]]
        yield FileChange(
            path=path,
            previous_path=first if letter in "RC" else None,
            status=_STATUS.get(letter, "changed"),
            blob=old_blob if letter == "D" else new_blob,
            additions=sum(line.startswith("+") for line in lines),
            deletions=sum(line.startswith("-") for line in lines),
            patch=patch,
        )


def _patch(section: str) -> str:
    start = _HUNK.search(section)
    return section[start.start() :].removesuffix("\n") if start else ""


def _hunks(patch: str) -> Iterator[Hunk]:
    starts = list(_HUNK.finditer(patch))
    ends = [match.start() - 1 for match in starts[1:]] + [len(patch)] * bool(starts)
    for match, end in zip(starts, ends, strict=True):
        old, old_count, new, new_count = match.groups()
        yield Hunk(
            old_start=int(old),
            old_lines=int(old_count or 1),
            new_start=int(new),
            new_lines=int(new_count or 1),
            text=patch[match.start() : end],
        )


def moved(line: int, hunks: Iterable[Hunk]) -> int | None:
    """Where an old ``line`` is now, by ``hunks`` without context; None if it was changed."""
    shift = 0
    for hunk in hunks:
        if line < hunk.old_start or (line == hunk.old_start and hunk.old_lines == 0):
            break
        if hunk.holds(line, "LEFT"):
            return None
        shift += hunk.new_lines - hunk.old_lines
    return line + shift


def by_path(changes: Iterable[FileChange]) -> Mapping[str, FileChange]:
    return {change.path: change for change in changes}
