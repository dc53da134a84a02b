"""A folder on disk, read so that nothing outside of it is reached and nothing in it blocks."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from trainer.acquire.tree import (
    LINK,
    MOST_NOTED,
    SPECIAL,
    TOO_LARGE,
    UNREADABLE,
    Content,
    Entry,
    Notes,
    Refused,
    TreeError,
)

_DEEPEST = 100
"""Folders in one another: a mount can be a loop."""
TOO_DEEP = "folder nested too deep"
SKIPPED = frozenset({".git", ".hg", ".svn", ".bzr", "CVS", "__pycache__"})
"""Folders that hold no work of people. ".git" may be a file that names another place."""


class Folder:
    """Links are never followed: what they lead to is either here already, or none of ours.

    ``avoid`` are folders that are left out, as real paths: the workspace that is written into.
    With ``only``, these paths are its files, and others are read for what ``Notes`` want alone.
    """

    def __init__(
        self, root: Path, *, avoid: Iterable[str] = (), only: Iterable[str] | None = None
    ) -> None:
        self._root = os.path.realpath(os.fsencode(root))
        self._avoid = frozenset(map(os.fsencode, avoid))
        self.name = os.path.basename(_text(self._root)) or "root"
        self.details: Mapping[str, str] = {}
        self._only = None if only is None else frozenset(only)
        self._ways = frozenset(way for path in self._only or () for way in _folders_of(path))
        self._entries: list[Entry] = []

    def look(self, notes: Notes) -> list[Entry]:
        self._entries = list(self._walk("", 0))
        for path, content in self.contents(notes.wants, MOST_NOTED):
            if isinstance(content, bytes):
                notes.note(path, content)
        if self._only is not None:
            self._entries = [entry for entry in self._entries if entry.path in self._only]
        return self._entries

    def contents(self, wanted: Callable[[str], bool], most: int) -> Iterator[Content]:
        for entry in self._entries:
            if not entry.refused and not entry.repository and wanted(entry.path):
                yield entry.path, self._read(entry, most)

    def path_of(self, path: str) -> Path:
        """Where the entry lies on disk."""
        return Path(os.fsdecode(self._real(path)))

    def open(self, path: str) -> BinaryIO:
        """Raises ``OSError``, also for what is no longer a regular file."""
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        descriptor = os.open(self._real(path), flags)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(SPECIAL)
        return os.fdopen(descriptor, "rb")

    def _read(self, entry: Entry, most: int) -> bytes | Refused:
        if entry.size > most:
            return Refused(TOO_LARGE)
        try:
            with self.open(entry.path) as file:
                content = file.read(most + 1)
        except OSError:
            return Refused(UNREADABLE)
        return Refused(TOO_LARGE) if len(content) > most else content

    def _walk(self, folder: str, depth: int) -> Iterator[Entry]:
        try:
            with os.scandir(self._real(folder)) as found:
                items = sorted(found, key=lambda item: item.name)
        except OSError as error:
            if not folder:
                raise TreeError(UNREADABLE) from error
            yield Entry(folder, refused=UNREADABLE)
            return
        for item in items:
            path = f"{folder}/{_text(item.name)}" if folder else _text(item.name)
            if _text(item.name) in SKIPPED or item.path in self._avoid:
                continue
            if not item.is_dir(follow_symlinks=False):
                yield _file(path, item)
            elif self._only is not None and path not in self._ways:
                continue
            elif self._only is None and is_repository(item.path):
                yield Entry(path, repository=True)
            elif depth >= _DEEPEST:
                yield Entry(path, refused=TOO_DEEP)
            else:
                yield from self._walk(path, depth + 1)

    def _real(self, path: str) -> bytes:
        return os.path.join(self._root, path.encode("utf-8", "surrogateescape"))


def _folders_of(path: str) -> Iterator[str]:
    parts = path.split("/")
    for count in range(1, len(parts)):
        yield "/".join(parts[:count])


def is_repository(folder: bytes) -> bool:
    """Whether ``folder`` has its whole repository in a ".git" of its own. One that points
    elsewhere could be made to point at anybody's."""
    inner = os.path.join(folder, b".git")
    parts = (b"", b"objects", b"refs")
    return all(_is_real_folder(os.path.join(inner, part)) for part in parts) and not (
        os.path.lexists(os.path.join(inner, b"commondir"))
    )


def _is_real_folder(path: bytes) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path.rstrip(b"/")).st_mode)
    except OSError:
        return False


def _file(path: str, item: os.DirEntry[bytes]) -> Entry:
    try:
        found = item.stat(follow_symlinks=False)
    except OSError:
        return Entry(path, refused=UNREADABLE)
    if stat.S_ISLNK(found.st_mode):
        return Entry(path, refused=LINK)
    if not stat.S_ISREG(found.st_mode):
        return Entry(path, refused=SPECIAL)
    return Entry(path, found.st_size)


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
