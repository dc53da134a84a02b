"""What a merge that is under way changes by itself, beside what its branches bring in.

As in ``git diff --cc``: a line of the result is the merge's own if no parent has it. Whatever one
side has was reviewed there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from coderasst_hook.changes import ChangeSet, FileDiff, Hunk, Line, LineKind
from coderasst_hook.diff import parse_git
from coderasst_hook.git.repository import Repository

UNCHANGED = "unchanged from one side of the merge"
NOTE = "a merge is under way: only lines that no side of it has are reviewed"


def own_changes(staged: ChangeSet, repository: Repository) -> ChangeSet:
    """``staged`` (the index against HEAD) without what the other parents of the merge have.

    New numbers stay as they are. Where a hunk holds lines of its own beside others, the others
    become context. Raises ``GitError``.
    """
    heads = repository.merge_heads()
    if not heads or not staged.files:
        return staged
    sides = [_against(repository, head) for head in heads]
    files = tuple(_own_part(file, sides) for file in staged.files)
    return replace(staged, files=files, notes=(NOTE,))


_Side = dict[str, FileDiff]
"""What differs from one parent, by path."""


def _against(repository: Repository, parent: str) -> _Side:
    files = parse_git(repository.staged(against=parent, context=0)).files
    return {file.path: file for file in files}


def _own_part(file: FileDiff, sides: Iterable[_Side]) -> FileDiff:
    if file.not_text is not None or file.new_path is None or not file.hunks:
        return file
    own = frozenset(file.added_lines)
    for side in sides:
        other = side.get(file.path)
        if other is None:
            own = frozenset()
        # A parent where the file is binary has none of its lines.
        elif other.not_text is None:
            own = own.intersection(other.added_lines)
    hunks = tuple(_own_hunks(file.hunks, own))
    return replace(file, hunks=hunks, not_text=None if hunks else UNCHANGED)


def _own_hunks(hunks: Iterable[Hunk], own: Collection[int]) -> Iterator[Hunk]:
    for hunk in hunks:
        foreign = [line for line in hunk.added() if line.new_number not in own]
        if len(foreign) < sum(1 for _ in hunk.added()):
            # A side without lines names the line above it.
            below = int(not hunk.old_length and bool(foreign))
            yield replace(
                hunk,
                old_start=hunk.old_start + below,
                old_length=hunk.old_length + len(foreign),
                lines=tuple(_own_line(line, own) for line in hunk.lines),
            )


def _own_line(line: Line, own: Collection[int]) -> Line:
    foreign = line.kind is LineKind.ADDED and line.new_number not in own
    return replace(line, kind=LineKind.CONTEXT) if foreign else line
