"""From what the setting ``feedback.store`` says to an open database.

SQLite: write-ahead log, so that readers and a writer do not wait for each other; a transaction that
writes takes the lock where it begins, so that it can wait for it; and each commit reaches the disk,
so that what was acknowledged is there after a crash.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import (
    ArgumentError,
    IntegrityError,
    NoSuchModuleError,
    SQLAlchemyError,
    StatementError,
)

from coderasst_hook.errors import StoreError
from coderasst_hook.feedback.place import Place, make_file

BUSY_SECONDS = 60.0
"""How long a process waits for others to finish writing."""
_CONNECT_SECONDS = 10
_WRITING = "coderasst_writing"


@dataclass(frozen=True, slots=True)
class Database:
    """Two views of one pool of connections. ``writing`` begins its transactions with the lock."""

    reading: Engine
    writing: Engine
    place: Place

    def close(self) -> None:
        self.reading.dispose()


def connect(place: Place, *, create: bool) -> Database:
    """Nothing is asked of the server yet. A file that is missing is made, if ``create``.
    Raises ``StoreError``."""
    if place.file is not None:
        make_file(place, create=create)
        engine = _sqlite(place.file)
    else:
        engine = _postgresql(place)
    return Database(engine, engine.execution_options(**{_WRITING: True}), place)


@contextmanager
def reported(place: Place) -> Iterator[None]:
    """What goes wrong in the database, as a ``StoreError`` without credentials."""
    try:
        yield
    except IntegrityError as error:
        raise StoreError(
            f"the feedback store {place} refuses a row that refers to what is not there, or is out "
            f"of range: {_said(error, place)}"
        ) from None
    except SQLAlchemyError as error:
        raise StoreError(
            f"the feedback store {place} cannot be used: {_said(error, place)}",
            next_step=_next_step(place),
        ) from None


def _said(error: SQLAlchemyError, place: Place) -> str:
    """The database's own words: the statement and its values, which SQLAlchemy adds, are not for
    people, and the values are none of the terminal's business."""
    cause = error.orig if isinstance(error, StatementError) and error.orig is not None else error
    return place.without_secrets(" ".join(str(cause).split()) or type(cause).__name__)


def _next_step(place: Place) -> str:
    if place.file is not None:
        return f"look at the file and at who may write it: ls -l {place}"
    return "see whether the server runs and lets you in: psql URL"


def _sqlite(file: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(file)), connect_args={"timeout": BUSY_SECONDS}
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, record: object) -> None:
    # Python's driver would begin transactions at moments of its own.
    connection.isolation_level = None
    _keep_a_log(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _keep_a_log(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log. SQLite does not wait for its turn here, as it does elsewhere,
    so of several processes with a new file all but one are refused and must try again."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
        time.sleep(0.01)


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get(_WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _postgresql(place: Place) -> Engine:
    options: dict[str, Any] = {"connect_timeout": _CONNECT_SECONDS, "application_name": "coderasst"}
    for name in set(options) & set(place.url.query):
        del options[name]
    try:
        return create_engine(place.url, connect_args=options, pool_pre_ping=True)
    except ModuleNotFoundError:
        raise StoreError(
            f"the driver for the feedback store {place} is not installed",
            next_step="pip install 'coderasst[postgresql]'",
        ) from None
    except (NoSuchModuleError, ArgumentError) as error:
        raise StoreError(
            f"the feedback store {place} cannot be opened: {_said(error, place)}"
        ) from None
