"""``models/registry.json``: which models were trained, and which of them was promoted when.

Promotions are a history from which nothing is taken away: the one in force is the last that was
not rolled back. ``pending`` is one that has begun and of which nobody knows yet whether it ended.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from coderasst_hook.errors import StoreError, UsageError
from coderasst_hook.files import read_regular, write_atomically

FILE = "registry.json"
VERSION: Literal[1] = 1
LARGEST_FILE = 64 * 1024 * 1024
_LOCK = "registry.lock"
_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A model in an Ollama: ``digest`` is that of its manifest, as ``ollama list`` has it."""

    host: str
    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Entry:
    id: str
    kind: Literal["base", "finetuned"]
    folder: str
    """Relative to the workspace, with slashes."""
    created: datetime
    weights: str
    """SHA-256, see ``weights.py``."""
    parent: str = ""
    """What it started from: an id, a name on the hub, or a path; empty where from nothing."""
    data: str = ""
    """SHA-256 of the manifest of the dataset, or of the corpus."""
    form: Literal["full", "compact"] = "full"
    """How changes are put to it."""
    ollama: Placed | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    """Values of JSON."""


@dataclass(frozen=True, slots=True)
class Promotion:
    """``alias`` is the name that reviews use, ``tag`` the dated name of the same model, and
    ``previous`` the dated name of what the alias stood for before, empty where it was new."""

    model: str
    at: datetime
    alias: str
    tag: str
    previous: str = ""
    reasons: tuple[str, ...] = ()
    host: str = ""
    digest: str = ""
    previous_digest: str = ""
    rolled_back: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Content:
    version: Literal[1] = VERSION
    models: tuple[Entry, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    pending: Promotion | None = None


_JSON: TypeAdapter[_Content] = TypeAdapter(_Content)


class Registry:
    """Each method reads the file anew, and each change is made under a lock. All of them raise
    ``StoreError``, which names the file, where it is damaged or cannot be used."""

    def __init__(self, models: Path) -> None:
        """``models``: the folder of that name in the workspace. It need not exist to be read."""
        self.path = models / FILE
        self._models = models

    def add(self, entry: Entry) -> None:
        """Raises ``UsageError`` where another model has its id."""

        def added(content: _Content) -> _Content:
            known = _find(content, entry.id)
            if known == entry:
                return content
            if known is not None:
                raise UsageError(f"{self.path} has another model {entry.id!r}")
            return replace(content, models=(*content.models, entry))

        self._change(added)

    def place(self, id: str, ollama: Placed) -> Entry:
        """Note where the model is to be had."""

        def placed(content: _Content) -> _Content:
            found = self._known(content, id)
            changed = replace(found, ollama=ollama)
            models = tuple(changed if one.id == id else one for one in content.models)
            return replace(content, models=models)

        return self._known(self._change(placed), id)

    def get(self, id: str) -> Entry:
        """Raises ``UsageError`` where there is none."""
        return self._known(self._read(), id)

    def models(self) -> tuple[Entry, ...]:
        """Oldest first."""
        return tuple(sorted(self._read().models, key=lambda one: (one.created, one.id)))

    def folder(self, entry: Entry) -> Path:
        return self._models.parent / entry.folder

    def find_folder(self, folder: Path) -> Entry | None:
        """The model of which ``folder`` is the folder, a part, or the run's folder around it."""
        wanted = folder.resolve()
        runs = self._models.resolve()
        for entry in reversed(self.models()):
            place = self.folder(entry).resolve()
            is_run = wanted.parent == runs and wanted in place.parents
            if is_run or wanted == place or place in wanted.parents:
                return entry
        return None

    def promoted(self) -> Entry | None:
        """The model whose promotion is in force."""
        content = self._read()
        promotion = _in_force(content)
        return None if promotion is None else self._known(content, promotion.model)

    def promotion(self) -> Promotion | None:
        """The one in force."""
        return _in_force(self._read())

    def promotions(self) -> tuple[Promotion, ...]:
        """All there ever were, oldest first."""
        return self._read().promotions

    def pending(self) -> Promotion | None:
        return self._read().pending

    def begin(self, promotion: Promotion) -> None:
        """Say what is about to be done, so that it can be ended if this process does not."""
        self._change(lambda content: replace(content, pending=promotion))

    def abandon(self) -> None:
        """Of what was begun, nothing took effect."""
        self._change(lambda content: replace(content, pending=None))

    def promote(self, promotion: Promotion) -> None:
        """It is in force from now on, and nothing is pending."""

        def promoted(content: _Content) -> _Content:
            self._known(content, promotion.model)
            return replace(content, promotions=(*content.promotions, promotion), pending=None)

        self._change(promoted)

    def roll_back(self, at: datetime, *, to: Promotion | None = None) -> Promotion | None:
        """Undo the promotion in force, and with ``to`` all those after that one. The one that is in
        force now; None where that is none of ours. Raises ``UsageError`` where none is."""

        def rolled_back(content: _Content) -> _Content:
            current = _in_force(content)
            if current is None:
                raise UsageError("no model is promoted", next_step="coderasst-train status")
            if to is not None and to not in content.promotions:
                raise UsageError(f"{to.model} was not promoted at {to.at.isoformat()}")
            first = content.promotions.index(current if to is None else to) + (to is not None)
            undone = tuple(
                replace(one, rolled_back=one.rolled_back or at)
                for one in content.promotions[first:]
            )
            return replace(content, promotions=(*content.promotions[:first], *undone), pending=None)

        return _in_force(self._change(rolled_back))

    def _known(self, content: _Content, id: str) -> Entry:
        found = _find(content, id)
        if found is None:
            raise UsageError(f"{self.path} has no model {id!r}", next_step="coderasst-train status")
        return found

    def _read(self) -> _Content:
        try:
            data = read_regular(self.path, LARGEST_FILE + 1)
        except FileNotFoundError:
            return _Content()
        except OSError as error:
            raise StoreError(f"cannot read {self.path}: {error.strerror}") from None
        if len(data) > LARGEST_FILE:
            raise StoreError(f"{self.path} is larger than {LARGEST_FILE >> 20} MiB")
        try:
            content = _JSON.validate_json(data)
        except (ValidationError, RecursionError) as error:
            raise self._damaged(_first(error)) from None
        for entry in content.models:
            path = PurePosixPath(entry.folder)
            if path.is_absolute() or ".." in path.parts or not path.parts:
                raise self._damaged(f"the folder of {entry.id!r} is outside of the workspace")
        return content

    def _damaged(self, reason: str) -> StoreError:
        return StoreError(
            f"{self.path} is damaged: {reason}",
            next_step=f"move {self.path} away, or mend it; the models themselves are not touched",
        )

    def _change(self, change: Callable[[_Content], _Content]) -> _Content:
        try:
            with self._locked():
                before = self._read()
                after = change(before)
                if after != before:
                    write_atomically(self.path, _JSON.dump_json(after, indent=2) + b"\n")
                return after
        except OSError as error:
            raise StoreError(f"cannot write {self.path}: {error.strerror}") from None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """SQLite's lock is one that every system has, and it goes with the process."""
        self._models.mkdir(parents=True, exist_ok=True)
        try:
            with closing(sqlite3.connect(self._models / _LOCK, timeout=_PATIENCE)) as lock:
                lock.isolation_level = None
                lock.execute("BEGIN EXCLUSIVE")
                yield
        except sqlite3.Error as error:
            raise StoreError(f"cannot lock {self.path}: {error}") from None


def _find(content: _Content, id: str) -> Entry | None:
    return next((one for one in content.models if one.id == id), None)


def _in_force(content: _Content) -> Promotion | None:
    return next((one for one in reversed(content.promotions) if one.rolled_back is None), None)


def _first(error: ValidationError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(map(str, problem["loc"]))
    return f"{where}: {problem['msg'].lower()}" if where else problem["msg"]
