"""From what a person selects to the ``ChangeSet`` that is reviewed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from coderasst_hook.changes import ChangeSet, FileDiff
from coderasst_hook.diff import GitChanges, parse_git, parse_patch, path_filter
from coderasst_hook.errors import PatchError, UsageError
from coderasst_hook.git.blobs import Blobs
from coderasst_hook.git.repository import Repository, empty_tree

NO_NOTES: tuple[str, ...] = ()


class What(str, Enum):
    STAGED = "staged"
    COMMIT = "commit"
    RANGE = "range"
    PATCH = "diff"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Selection:
    """``argument`` is the revision, the range or the patch file ("-" is standard input).

    ``paths`` limit it, literally, and lie relative to the folder where git runs.
    """

    what: What = What.STAGED
    argument: str = ""
    paths: tuple[str, ...] = ()

    @property
    def needs_repository(self) -> bool:
        return self.what is not What.PATCH


def select(
    selection: Selection,
    repository: Repository | None,
    *,
    context: int = 3,
    standard_input: Callable[[], bytes] | None = None,
) -> ChangeSet:
    """The changes that ``selection`` names, with ``context`` unchanged lines around each.

    Raises ``GitError``, ``PatchError`` or ``UsageError`` where they cannot be had.
    """
    if selection.what is What.PATCH:
        return _patch(selection, standard_input or _read_standard_input)
    if repository is None:
        raise UsageError("this selection needs a Git repository; without one, use --diff FILE")
    if selection.what is What.STAGED:
        return _staged(repository, selection, context)
    if selection.what is What.COMMIT:
        return _commit(repository, selection, context)
    if selection.what is What.RANGE:
        return _range(repository, selection, context)
    from coderasst_hook.whole_files import all_files

    return all_files(repository, selection.paths)


class BlobContents:
    """The new side of a change as the object store has it: index or commit, no working tree."""

    def __init__(self, ids: Mapping[str, str], blobs: Blobs) -> None:
        self._ids = ids
        self._blobs = blobs

    def read(self, path: str) -> bytes | None:
        blob = self._ids.get(path)
        return None if blob is None else self._blobs.read(blob)


def _staged(repository: Repository, selection: Selection, context: int) -> ChangeSet:
    output = repository.staged(selection.paths, context=context)
    notes = NO_NOTES
    if output and repository.merging:
        notes = ("a merge is under way: everything it brings in counts as changed",)
    return _change_set("staged changes", repository, parse_git(output), notes)


def _commit(repository: Repository, selection: Selection, context: int) -> ChangeSet:
    commit = repository.resolve(selection.argument)[0]
    if commit.kind != "commit":
        raise UsageError(f"{selection.argument!r} is a {commit.kind}, not a commit")
    base = commit.parents[0] if commit.parents else empty_tree(commit.id)
    notes = NO_NOTES
    if len(commit.parents) > 1:
        notes = ("merge commit: compared with its first parent",)
    output = repository.compare(base, commit.id, selection.paths, context=context)
    return _change_set(f"commit {commit.short}", repository, parse_git(output), notes)


def _range(repository: Repository, selection: Selection, context: int) -> ChangeSet:
    left, dots, right = _split_range(selection.argument)
    old, new = repository.resolve(left or "HEAD", right or "HEAD")
    base = repository.merge_base(old, new) if dots == "..." else old.id
    output = repository.compare(base, new.id, selection.paths, context=context)
    return _change_set(f"range {selection.argument}", repository, parse_git(output), NO_NOTES)


def _split_range(text: str) -> tuple[str, str, str]:
    # git, too, cuts at the first dots.
    left, dots, right = text.partition("..")
    if right.startswith("."):
        dots, right = "...", right[1:]
    if dots and (left or right):
        return left, dots, right
    raise UsageError(
        f"{text!r} is not a range",
        next_step="write A..B, or A...B for what B has changed since it left A",
    )


def _change_set(
    description: str, repository: Repository, changes: GitChanges, notes: tuple[str, ...]
) -> ChangeSet:
    contents = BlobContents(changes.blobs, repository.blobs())
    return ChangeSet(description, changes.files, contents, notes)


def _patch(selection: Selection, standard_input: Callable[[], bytes]) -> ChangeSet:
    piped = selection.argument == "-"
    name = "standard input" if piped else selection.argument
    data = standard_input() if piped else _read_file(name)
    try:
        patch = parse_patch(data)
    except PatchError as error:
        raise PatchError(f"{name}, {error}", next_step=error.next_step) from error
    wanted = path_filter(tuple(map(os.path.normpath, selection.paths)))
    files: tuple[FileDiff, ...] = tuple(file for file in patch.files if wanted(file.path))
    description = "standard input" if piped else f"patch {name}"
    return replace(ChangeSet(description, files), notes=patch.notes)


def _read_file(name: str) -> bytes:
    try:
        with open(name, "rb") as file:
            return file.read()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a file name"
        raise UsageError(
            f"the patch {name!r} cannot be read: {reason}",
            next_step="write one with: git diff > changes.patch, or use - for standard input",
        ) from error


def _read_standard_input() -> bytes:
    return sys.stdin.buffer.read()
