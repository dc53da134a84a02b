"""One run at a time in a workspace."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from coderasst_hook.errors import StoreError, UsageError
from coderasst_hook.files import read_regular, write_atomically

_LOCK = "lock"
_HOLDER = "pid"


@contextmanager
def only_run(folder: Path, workspace: Path) -> Iterator[None]:
    """Raises ``UsageError`` where another process is in such a block with the same ``folder``, and
    ``StoreError`` where that cannot be written.

    The lock is SQLite's, which every system has. It goes with its process, however that ends: none
    is ever stale. ``pid`` is there for people alone.
    """
    with closing(_opened(folder)) as lock:
        _take(lock, folder, workspace)
        yield


def _opened(folder: Path) -> sqlite3.Connection:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return sqlite3.connect(folder / _LOCK, timeout=0, isolation_level=None)
    except OSError as error:
        raise StoreError(f"cannot write {folder}: {error.strerror}") from None
    except sqlite3.Error as error:
        raise StoreError(f"cannot lock {folder}: {error}") from None


def _take(lock: sqlite3.Connection, folder: Path, workspace: Path) -> None:
    try:
        lock.execute("BEGIN EXCLUSIVE")
        write_atomically(folder / _HOLDER, f"{os.getpid()}\n".encode("ascii"))
    except sqlite3.Error as error:
        if "locked" in str(error):
            raise _taken(folder, workspace) from None
        raise StoreError(f"cannot lock {folder}: {error}") from None
    except OSError as error:
        raise StoreError(f"cannot write {folder}: {error.strerror}") from None


def _taken(folder: Path, workspace: Path) -> UsageError:
    try:
        holder = read_regular(folder / _HOLDER, 20).decode("ascii", "replace").strip()
    except OSError:
        holder = ""
    named = f" (process {holder})" if holder.isdigit() else ""
    return UsageError(
        f"another run{named} is at work in {workspace}",
        next_step="wait for its end, or name another folder with --workspace",
    )
