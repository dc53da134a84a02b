"""What files are acquired from: a folder, an archive, a commit. All look the same from above."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

LINK = "symbolic link"
SPECIAL = "not a regular file"
OUTSIDE = "name that leads outside"
UNREADABLE = "unreadable"
TOO_LARGE = "too large"


@dataclass(frozen=True, slots=True)
class Entry:
    """``path`` is relative, with "/", decoded as UTF-8 with surrogate escapes. ``size`` is in
    bytes. ``refused`` is why it is no file to read, "" where it is one."""

    path: str
    size: int = 0
    refused: str = ""
    repository: bool = False
    """Whether it is a folder that is a Git repository of its own."""


@dataclass(frozen=True, slots=True)
class Refused:
    reason: str


class TreeError(Exception):
    """The tree cannot be read at all, or must not be; ``str(error)`` is a reason to drop it."""


class Notes(Protocol):
    """What wants to see some files before the others: licences, metadata of packages."""

    def wants(self, path: str) -> bool: ...

    def note(self, path: str, content: bytes) -> None: ...


class Tree(Protocol):
    """``name`` is its folder's, file's or repository's; ``details`` go to every document of it."""

    name: str
    details: Mapping[str, str]

    def look(self, notes: Notes) -> list[Entry]:
        """All entries, in an order that stays; ``notes`` get what they want. Raises
        ``TreeError``."""
        ...

    def contents(self, wanted: Callable[[str], bool], most: int) -> Iterator[Content]:
        """Of the entries of ``look`` that are not refused and whose path is ``wanted``, in their
        order. One of more than ``most`` bytes is ``Refused``. Raises ``TreeError``."""
        ...


Content = tuple[str, bytes | Refused]
MOST_NOTED = 4 * 1024 * 1024
"""Bytes of a file that goes to ``Notes``: lists of installed files are long."""


def leads_outside(path: str) -> bool:
    """Whether ``path`` is one that no honest archive or commit holds: absolute, with "..", empty
    or made for Windows' drives."""
    parts = path.split("/")
    return "\0" in path or any(part in ("", ".", "..") for part in parts) or parts[0].endswith(":")
