"""Files of the working tree, read so that nothing outside of it can be reached through a link."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

MAX_BYTES = 1024 * 1024
_BINARY_PROBE = 8000
"""Bytes from the start in which a NUL makes a file binary, as git decides it."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    reason: str


@dataclass(frozen=True, slots=True)
class WorkingTree:
    """A ``Contents`` of what lies under ``root`` now."""

    root: Path

    def read(self, path: str) -> bytes | None:
        found = self.open(path)
        return found if isinstance(found, bytes) else None

    def open(self, path: str) -> bytes | Unreadable:
        """The file ``path`` (from the root, surrogate escapes for bytes that are not UTF-8), at
        most ``MAX_BYTES`` long, or why there is nothing to read."""
        raw = path.encode("utf-8", "surrogateescape")
        root = os.path.realpath(os.fsencode(self.root))
        parent = os.path.dirname(os.path.join(root, raw))
        if os.path.realpath(parent) != parent:
            return Unreadable("behind a symbolic link")
        try:
            # A pipe must not block, and a link must not be followed.
            descriptor = os.open(
                os.path.join(root, raw),
                os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0),
            )
        except OSError as error:
            return Unreadable(_why(root, raw, error))
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            return Unreadable("not a regular file")
        with open(descriptor, "rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            return Unreadable("larger than 1 MiB")
        return content


def is_binary(content: bytes) -> bool:
    return b"\0" in content[:_BINARY_PROBE]


def _why(root: bytes, raw: bytes, error: OSError) -> str:
    if os.path.islink(os.path.join(root, raw)):
        return "symbolic link"
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "not in the working tree"
    return f"not readable: {error.strerror}"
