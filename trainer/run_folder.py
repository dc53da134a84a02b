"""One run of training, evaluation or export, as a folder: what went in, how it went, what came out.

    models/<kind>-<UTC yyyymmdd-hhmmss>-<4 hex>/
        run.json               kind, settings, seed, versions, hashes of the inputs, outcome
        metrics.jsonl          one line for each thing that was measured
        training_report.html   README.md   tensorboard/   checkpoints/
        model/ or adapter/     evaluation/   export/

Folders are made by those who write into them. Whatever is written here is there whole or not at
all; of ``metrics.jsonl`` a last line that a crash has torn is dropped.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from coderasst_hook.errors import StoreError
from coderasst_hook.files import write_atomically

OUTCOME = "outcome"
_KIND = re.compile(r"[a-z]+")
_ID = re.compile(r"([a-z]+)-\d{8}-\d{6}-[0-9a-f]{4}")
_LARGEST = 16 << 20
"""Bytes of a ``run.json`` that are read."""
_TRIES = 16


@dataclass(frozen=True, slots=True)
class RunFolder:
    """``path`` exists. Every method raises ``StoreError`` where the disk does not let it."""

    path: Path

    @classmethod
    def create(cls, models: Path, kind: str, *, now: datetime) -> RunFolder:
        """A new, empty folder. ``kind`` is in small letters; ``now`` knows its time zone."""
        assert _KIND.fullmatch(kind), kind
        stamp = now.astimezone(timezone.utc).strftime("%Y%m%d-%H%M%S")
        try:
            models.mkdir(parents=True, exist_ok=True)
            for _ in range(_TRIES):
                path = models / f"{kind}-{stamp}-{secrets.token_hex(2)}"
                if not path.exists():
                    path.mkdir()
                    return cls(path)
        except OSError as error:
            raise StoreError(f"cannot make a folder in {models}: {error.strerror}") from None
        raise StoreError(f"{models} has too many runs of {stamp}", next_step="try again")

    @classmethod
    def all(cls, models: Path, kind: str) -> tuple[RunFolder, ...]:
        """The runs of a kind, the newest last."""
        found = (path for path in models.glob(f"{kind}-*") if _ID.fullmatch(path.name))
        return tuple(cls(path) for path in sorted(found) if path.is_dir())

    @property
    def id(self) -> str:
        return self.path.name

    @property
    def kind(self) -> str:
        return self.id.partition("-")[0]

    @property
    def run_file(self) -> Path:
        return self.path / "run.json"

    @property
    def metrics(self) -> Path:
        return self.path / "metrics.jsonl"

    @property
    def training_report(self) -> Path:
        return self.path / "training_report.html"

    @property
    def card(self) -> Path:
        return self.path / "README.md"

    @property
    def tensorboard(self) -> Path:
        return self.path / "tensorboard"

    @property
    def checkpoints(self) -> Path:
        return self.path / "checkpoints"

    @property
    def model(self) -> Path:
        """A Hugging Face folder."""
        return self.path / "model"

    @property
    def adapter(self) -> Path:
        return self.path / "adapter"

    @property
    def evaluation(self) -> Path:
        return self.path / "evaluation"

    @property
    def export(self) -> Path:
        return self.path / "export"

    def write_run(self, data: Mapping[str, Any]) -> None:
        """``run.json``, in place of what was there. ``data`` is JSON."""
        self.write_text(self.run_file, json.dumps(data, indent=1, sort_keys=True) + "\n")

    def read_run(self) -> dict[str, Any]:
        """Empty where the run has not written any yet."""
        try:
            with self.run_file.open("rb") as file:
                data = json.loads(file.read(_LARGEST))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StoreError(f"cannot read {self.run_file}: {error.strerror}") from None
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict):
            raise StoreError(f"{self.run_file} is damaged", next_step=f"remove {self.path}")
        return data

    def finish(self, outcome: Mapping[str, Any]) -> None:
        """Into ``run.json``: without it the run was stopped or killed."""
        self.write_run({**self.read_run(), OUTCOME: dict(outcome)})

    @property
    def is_finished(self) -> bool:
        return OUTCOME in self.read_run()

    def log(self, data: Mapping[str, Any]) -> None:
        """Add a line to ``metrics.jsonl``; it is with the system when this returns."""
        try:
            with self.metrics.open("ab") as file:
                file.write(json.dumps(data, sort_keys=True).encode("ascii") + b"\n")
        except OSError as error:
            raise StoreError(f"cannot write {self.metrics}: {error.strerror}") from None

    def measured(self) -> Iterator[dict[str, Any]]:
        """The lines of ``metrics.jsonl``, without a torn one."""
        try:
            lines = self.metrics.read_bytes().splitlines(keepends=True)
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreError(f"cannot read {self.metrics}: {error.strerror}") from None
        for number, line in enumerate(lines, start=1):
            if not line.endswith(b"\n"):
                return
            try:
                data = json.loads(line)
            except (ValueError, RecursionError):
                data = None
            if not isinstance(data, dict):
                raise StoreError(f"{self.metrics}, line {number}, is not a measurement")
            yield data

    def rewind(self, keep: Callable[[Mapping[str, Any]], bool]) -> None:
        """Of ``metrics.jsonl``, what ``keep`` allows: a run goes on from its last checkpoint, and
        measures again what came after it."""
        kept = [json.dumps(data, sort_keys=True) + "\n" for data in self.measured() if keep(data)]
        self.write_text(self.metrics, "".join(kept))

    def write_text(self, path: Path, text: str) -> None:
        """A file of the run, atomically."""
        try:
            write_atomically(path, text.encode("utf-8"))
        except OSError as error:
            raise StoreError(f"cannot write {path}: {error.strerror}") from None
