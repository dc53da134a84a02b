"""What was done already, in ``work/run/state.json``: the memory between runs.

A stage's record is written when all that it made is on disk. Lost, it costs time alone: each stage
then looks at its inputs itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from coderasst_hook.errors import StoreError
from coderasst_hook.files import read_regular, write_atomically

FILE = "state.json"
ANY = ""
"""In the place of the hash of what only has to be there."""
_LARGEST = 16 << 20


@dataclass(frozen=True, slots=True)
class Record:
    """A stage that was done."""

    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    """SHA-256, or ``ANY``, by path: relative to the workspace where it is in there."""
    finished: datetime
    seconds: float
    line: str
    took: Mapping[str, str] = field(default_factory=dict)
    gave: Mapping[str, str] = field(default_factory=dict)
    reports: tuple[str, ...] = ()
    notes: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """A stage that was begun; still there when the run was stopped or killed."""

    inputs: Mapping[str, str]
    notes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Content:
    version: Literal[1] = 1
    done: Mapping[str, Record] = field(default_factory=dict)
    begun: Mapping[str, Begun] = field(default_factory=dict)


_JSON: TypeAdapter[_Content] = TypeAdapter(_Content)


class State:
    """Raises ``StoreError`` where the file is damaged, or cannot be read or written."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made with the first change."""
        self.path = folder / FILE
        self._content = self._read()

    @property
    def done(self) -> Mapping[str, Record]:
        return self._content.done

    @property
    def begun(self) -> Mapping[str, Begun]:
        return self._content.begun

    def begin(self, stage: str, begun: Begun) -> None:
        """Also: note something of a stage that has begun."""
        self._write(replace(self._content, begun={**self._content.begun, stage: begun}))

    def finish(self, stage: str, record: Record) -> None:
        done = {**self._content.done, stage: record}
        begun = {name: one for name, one in self._content.begun.items() if name != stage}
        self._write(replace(self._content, done=done, begun=begun))

    def _read(self) -> _Content:
        try:
            data = read_regular(self.path, _LARGEST + 1)
        except FileNotFoundError:
            return _Content()
        except OSError as error:
            raise StoreError(f"cannot read {self.path}: {error.strerror}") from None
        try:
            return _JSON.validate_json(data[:_LARGEST])
        except (ValidationError, RecursionError):
            raise StoreError(
                f"{self.path} is damaged",
                next_step=f"remove {self.path}: the run then looks at every stage again",
            ) from None

    def _write(self, content: _Content) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.path, _JSON.dump_json(content, indent=1) + b"\n")
        except OSError as error:
            raise StoreError(f"cannot write {self.path}: {error.strerror}") from None
        self._content = content
