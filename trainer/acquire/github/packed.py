"""The archive that GitHub makes of a commit: all lies in one folder, which is none of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import BinaryIO

from trainer.acquire.archives import open_archive
from trainer.acquire.tree import OUTSIDE, Content, Entry, Notes, Tree


class Packed:
    """A ``Tree`` of paths as they are in the repository. Raises ``TreeError`` for what is no
    archive."""

    def __init__(self, file: BinaryIO) -> None:
        self._tree: Tree = open_archive("archive.tar.gz", file)
        self._folder: str | None = None
        self.name = ""
        self.details: Mapping[str, str] = {}

    def look(self, notes: Notes) -> list[Entry]:
        return [self._inside(entry) for entry in self._tree.look(_Inside(self, notes))]

    def contents(self, wanted: Callable[[str], bool], most: int) -> Iterator[Content]:
        def wanted_inside(path: str) -> bool:
            inside = self.path_of(path)
            return inside is not None and wanted(inside)

        for path, content in self._tree.contents(wanted_inside, most):
            yield path.partition("/")[2], content

    def path_of(self, path: str) -> str | None:
        """In the repository; None for what does not lie in the folder of the first file."""
        folder, slash, inside = path.partition("/")
        if self._folder is None:
            self._folder = folder
        return inside if slash and folder == self._folder else None

    def _inside(self, entry: Entry) -> Entry:
        path = None if entry.refused == OUTSIDE else self.path_of(entry.path)
        return replace(entry, refused=OUTSIDE) if path is None else replace(entry, path=path)


class _Inside:
    def __init__(self, packed: Packed, notes: Notes) -> None:
        self._packed = packed
        self._notes = notes

    def wants(self, path: str) -> bool:
        inside = self._packed.path_of(path)
        return inside is not None and self._notes.wants(inside)

    def note(self, path: str, content: bytes) -> None:
        self._notes.note(path.partition("/")[2], content)
