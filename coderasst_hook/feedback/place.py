"""Where the store is, and how that is told to people: a URL may hold a password."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from coderasst_hook.errors import StoreError

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+._-]*://")
_POSTGRESQL = ("postgresql", "postgres")
# What a URL's query may hold, in libpq's terms, that is fit to be shown.
_OPEN = ("host", "hostaddr", "port", "dbname", "user", "sslmode")
_FORMS = "a file, sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"
_HOW = "export CODERASST_FEEDBACK_STORE=…"


@dataclass(frozen=True, slots=True)
class Place:
    """``file`` is that of SQLite, absolute; None where there is a server."""

    url: URL
    file: Path | None

    def __str__(self) -> str:
        if self.file is not None:
            return str(self.file)
        user = f"{self.url.username}@" if self.url.username else ""
        query = self.url.query
        host = self.url.host or query.get("host") or "localhost"
        port = f":{self.url.port}" if self.url.port else ""
        return f"postgresql://{user}{host}{port}/{self.url.database or ''}"

    def without_secrets(self, text: str) -> str:
        secrets = [str(self.url.password or "")]
        for name, value in self.url.query.items():
            if name not in _OPEN:
                secrets += [value] if isinstance(value, str) else value
        for secret in sorted(secrets, key=len, reverse=True):
            text = text.replace(secret, "***") if secret else text
        return text


def place_of(where: str | Path, root: Path) -> Place:
    """``where`` is a file, relative to ``root``, or a URL. Raises ``StoreError``."""
    text = str(where)
    if not _SCHEME.match(text):
        return _file(text, root)
    try:
        url = make_url(text)
    # It may have an argument that is no number, too.
    except (ArgumentError, ValueError):
        raise StoreError(
            f"feedback.store is no URL: it must be {_FORMS}, with special characters escaped",
            next_step=_HOW,
        ) from None
    backend, _, driver = url.drivername.partition("+")
    if backend == "sqlite":
        if not url.database or url.database == ":memory:":
            raise StoreError("feedback.store names no file: write sqlite:///FILE", next_step=_HOW)
        return _file(url.database, root)
    if backend in _POSTGRESQL:
        return Place(url.set(drivername=f"postgresql+{driver or 'psycopg'}"), None)
    raise StoreError(f"feedback.store must be {_FORMS}, not {backend}://", next_step=_HOW)


def make_file(place: Place, *, create: bool) -> None:
    """See that the file is there, readable by its owner alone. A folder that is made for it ignores
    itself: what people said about code is not to be committed by accident."""
    file = place.file
    if file is None or os.path.lexists(file):
        return
    if not create:
        raise StoreError(
            f"there is no feedback store at {file} yet",
            next_step="coderasst feedback sync, import or accept",
        )
    try:
        if not file.parent.exists():
            file.parent.parent.mkdir(parents=True, exist_ok=True)
            # Of several processes, the one that made the folder writes into it.
            with suppress(FileExistsError):
                file.parent.mkdir(mode=0o700)
                (file.parent / ".gitignore").write_text("*\n", "utf-8")
        with suppress(FileExistsError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(
            f"the feedback store {file} cannot be made: {error.strerror}", next_step=_HOW
        ) from None


def _file(text: str, root: Path) -> Place:
    file = Path(root, Path(text).expanduser()).absolute()
    return Place(URL.create("sqlite", database=str(file)), file)
