"""The versions of commented files that followed a comment, read from GitHub with few requests.

One comparison a commit tells which files it touched; only those are read. The commits are followed
along first parents from the head down to the commented one, so that each version is a child of the
one before. After a force-push the commented commit is not among them: then the head alone is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Protocol

from coderasst_hook.feedback.fate import Became, Block, Fate, Version, fate_of, stands_in
from coderasst_hook.github.errors import NotFound
from coderasst_hook.github.values import (
    ChangedFile,
    Commit,
    Comparison,
    Person,
    PullRequest,
    Thread,
)

_MOST_COMPARED = 300
"""Files that GitHub shows of a comparison; with so many, some may be missing."""
_CO_AUTHOR = re.compile(r"^co-authored-by:\s*(?P<name>[^<\n]{1,200})", re.IGNORECASE | re.MULTILINE)


class Reader(Protocol):
    """What is needed of ``github.pulls.Pulls``."""

    def commits(self, number: int) -> tuple[Commit, ...]: ...
    def compare(self, base: str, head: str) -> Comparison: ...
    def content(self, path: str, ref: str) -> bytes | None: ...


class Versions:
    """Of one pull request. Its methods raise ``GitHubError``."""

    def __init__(self, reader: Reader, pull: PullRequest) -> None:
        self._reader = reader
        self._pull = pull
        self._read: dict[tuple[str, str], tuple[str, ...] | None] = {}
        self._touched: dict[str, tuple[ChangedFile, ...] | None] = {}

    def fate(self, thread: Thread, replacement: tuple[str, ...] | None) -> Fate | None:
        """What became of the lines of ``thread``; None where that cannot be told."""
        commented = thread.first.commit_sha
        if not commented or thread.original_line is None:
            return None
        later = self._after(commented)
        if later is not None and not any(self._touches(thread.path, later)):
            return Fate(Became.KEPT)
        block = self.block(thread, replacement)
        if block is None:
            return None
        tool = thread.first.author
        if later is None:
            versions = [self._head(thread)]
        else:
            versions = list(self._versions(thread.path, later, block, tool))
        found = fate_of(block, versions)
        if found.became in (Became.CHANGED, Became.SUGGESTED) and self._back_on_base(thread, block):
            return Fate(Became.REVERTED, None, self._pull.merged_at)
        return found

    def block(self, thread: Thread, replacement: tuple[str, ...] | None) -> Block | None:
        """The lines of ``thread`` in the file that was commented on, or in what its hunk shows of
        it where the commit is gone; None where they are in neither."""
        last = thread.original_line
        if last is None:
            return None
        first = thread.original_start_line or last
        lines = self.lines(thread.path, thread.first.commit_sha)
        if lines is None:
            # The commit is gone. The comment still shows the end of its hunk.
            lines = new_side(thread.first.diff_hunk)
            first, last = len(lines) - (last - first), len(lines)
        if not 1 <= first <= last <= len(lines):
            return None
        return Block(lines, first, last, replacement)

    def lines(self, path: str, ref: str) -> tuple[str, ...] | None:
        """Of the file ``path`` at ``ref``; None where there is none."""
        if (path, ref) not in self._read:
            try:
                content = self._reader.content(path, ref)
            except NotFound:
                content = None
            self._read[path, ref] = None if content is None else _lines_of(content)
        return self._read[path, ref]

    @cached_property
    def _commits(self) -> dict[str, Commit]:
        return {commit.sha: commit for commit in self._reader.commits(self._pull.number)}

    def _after(self, commented: str) -> tuple[Commit, ...] | None:
        """The commits after ``commented``, oldest first; None where it is none of the head's."""
        chain: list[Commit] = []
        sha = self._pull.head_sha
        # A list that GitHub cut short, or made by somebody hostile, must not turn in a circle.
        while sha != commented and sha in self._commits and len(chain) < len(self._commits):
            chain.append(self._commits[sha])
            sha = next(iter(chain[-1].parents), "")
        return tuple(reversed(chain)) if sha == commented else None

    def _touches(self, path: str, commits: Sequence[Commit]) -> Iterator[bool]:
        for commit in commits:
            files = self._files(commit)
            yield files is None or any(path in (file.path, file.previous_path) for file in files)

    def _files(self, commit: Commit) -> tuple[ChangedFile, ...] | None:
        """What ``commit`` touched; None where that cannot be told for each file."""
        if commit.sha not in self._touched:
            parent = next(iter(commit.parents), None)
            try:
                files = self._reader.compare(parent, commit.sha).files if parent else None
            except NotFound:
                files = None
            known = files is not None and len(files) < _MOST_COMPARED
            self._touched[commit.sha] = files if known else None
        return self._touched[commit.sha]

    def _versions(
        self, path: str, commits: Sequence[Commit], block: Block, tool: Person
    ) -> Iterator[Version]:
        lines: tuple[str, ...] | None = block.file
        for commit in commits:
            files = self._files(commit)
            moved = next((file for file in files or () if file.previous_path == path), None)
            if moved is not None and moved.status == "renamed":
                path = moved.path
            if files is None or any(file.path == path for file in files):
                lines = self.lines(path, commit.sha)
            yield _version(lines, commit, tool)

    def _head(self, thread: Thread) -> Version:
        lines = self.lines(thread.path, self._pull.head_sha)
        commit = self._commits.get(self._pull.head_sha)
        if commit is None:
            return Version(lines, None, self._pull.merged_at or thread.first.at)
        return _version(lines, commit, thread.first.author)

    def _back_on_base(self, thread: Thread, block: Block) -> bool:
        if not self._pull.merged:
            return False
        lines = self.lines(thread.path, self._pull.base_ref)
        return lines is not None and stands_in(block, lines)


def _lines_of(content: bytes) -> tuple[str, ...]:
    """As git counts them: a form feed ends no line."""
    return tuple(content.decode("utf-8", "surrogateescape").removesuffix("\n").split("\n"))


def new_side(diff_hunk: str) -> tuple[str, ...]:
    """The lines of a hunk, header included, that are in the new file."""
    lines = diff_hunk.split("\n")[1:]
    return tuple(line[1:] for line in lines if line[:1] in ("+", " "))


def _version(lines: tuple[str, ...] | None, commit: Commit, tool: Person) -> Version:
    authors = {name.strip().casefold() for name in _CO_AUTHOR.findall(commit.message)}
    ours = tool.login.casefold()
    return Version(
        lines=lines,
        person=commit.author,
        at=commit.at,
        from_suggestion=bool(authors & {ours, f"{ours}[bot]"}),
    )
