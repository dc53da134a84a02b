"""What a crawl has to ask for, on disk: it outlives a kill.

Scrapy's own job folder keeps its queue only when it is closed in peace, and forgets what was under
way; after a kill, those pages count as seen and are never asked for again. Here, a page is waiting
until what came of it is safe. What was asked for since the last ``commit`` is asked for again.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from coderasst_hook.errors import StoreError
from trainer.acquire.web import urls

PAGE = "page"
SITEMAP = "sitemap"
GUESSED_SITEMAP = "guessed sitemap"
"""Nobody said that it is there."""
_WAITING, _ASKED, _DONE = 0, 1, 2
_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tasks (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, url TEXT NOT NULL, host TEXT NOT NULL,
    depth INTEGER NOT NULL, attempts INTEGER NOT NULL, hops TEXT NOT NULL,
    rank INTEGER NOT NULL, place INTEGER NOT NULL, state INTEGER NOT NULL, counted INTEGER NOT NULL,
    taken INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS waiting ON tasks (state, host, rank, place);
CREATE TABLE IF NOT EXISTS links (key TEXT PRIMARY KEY, urls BLOB NOT NULL) WITHOUT ROWID;
"""
_COLUMNS = "key, kind, url, depth, attempts, hops"


@dataclass(frozen=True, slots=True)
class Task:
    key: str
    kind: str
    url: str
    depth: int = 0
    """Links, or indexes of sitemaps, that lead here."""
    attempts: int = 0
    """How often it was asked for in vain."""
    hops: tuple[str, ...] = ()
    """URLs that redirected here, the first one first."""

    @property
    def host(self) -> str:
        return urls.host(self.url)

    @property
    def rank(self) -> int:
        """Sitemaps come before all pages, and pages in the order of their depth."""
        return self.depth if self.kind == PAGE else -1


def page(url: str, depth: int = 0) -> Task:
    return Task(urls.key(url), PAGE, url, depth)


def sitemap(url: str, kind: str = SITEMAP, depth: int = 0) -> Task:
    # No page's key has a colon so early: a page may be both.
    return Task(f"sitemap:{url}", kind, url, depth)


class Frontier:
    """A context manager, for one process at a time. ``crawl`` says what decides which pages there
    are; where another crawl was left unfinished, this one begins anew. ``path`` None keeps all in
    memory. Raises ``StoreError``."""

    def __init__(self, path: Path | None, crawl: str, *, most: int) -> None:
        self._path = path
        self._crawl = crawl
        self._most = most
        self.resumed = False
        self.counted = 0
        """Pages of this crawl that were asked for, over all its runs."""
        self._hosts: Counter[str] = Counter()
        """Waiting tasks, the host whose turn it is first."""
        self._rows = 0
        self._place = 0

    def __enter__(self) -> Frontier:
        with self._safely():
            if self._path is not None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(self._path or ":memory:", timeout=0)
            try:
                self._open()
            except BaseException:
                self._base.close()
                raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # What was not committed is not known to be safe.
        self._base.close()

    def __len__(self) -> int:
        """Tasks that wait."""
        return self._hosts.total()

    def add(self, task: Task) -> bool:
        """Whether it is new. A frontier that is full takes nothing more: the rest would never be
        asked for."""
        if self._rows >= self._most:
            return False
        with self._safely():
            cursor = self._base.execute(
                "INSERT OR IGNORE INTO tasks VALUES (?,?,?,?,?,?,?,?,?,?,0,0)",
                (*self._row(task),),
            )
            if cursor.rowcount == 0:
                # Found again, on a shorter way.
                self._base.execute(
                    "UPDATE tasks SET depth = ?, rank = ?"
                    " WHERE key = ? AND state = ? AND depth > ?",
                    (task.depth, task.rank, task.key, _WAITING, task.depth),
                )
                return False
        self._rows += 1
        self._hosts[task.host] += 1
        return True

    def next(self, busy: Iterable[str]) -> Task | None:
        """The next task of a host that is not ``busy``, hosts in turn; None where there is none."""
        skipped = frozenset(busy)
        host = next((host for host in self._hosts if host not in skipped), None)
        if host is None:
            return None
        with self._safely():
            row = self._base.execute(
                f"SELECT {_COLUMNS} FROM tasks WHERE state = ? AND host = ?"
                " ORDER BY rank, place LIMIT 1",
                (_WAITING, host),
            ).fetchone()
            self._base.execute("UPDATE tasks SET state = ? WHERE key = ?", (_ASKED, row[0]))
            task_key, kind, url, depth, attempts, hops = row
            task = Task(task_key, kind, url, depth, attempts, tuple(json.loads(hops)))
        left = self._hosts.pop(host) - 1
        if left:
            self._hosts[host] = left
        return task

    def done(self, task: Task, *, counted: bool = True, taken: bool = False) -> None:
        """``counted``: it was asked for, and counts towards the pages of the crawl. ``taken``:
        there is a document of it."""
        with self._safely():
            self._base.execute(
                "UPDATE tasks SET state = ?, counted = ?, taken = ? WHERE key = ?",
                (_DONE, counted, taken, task.key),
            )
        self.counted += counted

    def was_in_vain(self, key: str) -> bool:
        """Whether it is done, and there is no document of it."""
        with self._safely():
            row = self._base.execute(
                "SELECT 1 FROM tasks WHERE key = ? AND state = ? AND NOT taken", (key, _DONE)
            ).fetchone()
        return row is not None

    def again(self, task: Task) -> None:
        """``task``, with its new URL, attempts or hops, waits behind all of its depth."""
        with self._safely():
            self._base.execute(
                "INSERT OR REPLACE INTO tasks VALUES (?,?,?,?,?,?,?,?,?,?,0,0)",
                (*self._row(task),),
            )
        self._hosts[task.host] += 1

    def remember_links(self, key: str, found: Iterable[str]) -> None:
        packed = zlib.compress("\n".join(found).encode("utf-8"))
        with self._safely():
            self._base.execute("INSERT OR REPLACE INTO links VALUES (?, ?)", (key, packed))

    def links(self, key: str) -> tuple[str, ...] | None:
        """Where the page led when it was last read; None where that is not known."""
        with self._safely():
            row = self._base.execute("SELECT urls FROM links WHERE key = ?", (key,)).fetchone()
            if row is None:
                return None
            text = zlib.decompress(row[0]).decode("utf-8")
        return tuple(text.split("\n")) if text else ()

    def commit(self) -> None:
        with self._safely():
            self._base.commit()

    def finish(self) -> None:
        """The crawl is over: the next one begins with its start pages."""
        with self._safely():
            self._base.execute("DELETE FROM tasks")
            self._base.execute("DELETE FROM about WHERE name = 'crawl'")
            self._base.commit()
        self._hosts.clear()

    def _row(self, task: Task) -> Iterator[object]:
        self._place += 1
        yield from (task.key, task.kind, task.url, task.host, task.depth, task.attempts)
        yield from (json.dumps(task.hops), task.rank, self._place, _WAITING)

    def _open(self) -> None:
        self._base.execute("PRAGMA locking_mode = EXCLUSIVE")
        version = self._base.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, _VERSION):
            raise StoreError(
                f"{self._path} was written by another version",
                next_step=f"remove {self._path}, and acquire again",
            )
        self._base.executescript(f"{_SCHEMA} PRAGMA user_version = {_VERSION};")
        about = self._base.execute("SELECT value FROM about WHERE name = 'crawl'").fetchone()
        self.resumed = about is not None and about[0] == self._crawl
        if not self.resumed:
            self._base.execute("DELETE FROM tasks")
            self._base.execute("INSERT OR REPLACE INTO about VALUES ('crawl', ?)", (self._crawl,))
        self._base.execute("UPDATE tasks SET state = ? WHERE state = ?", (_WAITING, _ASKED))
        self._base.commit()
        self._rows, self.counted, self._place = self._base.execute(
            "SELECT count(*), coalesce(sum(counted), 0), coalesce(max(place), 0) FROM tasks"
        ).fetchone()
        self._hosts = Counter(
            dict(
                self._base.execute(
                    "SELECT host, count(*) FROM tasks WHERE state = 0 GROUP BY host ORDER BY host"
                )
            )
        )

    @contextmanager
    def _safely(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise StoreError("another crawl of this source is under way") from None
            raise StoreError(f"cannot use {self._path}: {error}") from None
        except (sqlite3.DatabaseError, zlib.error, ValueError) as error:
            raise StoreError(
                f"{self._path} is damaged: {error}",
                next_step=f"remove {self._path}, and acquire again",
            ) from None
        except OSError as error:
            raise StoreError(f"cannot use {self._path}: {error.strerror}") from None
