"""A commit of a Git repository on disk, read from its objects. Nothing of the repository is run:
no hook, no filter, no configured program, and no remote that a missing object could be had from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from shutil import which

from coderasst_hook.errors import GitError
from coderasst_hook.files import read_regular
from coderasst_hook.git import Blobs, run
from trainer.acquire.tree import (
    LINK,
    MOST_NOTED,
    OUTSIDE,
    SPECIAL,
    TOO_LARGE,
    Content,
    Entry,
    Notes,
    Refused,
    TreeError,
    leads_outside,
)

NO_COMMIT = "repository without that commit"
MISSING = "object that is not in this clone"
SUBMODULE = "submodule"
REFUSED = "repository that git cannot read whole"
"""Damaged, or a partial clone."""
_LONGEST_POINTER = 4096
_LISTING = re.compile(rb"(\d{6}) (\w+) ([0-9a-f]{40,64}) +(\d+|-)\t(.+)", re.DOTALL)
_OWNER_NAME = re.compile(r"[/:]([\w.-]+)/([\w.-]+?)(?:\.git)?/?$", re.ASCII)
_COMMIT = re.compile(rb"[0-9a-f]{40,64}")


class CommitTree:
    """``git_dir`` is the repository itself, ``folder`` what people call it by. Raises
    ``TreeError`` where ``revision`` is not there, or git refuses."""

    def __init__(self, folder: Path, git_dir: Path, revision: str = "HEAD") -> None:
        self._git_dir = git_dir
        # Named outright, so that neither this process's environment nor a folder above decides.
        # No protocol: a partial clone would fetch what is missing, by a program that it names.
        self._extra = {
            "GIT_DIR": str(git_dir.resolve()),
            "GIT_ALLOW_PROTOCOL": "none",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
        }
        self._found: list[tuple[Entry, str]] = []
        commit = self._git("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").strip()
        if not _COMMIT.fullmatch(commit):
            raise TreeError(NO_COMMIT)
        self._commit = commit.decode("ascii")
        self.name = self._owner_and_name() or folder.resolve().name.removesuffix(".git")
        self.details: Mapping[str, str] = {"commit": self._commit}

    def look(self, notes: Notes) -> list[Entry]:
        listing = self._git("ls-tree", "-r", "-l", "-z", "--full-tree", self._commit)
        self._found = [_entry(record) for record in listing.split(b"\0") if record]
        for path, content in self.contents(notes.wants, MOST_NOTED):
            if isinstance(content, bytes):
                notes.note(path, content)
        return [entry for entry, _ in self._found]

    def contents(self, wanted: Callable[[str], bool], most: int) -> Iterator[Content]:
        blobs = Blobs(self._git_dir, extra=self._extra)
        try:
            for entry, name in self._found:
                if entry.refused or not wanted(entry.path):
                    continue
                if entry.size > most:
                    yield entry.path, Refused(TOO_LARGE)
                else:
                    yield entry.path, _read(blobs, name)
        finally:
            blobs.close()

    def _owner_and_name(self) -> str | None:
        url = self._git("config", "--get", "remote.origin.url").decode("utf-8", "replace").strip()
        match = _OWNER_NAME.search(url)
        return f"{match[1]}/{match[2]}" if match else None

    def _git(self, *arguments: str) -> bytes:
        """Without an answer where git says with 1 that there is none."""
        try:
            return run(arguments, cwd=self._git_dir, accept=(0, 1), extra=self._extra)
        except GitError as error:
            if which("git") is None:
                raise
            raise TreeError(REFUSED) from error


def git_dir_of(folder: Path) -> Path | None:
    """The repository of the working tree ``folder``, which may be elsewhere (a worktree, a
    submodule), or ``folder`` itself where it is a bare one; None where it is neither."""
    inner = folder / ".git"
    if inner.is_dir():
        return inner
    if inner.is_file():
        with suppress(OSError):
            pointer = read_regular(inner, _LONGEST_POINTER).decode("utf-8", "surrogateescape")
            if pointer.startswith("gitdir: "):
                return folder / pointer.removeprefix("gitdir: ").strip()
    bare = all((folder / name).exists() for name in ("HEAD", "objects", "refs", "config"))
    return folder if bare else None


def _entry(record: bytes) -> tuple[Entry, str]:
    """With the name of its blob."""
    match = _LISTING.fullmatch(record)
    if match is None:
        raise TreeError(REFUSED)
    mode, kind, name, size = (match[number].decode("ascii") for number in range(1, 5))
    path = match[5].decode("utf-8", "surrogateescape")
    refused = ""
    if leads_outside(path):
        refused = OUTSIDE
    elif mode == "120000":
        refused = LINK
    elif mode == "160000":
        refused = SUBMODULE
    elif kind != "blob":
        refused = SPECIAL
    elif size == "-":
        refused = MISSING
    return Entry(path, int(size) if size.isdigit() else 0, refused), name


def _read(blobs: Blobs, name: str) -> bytes | Refused:
    try:
        content = blobs.read(name)
    except GitError:
        content = None
    return Refused(MISSING) if content is None else content
