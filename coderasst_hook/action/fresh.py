"""Which hunks of a pull request are new since a commit that was reviewed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from coderasst_hook.changes import ChangeSet, FileDiff, Hunk


@dataclass(frozen=True, slots=True)
class _Touched:
    """What a file's changes since then amount to. ``deleted`` are texts by the line of the new side
    that they stood before or after."""

    added: frozenset[int]
    deleted: tuple[tuple[int, str], ...]


def fresh_part(whole: ChangeSet, since: Sequence[FileDiff]) -> ChangeSet:
    """``whole`` with those hunks alone whose own changes are also among ``since``, the changes
    between the commit that was reviewed and the head.

    What a merge of the base branch brings in is no change of the pull request, so it adds nothing.
    """
    touched = {file.path: file for file in since}
    return replace(whole, files=tuple(_fresh_files(whole.files, touched)))


def _fresh_files(files: Sequence[FileDiff], touched: Mapping[str, FileDiff]) -> Iterator[FileDiff]:
    for file in files:
        other = touched.get(file.path)
        if other is None or not file.hunks:
            continue
        if other.not_text is not None:
            yield file
            continue
        lines = _touched(other)
        hunks = tuple(hunk for hunk in file.hunks if _is_fresh(hunk, lines))
        if hunks:
            yield replace(file, hunks=hunks)


def _is_fresh(hunk: Hunk, touched: _Touched) -> bool:
    if any(line.new_number in touched.added for line in hunk.added()):
        return True
    gone = {line.text for line in hunk.deleted()}
    first, last = hunk.new_start - 1, hunk.new_start + hunk.new_length
    return any(first <= place <= last and text in gone for place, text in touched.deleted)


def _touched(file: FileDiff) -> _Touched:
    return _Touched(
        frozenset(file.added_lines),
        tuple(place for hunk in file.hunks for place in _deleted(hunk)),
    )


def _deleted(hunk: Hunk) -> Iterator[tuple[int, str]]:
    # git numbers a new side without lines by the line before it.
    number = hunk.new_start if hunk.new_length else hunk.new_start + 1
    for line in hunk.lines:
        if line.new_number is None:
            yield number, line.text
        else:
            number = line.new_number + 1
