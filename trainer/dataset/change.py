"""A made-up or rebuilt change of one file, with everything that the review needs of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import blake2b

from coderasst_hook.bare import bare
from coderasst_hook.changes import ChangeSet, FileDiff, Hunk, Line, LineKind, Status
from coderasst_hook.intake import read_source
from coderasst_hook.source import SourceFile

CONTEXT_LINES = 3
"""On either side of what changed, as git shows them."""

ADDED, DELETED, CONTEXT = LineKind.ADDED, LineKind.DELETED, LineKind.CONTEXT

Marked = tuple[LineKind, str]
"""A line of a hunk before it has its numbers."""


@dataclass(frozen=True, slots=True)
class Change:
    file: FileDiff
    source: SourceFile
    """The new side. ``changed`` are the added lines of ``file``."""

    @property
    def key(self) -> str:
        """Equal for changes that add the same code, however it is spaced."""
        return key_of(line.text for hunk in self.file.hunks for line in hunk.added())


def key_of(lines: Iterable[str]) -> str:
    digest = blake2b(digest_size=12)
    for line in lines:
        text = bare(line)
        if text:
            digest.update(text.encode("utf-8", "surrogatepass") + b"\n")
    return digest.hexdigest()


def split_lines(text: str) -> tuple[str, ...]:
    """As git counts them, and as ``SourceFile`` has them."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return tuple(lines)


def numbered(marked: Sequence[Marked], old_start: int, new_start: int, section: str = "") -> Hunk:
    """``old_start`` and ``new_start`` are the numbers that the next line of either side has."""
    lines: list[Line] = []
    old, new = old_start, new_start
    for kind, text in marked:
        lines.append(
            Line(kind, text, None if kind is ADDED else old, None if kind is DELETED else new)
        )
        old += kind is not ADDED
        new += kind is not DELETED
    old_length, new_length = old - old_start, new - new_start
    return Hunk(
        # A side without lines names the line above it.
        old_start=old_start if old_length else old_start - 1,
        old_length=old_length,
        new_start=new_start if new_length else new_start - 1,
        new_length=new_length,
        section=section,
        lines=tuple(lines),
    )


def added_file(path: str, language: str | None, text: str) -> Change:
    """``text`` as a file that is new. It must have a line."""
    lines = split_lines(text)
    hunk = numbered([(ADDED, line) for line in lines], 1, 1)
    return change_of(path, language, text, (hunk,), is_new=True)


def modified_file(path: str, language: str | None, before: str, after: str) -> Change:
    """From ``before`` to ``after``. They must differ."""
    old, new = split_lines(before), split_lines(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    hunks = []
    for group in matcher.get_grouped_opcodes(CONTEXT_LINES):
        marked: list[Marked] = []
        for tag, first, last, new_first, new_last in group:
            if tag == "equal":
                marked += ((CONTEXT, line) for line in old[first:last])
            else:
                marked += ((DELETED, line) for line in old[first:last])
                marked += ((ADDED, line) for line in new[new_first:new_last])
        hunks.append(numbered(marked, group[0][1] + 1, group[0][3] + 1))
    return change_of(path, language, after, tuple(hunks))


def change_of(
    path: str, language: str | None, text: str, hunks: tuple[Hunk, ...], *, is_new: bool = False
) -> Change:
    """``hunks`` of the file whose new side is ``text``."""
    status = Status.ADDED if is_new else Status.MODIFIED
    file = FileDiff(None if is_new else path, path, status, hunks)
    source = SourceFile(path, language, text, split_lines(text), frozenset(file.added_lines))
    return Change(file, source)


def patch_of(path: str, hunks: tuple[Hunk, ...]) -> Change:
    """A change of which the hunks alone are known, read as the review reads such a patch."""
    file = FileDiff(path, path, Status.MODIFIED, hunks)
    return Change(file, read_source(ChangeSet("patch", (file,)), file))


_HEADER = re.compile(r"@@ -(\d{1,8})(?:,\d{1,8})? \+(\d{1,8})(?:,\d{1,8})? @@ ?(.*)")


def hunk_of_text(text: str) -> Hunk | None:
    """A hunk as in a diff, its header first; the lengths there may be those of a longer one. None
    where it is not one."""
    first, *rest = text.split("\n")
    header = _HEADER.fullmatch(first)
    if header is None:
        return None
    marked = marked_lines(rest)
    if marked is None:
        return None
    return numbered(marked, max(int(header[1]), 1), max(int(header[2]), 1), header[3])


def marked_lines(lines: Iterable[str]) -> list[Marked] | None:
    """None where a line has no mark."""
    marked: list[Marked] = []
    for line in lines:
        if line.startswith("\\"):
            continue
        if not line:
            # Editors and mail take the blank of an empty line away.
            marked.append((CONTEXT, ""))
            continue
        if line[0] not in "+- ":
            return None
        marked.append((LineKind(line[0]), line[1:]))
    while marked and marked[-1] == (CONTEXT, ""):
        marked.pop()
    return marked or None
