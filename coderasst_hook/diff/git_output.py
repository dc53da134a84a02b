"""What ``git diff --raw --numstat --patch -z`` prints, as values.

Paths, modes and status come from the raw entries, hunks from the patch; numstat is the second
opinion that both must agree with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coderasst_hook.changes import FileDiff, Hunk, Status
from coderasst_hook.diff.kinds import UNMERGED_FILE, not_text
from coderasst_hook.diff.sections import Section, split_sections

_STATUS = {
    "A": Status.ADDED,
    "C": Status.COPIED,
    "D": Status.DELETED,
    "M": Status.MODIFIED,
    "R": Status.RENAMED,
    "T": Status.TYPE_CHANGED,
    "U": Status.UNMERGED,
}
_COUNTS = re.compile(rb"(-|\d+)\t(-|\d+)\t")
_ABSENT = "000000"


@dataclass(frozen=True, slots=True)
class GitChanges:
    files: tuple[FileDiff, ...]
    blobs: Mapping[str, str]
    """Id of the new side's blob by path, of every file that has one."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One raw entry. Of a path that is on one side only, both paths are the same."""

    old_mode: str
    new_mode: str
    old_id: str
    new_id: str
    letter: str
    old_path: str
    new_path: str


def parse_git(output: bytes) -> GitChanges:
    """``output`` as ``Repository.staged`` and ``Repository.compare`` return it.

    A file of which git's own counts and the hunks disagree comes without hunks, ``not_text`` says
    so. Raises ``PatchError`` where the patch is not one.
    """
    entries, position = _entries(output)
    if not entries:
        return GitChanges((), {})
    counts, position = _numstat(output, position)
    patch = output[position:].removeprefix(b"\0").decode("utf-8", "surrogateescape")
    sections = list(reversed(split_sections(patch).files))
    files = tuple(
        _file(entry, _own_sections(entry, sections), counts.get((entry.old_path, entry.new_path)))
        for entry in entries
    )
    blobs = {
        entry.new_path: entry.new_id
        for entry in entries
        if entry.new_mode.startswith("10") and entry.letter != "U"
    }
    return GitChanges(files, blobs)


def _entries(output: bytes) -> tuple[list[_Entry], int]:
    """The raw entries, and where they end."""
    entries = []
    position = 0
    while output.startswith(b":", position):
        fields, position = _field(output, position)
        old_mode, new_mode, old_id, new_id, status = fields.removeprefix(":").split(" ")
        old_path, position = _field(output, position)
        new_path = old_path
        if status[0] in "RC":
            new_path, position = _field(output, position)
        entries.append(_Entry(old_mode, new_mode, old_id, new_id, status[0], old_path, new_path))
    return entries, position


def _numstat(output: bytes, position: int) -> tuple[dict[tuple[str, str], tuple[str, str]], int]:
    """Counts of added and deleted lines ("-" for binary) by old and new path, and their end."""
    counts = {}
    while found := _COUNTS.match(output, position):
        position = found.end()
        if output.startswith(b"\0", position):
            old, position = _field(output, position + 1)
            new, position = _field(output, position)
        else:
            old, position = _field(output, position)
            new = old
        counts[old, new] = (found.group(1).decode("ascii"), found.group(2).decode("ascii"))
    return counts, position


def _field(output: bytes, position: int) -> tuple[str, int]:
    end = output.index(b"\0", position)
    return output[position:end].decode("utf-8", "surrogateescape"), end + 1


def _own_sections(entry: _Entry, waiting: list[Section]) -> list[Section]:
    """Take the sections of ``entry`` off the end of ``waiting``, which is in reverse order."""
    own = []
    for old_id, new_id in _expected(entry):
        ids = waiting[-1].value("index ") if waiting else None
        unchanged = ids is None and old_id == new_id
        if not waiting or not (unchanged or (ids or "").startswith(f"{old_id}..{new_id}")):
            break
        own.append(waiting.pop())
    return own


def _expected(entry: _Entry) -> Iterator[tuple[str, str]]:
    """Blob ids of the sections that git prints for ``entry``."""
    nothing = "0" * len(entry.new_id)
    if entry.letter == "T":
        # git shows a file that becomes a link as a deletion and a creation.
        yield entry.old_id, nothing
        yield nothing, entry.new_id
    elif entry.letter != "U":
        yield entry.old_id, entry.new_id


def _file(entry: _Entry, sections: Sequence[Section], counts: tuple[str, str] | None) -> FileDiff:
    status = _STATUS.get(entry.letter, Status.MODIFIED)
    old_mode = None if entry.old_mode == _ABSENT else entry.old_mode
    new_mode = None if entry.new_mode == _ABSENT else entry.new_mode
    hunks = tuple(hunk for section in sections for hunk in _hunks(section))
    binary = any(section.binary for section in sections)
    if status is Status.UNMERGED:
        reason: str | None = UNMERGED_FILE
    elif disagreement := _disagreement(entry, sections, hunks, counts):
        reason, hunks = disagreement, ()
    else:
        reason = not_text(old_mode, new_mode, binary=binary)
    return FileDiff(
        old_path=None if status is Status.ADDED else entry.old_path,
        new_path=None if status is Status.DELETED else entry.new_path,
        status=status,
        hunks=hunks,
        binary=binary,
        old_mode=old_mode,
        new_mode=new_mode,
        not_text=reason,
    )


def _hunks(section: Section) -> tuple[Hunk, ...]:
    if not section.hunks:
        return ()
    from coderasst_hook.diff.hunks import number_hunks

    return number_hunks(section.hunks)


def _disagreement(
    entry: _Entry,
    sections: Sequence[Section],
    hunks: Sequence[Hunk],
    counts: tuple[str, str] | None,
) -> str | None:
    """Why the hunks cannot be trusted, or None."""
    if len(sections) != len(list(_expected(entry))):
        return "git's patch and its list of files disagree about this file"
    if counts is None:
        return "git counted no lines of this file"
    if entry.letter == "T" or "-" in counts:
        # Of a changed type git counts one diff, but prints a deletion and a creation.
        return None
    added = sum(1 for hunk in hunks for _ in hunk.added())
    deleted = sum(1 for hunk in hunks for _ in hunk.deleted())
    if (str(added), str(deleted)) == counts:
        return None
    return (
        f"git counts {counts[0]} added and {counts[1]} deleted lines,"
        f" the patch shows {added} and {deleted}"
    )
