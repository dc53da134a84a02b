"""What ``--dry-run`` acquires into: a source that only tells what it would take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from trainer.documents import Document
from trainer.raw_source import RawSource


class Rehearsal(RawSource):
    """Knows what is there already, and writes nothing. ``told`` gets the location of each document
    that is new, and its size in bytes."""

    def __init__(
        self, raw: Path, kind: str, name: str, *, told: Callable[[str, int], None]
    ) -> None:
        super().__init__(raw, kind, name)
        self._told = told

    def __enter__(self) -> Rehearsal:
        if self.folder.is_dir():
            self._load()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return

    def add(self, document: Document) -> bool:
        if document.id in self.known:
            return False
        before = self.taken_bytes
        self._count(document)
        self._told(document.origin.location, self.taken_bytes - before)
        return True

    def drop(self, location: str, reason: str) -> None:
        self._is_new_drop(location, reason)

    def checkpoint(self) -> None:
        return
