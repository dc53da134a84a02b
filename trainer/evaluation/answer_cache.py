"""What models have answered, by their weights and the request: ``work/evaluation/answers.db``.

Safe to delete: all of it can be asked again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from coderasst_hook.errors import StoreError
from coderasst_hook.llm.backend import Options, Prompt

_TABLE = "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, value TEXT NOT NULL)"


@dataclass(frozen=True, slots=True)
class Kept:
    """``failure`` says why the model gave no usable answer; there is no ``text`` then."""

    text: str = ""
    failure: str = ""
    requests: int = 1
    seconds: float = 0.0
    prompt_tokens: int = 0
    answer_tokens: int = 0
    tokens: tuple[tuple[str, float], ...] = ()
    """See ``backend.Answer``."""


class AnswerCache:
    """A context manager. Each answer is on disk when ``put`` returns. Raises ``StoreError``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._faults():
            path.parent.mkdir(parents=True, exist_ok=True)
            # Autocommit. Answers are told from the thread that asked for them.
            self._database = sqlite3.connect(path, timeout=30.0, isolation_level=None)
            try:
                self._database.execute("PRAGMA journal_mode = WAL")
                self._database.execute("PRAGMA synchronous = NORMAL")
                self._database.execute(_TABLE)
            except BaseException:
                self._database.close()
                raise

    def __enter__(self) -> AnswerCache:
        return self

    def __exit__(self, *exception: object) -> None:
        self._database.close()

    @staticmethod
    def key(digest: str, prompt: Prompt, options: Options) -> str:
        """Of all that an answer depends on; for how long a model stays loaded is not among it."""
        asked = {**asdict(options), "keep_alive": ""}
        parts = [digest, prompt.system, prompt.user, prompt.schema, asked]
        return sha256(json.dumps(parts, sort_keys=True).encode("ascii")).hexdigest()

    def get(self, key: str) -> Kept | None:
        with self._faults():
            row = self._database.execute(
                "SELECT value FROM answers WHERE key = ?", (key,)
            ).fetchone()
        if row is None:
            return None
        try:
            found = json.loads(row[0])
            tokens = tuple((str(text), float(chance)) for text, chance in found["tokens"])
            return Kept(**{**found, "tokens": tokens})
        except (ValueError, TypeError, KeyError):
            return None  # of another version: it is asked again

    def put(self, key: str, kept: Kept) -> None:
        with self._faults():
            self._database.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?)", (key, json.dumps(asdict(kept)))
            )

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(
                f"cannot use {self._path}: {error}", next_step=f"remove {self._path}"
            ) from None
        except OSError as error:
            raise StoreError(f"cannot use {self._path}: {error.strerror}") from None
