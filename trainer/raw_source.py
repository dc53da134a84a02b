"""What one acquisition has gathered: a folder that can be added to, killed, and gone on with.

    raw/<kind>/<source>/
        documents-00000.jsonl.gz    sealed shards, never changed again
        documents-00001.jsonl       the open shard: one document a line
        drops.jsonl                 what was not taken, and why
        state.json                  the cursor of the acquisition, written with each checkpoint

A line that a crash has torn is cut off when the source is opened again; what ``checkpoint`` has
returned from survives.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from coderasst_hook.errors import StoreError
from coderasst_hook.files import write_atomically
from trainer.documents import Document

SHARD_BYTES = 8 * 1024 * 1024
"""Of JSON, before a shard is sealed. A shard is what one task of preprocessing reads: small ones
are equal work for all workers."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_DROPS = "drops.jsonl"
_SHARD = re.compile(r"documents-(\d{5})\.jsonl(\.gz)?")


class RawSource:
    """A context manager. Raises ``StoreError`` where the folder cannot be used."""

    def __init__(self, raw: Path, kind: str, name: str, *, shard_bytes: int = SHARD_BYTES) -> None:
        if not _NAME.fullmatch(name):
            raise StoreError(
                f"{name!r} cannot be the name of a source",
                next_step="use letters, digits, dots, dashes and underscores",
            )
        self.folder = raw / kind / name
        self.kind = kind
        self.name = name
        self.known: set[str] = set()
        """Ids of the documents that are here."""
        self.drops: Counter[str] = Counter()
        """By reason."""
        self.taken = 0
        """Documents that were new since this was opened."""
        self.taken_bytes = 0
        """Of their texts, as UTF-8, and contents."""
        self.left_out: Counter[str] = Counter()
        """Drops since this was opened that were not known before, by reason."""
        self.state: dict[str, Any] = {}
        """The acquisition's own: cursors, ETags; JSON values alone."""
        self._shard_bytes = shard_bytes
        self._dropped: set[int] = set()
        self._number = 0
        self._written = 0
        self._open: IO[bytes] | None = None
        self._drop_log: IO[bytes] | None = None

    def __enter__(self) -> RawSource:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._take_up()
        except OSError as error:
            raise self._error(error) from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.checkpoint()
        for file in (self._open, self._drop_log):
            if file is not None:
                file.close()

    def add(self, document: Document) -> bool:
        """Whether it is new. One that is here already is left as it is."""
        if document.id in self.known:
            return False
        line = document.to_json().encode("ascii") + b"\n"
        assert self._open is not None
        self._open.write(line)
        self._count(document)
        self._written += len(line)
        if self._written >= self._shard_bytes:
            self._seal()
        return True

    def drop(self, location: str, reason: str) -> None:
        """``reason`` is one of few, fixed ones: they are counted. A run that meets the same again
        does not tell it again."""
        assert self._drop_log is not None
        if not self._is_new_drop(location, reason):
            return
        line = json.dumps({"location": location, "reason": reason})
        self._drop_log.write(line.encode("ascii") + b"\n")

    def checkpoint(self) -> None:
        """What was added and ``state`` are on disk when this returns."""
        try:
            for file in (self._open, self._drop_log):
                if file is not None:
                    file.flush()
                    os.fsync(file.fileno())
            write_atomically(self.folder / "state.json", json.dumps(self.state).encode())
        except OSError as error:
            raise self._error(error) from None

    def documents(self) -> Iterator[Document]:
        for shard in shards(self.folder):
            yield from read_shard(shard)

    def _count(self, document: Document) -> None:
        self.known.add(document.id)
        self.taken += 1
        self.taken_bytes += len(document.text.encode("utf-8", "surrogatepass"))
        self.taken_bytes += len(document.content or b"")

    def _is_new_drop(self, location: str, reason: str) -> bool:
        # Hashes alone: a crawl may leave out millions of pages.
        key = hash((location, reason))
        if key in self._dropped:
            return False
        self._dropped.add(key)
        self.drops[reason] += 1
        self.left_out[reason] += 1
        return True

    def _take_up(self) -> None:
        self._mend()
        self._load()
        self._drop_log = (self.folder / _DROPS).open("ab")
        self._open = (self.folder / f"documents-{self._number:05}.jsonl").open("ab")

    def _mend(self) -> None:
        for plain in self.folder.glob("documents-*.jsonl"):
            # Killed between sealing a shard and removing what it was made of.
            if plain.with_suffix(".jsonl.gz").exists():
                plain.unlink()
            else:
                _cut_torn_line(plain)
        _cut_torn_line(self.folder / _DROPS)

    def _load(self) -> None:
        """Read what is here, and change nothing."""
        state = self.folder / "state.json"
        if state.exists():
            self.state = _read_state(state)
        for shard in shards(self.folder):
            if shard.suffix == ".jsonl":
                self._number, self._written = shard_number(shard), shard.stat().st_size
            else:
                self._number, self._written = shard_number(shard) + 1, 0
            self.known.update(document.id for document in read_shard(shard))
        log = self.folder / _DROPS
        for location, reason in _read_drops(log) if log.exists() else ():
            self.drops[reason] += 1
            self._dropped.add(hash((location, reason)))

    def _seal(self) -> None:
        assert self._open is not None
        self._open.close()
        plain = Path(self._open.name)
        # No time and no name in the header: equal documents make equal files.
        packed = gzip.compress(plain.read_bytes(), compresslevel=5, mtime=0)
        write_atomically(plain.with_suffix(".jsonl.gz"), packed)
        plain.unlink()
        self._number, self._written = self._number + 1, 0
        self._open = (self.folder / f"documents-{self._number:05}.jsonl").open("ab")

    def _error(self, error: OSError) -> StoreError:
        return StoreError(f"cannot write {self.folder}: {error.strerror}")


def sources(raw: Path) -> tuple[Path, ...]:
    """The folders of all acquisitions, by kind and name."""
    return tuple(sorted(path.parent for path in raw.glob("*/*/state.json")))


def shards(folder: Path) -> tuple[Path, ...]:
    """The files of a source, in order; of one that is both packed and plain, the packed one."""
    found = (path for path in folder.glob("documents-*") if _SHARD.fullmatch(path.name))
    # Sorted, "….jsonl" comes before "….jsonl.gz", which then takes its place.
    by_number = {shard_number(path): path for path in sorted(found)}
    return tuple(by_number[number] for number in sorted(by_number))


def shard_number(shard: Path) -> int:
    match = _SHARD.fullmatch(shard.name)
    assert match is not None
    return int(match[1])


def read_shard(shard: Path) -> Iterator[Document]:
    """Raises ``StoreError``, with the line, for what was not written here. A last line that is
    torn is left out: its document was never acknowledged."""
    with shard.open("rb") as file:
        yield from read_documents(file, str(shard))


def read_documents(file: IO[bytes], name: str) -> Iterator[Document]:
    """``read_shard`` for a shard that is open already; ``name`` says whether it is packed."""
    number = 0
    try:
        with gzip.open(file) if name.endswith(".gz") else nullcontext(file) as lines:
            for line in lines:
                number += 1
                if line.endswith(b"\n"):
                    yield Document.from_json(line.decode("ascii"))
    except (KeyError, TypeError, ValueError):
        raise StoreError(f"{name}, line {number}, is not a document") from None
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise StoreError(f"{name} is damaged behind line {number}") from None


def _read_drops(log: Path) -> Iterator[tuple[str, str]]:
    with log.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                drop = json.loads(line)
                yield str(drop["location"]), str(drop["reason"])
            except (KeyError, TypeError, ValueError):
                if line.endswith(b"\n"):
                    raise StoreError(f"{log}, line {number}, is not a drop") from None


def _read_state(path: Path) -> dict[str, Any]:
    try:
        state = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        state = None
    if not isinstance(state, dict):
        raise StoreError(f"{path} is damaged", next_step=f"remove {path.parent}, and acquire again")
    return state


def _cut_torn_line(path: Path) -> None:
    """Keep whole lines alone: what stands behind the last line break was never acknowledged."""
    with path.open("ab+") as file:
        size = file.tell()
        position = size
        while position > 0:
            start = max(0, position - 65536)
            file.seek(start)
            found = file.read(position - start).rfind(b"\n")
            if found >= 0:
                position = start + found + 1
                break
            position = start
        if position < size:
            file.truncate(position)
