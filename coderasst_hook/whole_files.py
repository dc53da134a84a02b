"""``--all``: every line of the tracked files as an added line, as it is in the working tree."""

from __future__ import annotations

from collections.abc import Sequence

from coderasst_hook.changes import ChangeSet, FileDiff, Hunk, Line, LineKind, Status
from coderasst_hook.diff.kinds import SYMLINK, UNMERGED_FILE, not_text
from coderasst_hook.git.repository import IndexEntry, Repository
from coderasst_hook.working_tree import Unreadable, WorkingTree, is_binary


def all_files(repository: Repository, paths: Sequence[str] = ()) -> ChangeSet:
    """Tracked files under ``paths`` (relative to ``repository.cwd``), all where there are none.

    A file that cannot be reviewed is there without hunks, with its reason. Raises ``GitError``
    for a path under which nothing is tracked.
    """
    tree = WorkingTree(repository.root)
    entries = {entry.path: entry for entry in repository.tracked(paths)}
    files = tuple(_file(tree, entry) for entry in entries.values())
    return ChangeSet("all tracked files" if not paths else ", ".join(paths), files, tree)


def _file(tree: WorkingTree, entry: IndexEntry) -> FileDiff:
    reason = UNMERGED_FILE if entry.stage else not_text(None, entry.mode, binary=False)
    content = tree.open(entry.path) if reason is None else b""
    if isinstance(content, Unreadable):
        reason, content = content.reason, b""
    binary = is_binary(content)
    if binary:
        reason, content = not_text(None, entry.mode, binary=True), b""
    return FileDiff(
        old_path=None,
        new_path=entry.path,
        status=Status.UNMERGED if entry.stage else Status.ADDED,
        hunks=added_hunks(content),
        binary=binary,
        new_mode=SYMLINK if reason == "symbolic link" else entry.mode,
        not_text=reason,
    )


def added_hunks(content: bytes) -> tuple[Hunk, ...]:
    """Every line of a file as an added one, in one hunk; none of an empty file."""
    if not content:
        return ()
    texts = content.decode("utf-8", "surrogateescape").split("\n")
    ended = texts[-1] == ""
    if ended:
        texts.pop()
    lines = tuple(
        Line(LineKind.ADDED, text, None, number, newline=ended or number < len(texts))
        for number, text in enumerate(texts, start=1)
    )
    return (Hunk(0, 0, 1, len(lines), "", lines),)
