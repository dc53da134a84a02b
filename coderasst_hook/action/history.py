"""The two ways to a pull request's changes: the clone that the job has, and GitHub's API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from coderasst_hook.action.patches import MOST_COMPARED, MOST_FILES, file_diffs
from coderasst_hook.changes import ChangeSet, FileDiff
from coderasst_hook.diff import parse_git
from coderasst_hook.errors import GitError
from coderasst_hook.git.history import borrow, fetch, is_shallow, merge_base, missing
from coderasst_hook.git.repository import Repository
from coderasst_hook.github.values import ChangedFile, Comparison, PullRequest
from coderasst_hook.selection import BlobContents

_CONTAINS = ("ahead", "identical")


class Reader(Protocol):
    """What is asked of GitHub; ``github.pulls.Pulls`` has it."""

    def files(self, number: int) -> Sequence[ChangedFile]: ...

    def compare(self, base: str, head: str) -> Comparison: ...

    def content(self, path: str, ref: str) -> bytes | None: ...


class History(Protocol):
    """Where a pull request's changes can be read."""

    @property
    def way(self) -> str:
        """Which way was taken, to be told: "from the clone"."""
        ...

    @property
    def repository(self) -> Repository | None:
        """For what else git knows, such as attributes."""
        ...

    def whole(self) -> ChangeSet:
        """From the merge base to the head."""
        ...

    def since(self, reviewed: str) -> Sequence[FileDiff] | None:
        """From the commit ``reviewed`` to the head; None where it is no ancestor of the head (after
        a rebase) or nobody can tell."""
        ...

    def contains(self, one: str, other: str) -> bool:
        """Whether the commit ``one`` is ``other`` or an ancestor of it, as far as can be told."""
        ...


@dataclass(frozen=True, slots=True)
class GitHistory:
    """``repository`` has the objects alone (``git.history.borrow``)."""

    repository: Repository
    pull: PullRequest
    merge_base: str
    way: str
    reader: Reader | None = None
    """Asked about ancestors where the clone is shallow."""

    def whole(self) -> ChangeSet:
        changes = parse_git(self.repository.compare(self.merge_base, self.pull.head_sha))
        contents = BlobContents(changes.blobs, self.repository.blobs())
        return ChangeSet(description(self.pull), changes.files, contents)

    def since(self, reviewed: str) -> Sequence[FileDiff] | None:
        head = self.pull.head_sha
        if missing(self.repository, [reviewed]) or not self.contains(reviewed, head):
            return None
        return parse_git(self.repository.compare(reviewed, head, context=0)).files

    def contains(self, one: str, other: str) -> bool:
        if self.reader is not None:
            return self.reader.compare(one, other).status in _CONTAINS
        return merge_base(self.repository, one, other) == one


@dataclass(frozen=True, slots=True)
class ApiHistory:
    """Patches as GitHub shows them; whole files are asked for one by one, when they are read."""

    reader: Reader
    pull: PullRequest
    way: str
    repository: Repository | None = None

    def whole(self) -> ChangeSet:
        files = self.reader.files(self.pull.number)
        notes: tuple[str, ...] = ()
        if len(files) >= MOST_FILES:
            notes = (f"GitHub lists the first {MOST_FILES:,} files of a pull request alone",)
        contents = _ApiContents(self.reader, self.pull.head_sha)
        return ChangeSet(description(self.pull), file_diffs(files), contents, notes)

    def since(self, reviewed: str) -> Sequence[FileDiff] | None:
        comparison = self.reader.compare(reviewed, self.pull.head_sha)
        if comparison.status not in _CONTAINS or len(comparison.files) >= MOST_COMPARED:
            return None
        return file_diffs(comparison.files)

    def contains(self, one: str, other: str) -> bool:
        return self.reader.compare(one, other).status in _CONTAINS


@dataclass(frozen=True, slots=True)
class _ApiContents:
    reader: Reader
    revision: str

    def read(self, path: str) -> bytes | None:
        return self.reader.content(path, self.revision)


def description(pull: PullRequest) -> str:
    return f"pull request {pull.repository}#{pull.number}"


def open_git(
    clone: Repository,
    pull: PullRequest,
    folder: Path,
    *,
    reader: Reader | None,
    also: Sequence[str] = (),
) -> GitHistory | str:
    """The history in ``clone``, completed from its remote where it is shallow or lacks the head;
    or the reason why it does not serve. ``folder`` is empty; ``also`` are commits that are good to
    have. ``reader`` knows the merge base that a shallow clone cannot know."""
    wanted = (pull.base_sha, pull.head_sha)
    way = "from the clone"
    shallow = is_shallow(clone)
    base: str | None = None
    if shallow and reader is not None:
        base = reader.compare(*wanted).merge_base_sha
        wanted = (base, pull.head_sha)
    if absent := missing(clone, wanted):
        if reason := fetch(clone, absent, depth=1 if shallow else None):
            return reason
        way = "from the clone, with commits that were fetched for it"
    if shallow:
        # They are needed for less: without them, more is asked of the API, or reviewed again.
        for commit in missing(clone, [pull.base_sha, *also]):
            fetch(clone, [commit], depth=1)
    if base is None:
        base = merge_base(clone, *wanted)
    if base is None:
        return "the clone does not go back to where the pull request left its base branch"
    attributes = None if missing(clone, [pull.base_sha]) else pull.base_sha
    try:
        repository = borrow(clone, folder, attributes)
    except GitError as error:
        return str(error)
    return GitHistory(repository, pull, base, way, reader if shallow else None)
