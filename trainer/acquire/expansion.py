"""Archives that expand without end are stopped here: how much may come out of how many bytes."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from typing import BinaryIO, Protocol

from trainer.acquire.tree import TreeError

MOST_BYTES = 8 * 1024**3
"""Of one archive, expanded. The Linux kernel has 1.5 GB."""
MOST_RATIO = 100
"""Expanded to packed. Source code packs 4 to 10 times, logs up to 50; deflate's limit is 1,032."""
FREE_BYTES = 32 * 1024 * 1024
"""Of which the ratio is not asked: small archives of tables and logs may pack well."""
MOST_MEMBERS = 200_000
LARGEST_HEADER = 1024 * 1024
"""Bytes that are asked for at once where they are no member's content: long names, attributes."""
TOO_MUCH = "archive that expands too far"
TOO_MANY = "archive with too many members"
BROKEN = "broken archive"

_XZ_MEMORY = 256 * 1024 * 1024
_CHUNK = 256 * 1024


def most_bytes(packed: int) -> int:
    """What may come out of an archive of ``packed`` bytes."""
    return min(MOST_BYTES, max(FREE_BYTES, MOST_RATIO * packed))


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def unpacked(file: BinaryIO) -> Readable:
    """``file``, decompressed by what its first bytes say."""
    magic = file.read(6)
    file.seek(0)
    if magic.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=file, mode="rb")
    if magic.startswith(b"BZh"):
        return bz2.BZ2File(file)
    if magic == b"\xfd7zXZ\0":
        return _Xz(file)
    return file


class Metered:
    """What ``tarfile`` reads headers from, and we the contents: forward only, and no more than the
    archive may expand to. Its methods raise ``TreeError``."""

    def __init__(self, inner: Readable, most: int) -> None:
        self._inner = inner
        self._most = most
        self._position = 0
        self._header = 0
        self.last = b""
        """What was read last."""

    def next_member(self) -> None:
        self._header = 0

    def read(self, size: int = -1) -> bytes:
        """Of the headers before one member, no more than ``LARGEST_HEADER`` in all."""
        self._header += max(size, 0)
        if size < 0 or self._header > LARGEST_HEADER:
            raise TreeError(TOO_MUCH)
        self.last = self._take(size)
        return self.last

    def content(self, start: int, size: int) -> bytes:
        self.seek(start)
        parts = []
        while size > 0:
            part = self._take(min(_CHUNK, size))
            if not part:
                raise TreeError(BROKEN)
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def tell(self) -> int:
        return self._position

    def seek(self, position: int) -> int:
        if position < self._position:
            raise TreeError(BROKEN)
        while self._position < position:
            if not self._take(min(_CHUNK, position - self._position)):
                break
        return self._position

    def _take(self, size: int) -> bytes:
        if self._position + size > self._most:
            raise TreeError(TOO_MUCH)
        try:
            taken = self._inner.read(size)
        except (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError) as error:
            raise TreeError(BROKEN) from error
        self._position += len(taken)
        return taken


class _Xz:
    """Like ``lzma.LZMAFile``, which cannot be told how much memory it may take."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left = b""
        self._fresh = True
        self._decompressor = _xz_stream()

    def read(self, size: int, /) -> bytes:
        parts: list[bytes] = []
        while size > 0:
            part = self._some(size)
            if not part:
                break
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _some(self, size: int) -> bytes:
        while True:
            if self._decompressor.eof:
                self._left = self._decompressor.unused_data
                self._decompressor, self._fresh = _xz_stream(), True
            if not self._left and self._decompressor.needs_input:
                self._left = self._file.read(_CHUNK)
                if not self._left:
                    return b""
            if self._fresh:
                # Streams may follow one another, with zeros in between.
                self._left = self._left.lstrip(b"\0")
                self._fresh = not self._left
                if self._fresh:
                    continue
            part = self._decompressor.decompress(self._left, size)
            self._left = b""
            if part:
                return part


def _xz_stream() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)
