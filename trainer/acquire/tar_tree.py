"""A tar archive, packed or not, read from its start to its end: once to look, once for contents."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import IO, BinaryIO, cast

from trainer.acquire.expansion import (
    BROKEN,
    MOST_MEMBERS,
    TOO_MANY,
    Metered,
    most_bytes,
    unpacked,
)
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


class TarTree:
    def __init__(self, stem: str, name: str, file: BinaryIO) -> None:
        self.name = stem
        self.details: Mapping[str, str] = {"archive": name}
        self._file = file
        self._most = most_bytes(file.seek(0, os.SEEK_END))

    def look(self, notes: Notes) -> list[Entry]:
        entries = []
        for member, bytes_of in self._members():
            entry = _entry(member)
            if entry is None:
                continue
            entries.append(entry)
            noted = not entry.refused and entry.size <= MOST_NOTED and notes.wants(entry.path)
            if noted:
                notes.note(entry.path, bytes_of())
        return entries

    def contents(self, wanted: Callable[[str], bool], most: int) -> Iterator[Content]:
        for member, bytes_of in self._members():
            entry = _entry(member)
            if entry is None or entry.refused or not wanted(entry.path):
                continue
            yield entry.path, Refused(TOO_LARGE) if entry.size > most else bytes_of()

    def _members(self) -> Iterator[tuple[tarfile.TarInfo, Callable[[], bytes]]]:
        """Each with the function that reads it, which works until the next one is asked for."""
        self._file.seek(0)
        metered = Metered(unpacked(self._file), self._most)
        for member in _headers(metered):
            yield member, partial(metered.content, member.offset_data, member.size)


def _headers(metered: Metered) -> Iterator[tarfile.TarInfo]:
    try:
        # Not "r|", which would read what a header calls its length into memory at once.
        with tarfile.open(fileobj=cast(IO[bytes], metered), mode="r:") as tar:
            for _ in range(MOST_MEMBERS):
                metered.next_member()
                member = tar.next()
                if member is None:
                    break
                yield member
                # Both would grow with the archive.
                vars(tar).update(members=[], pax_headers={})
            else:
                raise TreeError(TOO_MANY)
    # What is malformed in a header shows in any of these.
    except (tarfile.TarError, ValueError, OverflowError, LookupError, RecursionError) as error:
        raise TreeError(BROKEN) from error
    # tarfile takes a damaged header for the end.
    if metered.last.strip(b"\0"):
        raise TreeError(BROKEN)


def _entry(member: tarfile.TarInfo) -> Entry | None:
    """None for a folder, whose files name it."""
    path = member.name
    while path.startswith("./"):
        path = path[2:]
    if member.isdir():
        return None
    if leads_outside(path):
        return Entry(path, refused=OUTSIDE)
    if member.issym() or member.islnk():
        return Entry(path, refused=LINK)
    # A sparse one claims any size with a few bytes.
    if not member.isreg() or member.issparse():
        return Entry(path, refused=SPECIAL)
    return Entry(path, member.size)
