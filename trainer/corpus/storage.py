"""Folders of the pipeline: on this machine or wherever fsspec reaches (``s3://…``, ``file://…``).

Only this module knows datatrove's ``DataFolder``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Any
from uuid import uuid4

from coderasst_hook.errors import StoreError
from trainer.extras import need

if TYPE_CHECKING:
    from datatrove.io import DataFolder

_PIECE = 1 << 20
PART = ".part"
"""The ending of a file that is being written, or was when its writer was killed."""


def folder(url: str) -> DataFolder:
    """Raises ``StoreError`` for a scheme that is not installed or not known."""
    try:
        found: DataFolder = need("datatrove.io").get_datafolder(url)
    except (ImportError, ValueError) as error:
        raise StoreError(
            f"cannot use {url!r} as a folder: {error}",
            next_step="name a folder, or install what fsspec needs for this kind of address",
        ) from None
    return found


@contextmanager
def replacing(place: DataFolder, path: str) -> Iterator[IO[bytes]]:
    """Write ``path`` so that it is there whole or not at all, also when the process is killed.

    An object store shows an object once it is closed; on a disk a file is renamed.
    """
    if not place.is_local():
        with place.open(path, "wb") as file:
            yield file
        return
    beside = f"{path}.{uuid4().hex}{PART}"
    with place.open(beside, "wb") as file:
        yield file
    place.mv(beside, path)


def write_json(place: DataFolder, path: str, value: object) -> None:
    """Sorted and ASCII alone: equal values are equal bytes."""
    text = json.dumps(value, sort_keys=True, indent=1) + "\n"
    with replacing(place, path) as file:
        file.write(text.encode("ascii"))


def read_json(place: DataFolder, path: str) -> Any:
    """None where there is no such file, or none that can be read: it is made again then."""
    try:
        with place.open(path, "rb") as file:
            return json.loads(file.read())
    except (FileNotFoundError, ValueError, RecursionError):
        return None


def forget(place: DataFolder, path: str) -> None:
    """Remove a file, if it is there."""
    if place.exists(path):
        place.rm(path)


def digest(place: DataFolder, path: str) -> str | None:
    """The SHA-256 of a file, None where there is none."""
    known = sha256()
    try:
        with place.open(path, "rb") as file:
            while piece := file.read(_PIECE):
                known.update(piece)
    except FileNotFoundError:
        return None
    return known.hexdigest()


def move(source: DataFolder, path: str, target: DataFolder, to: str) -> None:
    """Put a file where it is wanted; by its name alone where both folders are on a disk."""
    if source.is_local() and target.is_local():
        target.makedirs(target._parent(to), exist_ok=True)
        source.fs.mv(source._join(path), target._join(to))
        return
    with source.open(path, "rb") as old, replacing(target, to) as new:
        while piece := old.read(_PIECE):
            new.write(piece)
    source.rm(path)


class Hashed:
    """A file to write to that knows the SHA-256 and the size of what went through it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sha = sha256()
        self.size = 0
        self.closed = False

    def write(self, data: bytes) -> int:
        self._sha.update(data)
        self.size += memoryview(data).nbytes
        return self._file.write(data)

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        """Left to the one who opened the file."""

    @property
    def sha256(self) -> str:
        return self._sha.hexdigest()
