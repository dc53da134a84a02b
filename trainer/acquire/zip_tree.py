"""A zip archive: also a wheel, an egg, a NuGet package."""

from __future__ import annotations

import lzma
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from trainer.acquire.expansion import BROKEN, MOST_MEMBERS, TOO_MANY, TOO_MUCH, most_bytes
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

ENCRYPTED = "encrypted"
_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x06"
_LARGEST_DIRECTORY = 64 * 1024 * 1024
"""Bytes of the list of members, which is read whole before anything of it is known."""
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, struct.error),
    # A method of compression that Python does not know; a size that is none; a password.
    *(NotImplementedError, ValueError, OverflowError, LookupError, RuntimeError),
)


class ZipTree:
    def __init__(self, stem: str, name: str, file: BinaryIO) -> None:
        self.name = stem
        self.details: Mapping[str, str] = {"archive": name}
        self._file = file
        self._most = most_bytes(file.seek(0, os.SEEK_END))
        self._members: dict[str, zipfile.ZipInfo] = {}

    def look(self, notes: Notes) -> list[Entry]:
        entries = []
        for member in self._directory():
            if member.is_dir():
                continue
            entry = _entry(member)
            entries.append(entry)
            if not entry.refused:
                self._members[entry.path] = member
        entries.sort(key=lambda entry: entry.path)
        for path, content in self.contents(notes.wants, MOST_NOTED):
            if isinstance(content, bytes):
                notes.note(path, content)
        return entries

    def contents(self, wanted: Callable[[str], bool], most: int) -> Iterator[Content]:
        with self._opened() as archive:
            for path, member in sorted(self._members.items()):
                if wanted(path):
                    yield path, _read(archive, member, most)

    def _directory(self) -> list[zipfile.ZipInfo]:
        self._check_directory()
        with self._opened() as archive:
            members = archive.infolist()
        if len(members) > MOST_MEMBERS:
            raise TreeError(TOO_MANY)
        # Members may lie over one another, so that the same bytes count again and again; what each
        # says of its size is what zipfile gives at most.
        if sum(member.file_size for member in members) > self._most:
            raise TreeError(TOO_MUCH)
        return members

    def _opened(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self._file)
        except _BROKEN as error:
            raise TreeError(BROKEN) from error

    def _check_directory(self) -> None:
        """Before zipfile makes an object of each member."""
        size = self._file.seek(0, os.SEEK_END)
        self._file.seek(max(0, size - 66_000))
        tail = self._file.read()
        end, end_64 = tail.rfind(_END), tail.rfind(_END_64)
        sizes = [struct.unpack_from("<L", tail, end + 12)] if 0 <= end <= len(tail) - 22 else []
        if 0 <= end_64 <= len(tail) - 56:
            sizes.append(struct.unpack_from("<Q", tail, end_64 + 40))
        # 0xFFFFFFFF stands for "see the 64-bit record".
        if any(found > _LARGEST_DIRECTORY for (found,) in sizes if found != 0xFFFFFFFF):
            raise TreeError(TOO_MANY)


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes | Refused:
    if member.file_size > most:
        return Refused(TOO_LARGE)
    try:
        with archive.open(member) as file:
            content = file.read(most + 1)
    except _BROKEN:
        return Refused(BROKEN)
    return Refused(TOO_LARGE) if len(content) > most else content


def _entry(member: zipfile.ZipInfo) -> Entry:
    # zipfile has made "/" of what Windows writes.
    path = member.filename.removeprefix("./")
    mode = member.external_attr >> 16
    if leads_outside(path) or "\\" in path:
        return Entry(path, refused=OUTSIDE)
    if stat.S_ISLNK(mode):
        return Entry(path, refused=LINK)
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return Entry(path, refused=SPECIAL)
    if member.flag_bits & 1:
        return Entry(path, refused=ENCRYPTED)
    return Entry(path, member.file_size)
