"""Hashes of files, each read only when it has changed.

    work/run/digests.json    by path: size, time, inode, SHA-256

As in Git's index, a file that was written just now is read again the next time: within one tick
of the clock it could change and keep its time.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from coderasst_hook.errors import StoreError
from coderasst_hook.files import write_atomically

MISSING = "missing"
"""In the place of the hash of a file that is not there."""
_TICK_NS = 2_000_000_000
_PIECE = 1 << 20
_Known = tuple[int, int, int, str]


def of_value(value: object) -> str:
    """Of a value of JSON, equal for equal values."""
    return sha256(json.dumps(value, sort_keys=True).encode("ascii")).hexdigest()


class Digests:
    """``of_file`` and ``of_files`` raise ``StoreError`` for what is there and cannot be read."""

    def __init__(self, cache: Path) -> None:
        """A cache that cannot be read is an empty one."""
        self._cache = cache
        self._known: dict[str, _Known] = _read(cache)
        self._used: dict[str, _Known] = {}

    def of_file(self, path: Path) -> str:
        key = os.path.abspath(path)
        try:
            there = os.stat(path)
            stamp = (there.st_size, there.st_mtime_ns, there.st_ino)
            known = self._used.get(key) or self._known.get(key)
            digest = known[3] if known is not None and known[:3] == stamp else _hash(path)
        except (FileNotFoundError, NotADirectoryError):
            return MISSING
        except OSError as error:
            raise StoreError(f"cannot read {path}: {error.strerror}") from None
        if time.time_ns() - there.st_mtime_ns > _TICK_NS:
            self._used[key] = (*stamp, digest)
        return digest

    def of_files(self, paths: Iterable[Path], base: Path) -> str:
        """Of the files' names below ``base``, and of what is in them."""
        return of_value([[relative(path, base), self.of_file(path)] for path in sorted(paths)])

    def save(self) -> None:
        """Files that were not asked for are forgotten once they are gone."""
        kept = {key: known for key, known in self._known.items() if os.path.exists(key)}
        lines = json.dumps({**kept, **self._used}).encode("ascii")
        try:
            self._cache.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._cache, lines)
        except OSError as error:
            raise StoreError(f"cannot write {self._cache}: {error.strerror}") from None


def files_below(folder: Path) -> tuple[Path, ...]:
    """In order; none where there is no such folder."""
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file()))


def relative(path: Path, base: Path) -> str:
    """As it stands in a state file: below ``base`` with slashes, elsewhere as it is."""
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else str(path)


def _hash(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _read(cache: Path) -> dict[str, _Known]:
    try:
        data: Any = json.loads(cache.read_bytes())
        return {str(key): _known(value) for key, value in data.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _known(value: Any) -> _Known:
    size, changed, inode, digest = value
    if not all(isinstance(number, int) for number in (size, changed, inode)):
        raise ValueError("not the form of an entry")
    return size, changed, inode, str(digest)
