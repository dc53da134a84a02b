"""Answers of the model, kept for the next review of the same lines.

A key is the hash of everything that an answer depends on; a value is the answer's text. No prompt,
and so no code, is stored. A cache that cannot be used costs time and never a review: then ``get``
finds nothing, ``put`` does nothing, and ``note`` says why.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCHEMA = 1
FILE_NAME = "answers.sqlite3"
_BUSY_SECONDS = 5.0
# Eviction goes this far below the limit, so that not every write evicts.
_LOW_WATER = 0.8
_MAX_SHARE = 8
"""One answer may take up to this part of the whole cache."""

_COLUMNS = "key, text, prompt_tokens, answer_tokens, size, used, hits"
_TABLES = """
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY,
    text BLOB NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    answer_tokens INTEGER NOT NULL,
    size INTEGER NOT NULL,
    used REAL NOT NULL,
    hits INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answers_by_use ON answers (used);
"""


@dataclass(frozen=True, slots=True)
class Entry:
    text: str
    prompt_tokens: int
    answer_tokens: int


@dataclass(frozen=True, slots=True)
class CacheInfo:
    """``size`` is that of the files, in bytes; ``hits`` is how often kept answers were used."""

    path: str
    entries: int
    size: int
    hits: int
    max_size: int


def key(**parts: Any) -> str:
    """The address of an answer: the hash of all that it depends on, by name, as JSON."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def default_folder() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("coderasst", appauthor=False))


class Cache:
    """One open file. Several processes may use it at once, each with an object of its own; it is
    not for several threads."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        max_bytes: int = 256 * 1024 * 1024,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.path = (folder or default_folder()) / FILE_NAME
        self.max_bytes = max_bytes
        self.note = ""
        """Why the cache is not used, or what happened to it; one line."""
        self._clock = clock
        self._db: sqlite3.Connection | None = None
        self._open()

    def get(self, address: str) -> Entry | None:
        with self._guarded() as db:
            if db is None:
                return None
            row = db.execute(
                "SELECT text, prompt_tokens, answer_tokens FROM answers WHERE key = ?", (address,)
            ).fetchone()
            if row is None:
                return None
            text = bytes(row[0]).decode("utf-8", "surrogatepass")
            entry = Entry(text, int(row[1]), int(row[2]))
            # Where use cannot be written down (a read-only folder), the answer is still good.
            with contextlib.suppress(sqlite3.OperationalError):
                db.execute(
                    "UPDATE answers SET used = ?, hits = hits + 1 WHERE key = ?",
                    (self._clock(), address),
                )
            return entry
        return None

    def put(self, address: str, entry: Entry) -> None:
        # JSON can spell half a surrogate pair, and a text is stored as it was answered.
        text = entry.text.encode("utf-8", "surrogatepass")
        size = len(text) + len(address) + 64
        if size * _MAX_SHARE > self.max_bytes:
            return
        with self._guarded() as db:
            if db is None:
                return
            db.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, 0)",
                (
                    address,
                    text,
                    entry.prompt_tokens,
                    entry.answer_tokens,
                    size,
                    self._clock(),
                ),
            )
            self._evict(db)

    def info(self) -> CacheInfo:
        entries = hits = 0
        with self._guarded() as db:
            if db is not None:
                row = db.execute("SELECT count(*), coalesce(sum(hits), 0) FROM answers").fetchone()
                entries, hits = int(row[0]), int(row[1])
        size = sum(path.stat().st_size for path in self._files() if path.exists())
        return CacheInfo(str(self.path), entries, size, hits, self.max_bytes)

    def clear(self) -> int:
        """Forget every answer; how many there were."""
        with self._guarded() as db:
            if db is not None:
                count = db.execute("DELETE FROM answers").rowcount
                db.execute("VACUUM")
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                return int(count)
        return 0

    @property
    def unusable(self) -> bool:
        """Whether nothing can be kept; ``note`` says why."""
        return self._db is None

    def close(self) -> None:
        db, self._db = self._db, None
        if db is not None:
            db.close()

    def __enter__(self) -> Cache:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _evict(self, db: sqlite3.Connection) -> None:
        total = int(db.execute("SELECT coalesce(sum(size), 0) FROM answers").fetchone()[0])
        if total <= self.max_bytes:
            return
        db.execute(
            # The running sum from the newest on; what lies beyond the low-water mark goes.
            "DELETE FROM answers WHERE key IN (SELECT key FROM (SELECT key, sum(size) OVER"
            " (ORDER BY used DESC, key) AS total FROM answers) WHERE total > ?)",
            (int(self.max_bytes * _LOW_WATER),),
        )

    def _open(self) -> None:
        try:
            self._make_private()
            self._db = self._connect()
        except sqlite3.DatabaseError as error:
            if _is_corrupt(error):
                self._begin_anew()
            else:
                self._give_up(error)
        except OSError as error:
            self._give_up(error)

    def _make_private(self) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Made before SQLite makes it, which would follow the umask.
        with contextlib.suppress(FileExistsError):
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            # An answer lost in a power cut is asked again; each commit need not reach the disk.
            db.execute("PRAGMA synchronous = NORMAL")
            version = int(db.execute("PRAGMA user_version").fetchone()[0])
            if version not in (0, SCHEMA):
                db.execute("DROP TABLE IF EXISTS answers")
            if version != SCHEMA:
                db.executescript(f"BEGIN IMMEDIATE;{_TABLES}PRAGMA user_version = {SCHEMA};COMMIT;")
            db.execute(f"SELECT {_COLUMNS} FROM answers LIMIT 1")
        except sqlite3.Error:
            db.close()
            raise
        return db

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[sqlite3.Connection | None]:
        """The connection, or None; faults of the file are noted, and end its use."""
        try:
            yield self._db
        except sqlite3.DatabaseError as error:
            self.close()
            if _is_corrupt(error):
                self._begin_anew()
            else:
                self._give_up(error)

    def _begin_anew(self) -> None:
        aside = self.path.with_name(f"{FILE_NAME}.corrupt")
        try:
            for path in self._files():
                if path == self.path:
                    path.replace(aside)
                else:
                    path.unlink(missing_ok=True)
            self._make_private()
            self._db = self._connect()
        except (OSError, sqlite3.Error) as error:
            self._give_up(error)
        else:
            self.note = f"the cache was damaged; it is set aside as {aside}, and a new one begun"

    def _give_up(self, error: Exception) -> None:
        self.note = f"the cache at {self.path} is not used: {error}"

    def _files(self) -> tuple[Path, ...]:
        return tuple(self.path.with_name(FILE_NAME + end) for end in ("", "-wal", "-shm"))


_DAMAGE = ("malformed", "not a database", "no such column", "no such table")


def _is_corrupt(error: sqlite3.DatabaseError) -> bool:
    return any(sign in str(error) for sign in _DAMAGE)
