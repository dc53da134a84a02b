"""Examples on disk while it is decided which of them stay: they do not all fit into memory, what
decides does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from trainer.dataset.example import Example, Kind


@dataclass(frozen=True, slots=True)
class Entry:
    """What decides whether an example stays, and where it is on disk."""

    id: str
    kind: Kind
    split: str
    language: str
    rules: tuple[str, ...]
    hunk: str
    document: str
    is_planted: bool
    offset: int
    size: int

    @property
    def is_clean(self) -> bool:
        return not self.rules


class Spool:
    """``file`` is empty, and can be read and written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._end = 0

    def put(self, example: Example) -> Entry:
        line = example.to_json().encode("ascii")
        self._file.seek(self._end)
        self._file.write(line)
        entry = Entry(
            id=example.id,
            kind=example.kind,
            split=example.split,
            language=example.language,
            rules=example.rules,
            hunk=example.hunk,
            document=example.provenance.document,
            is_planted="planted" in example.provenance.made,
            offset=self._end,
            size=len(line),
        )
        self._end += len(line)
        return entry

    def get(self, entry: Entry) -> Example:
        self._file.seek(entry.offset)
        return Example.from_json(self._file.read(entry.size).decode("ascii"))
