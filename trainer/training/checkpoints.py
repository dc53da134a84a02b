"""Checkpoints that are whole, or are none.

checkpoints/checkpoint-<step>/   what ``Trainer`` writes: weights, optimiser, schedule, RNG
    complete.json                written last: the size of every file, and where the run stands
checkpoints/best/                the weights of the best validation alone, as a model folder
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from coderasst_hook.errors import StoreError
from coderasst_hook.files import write_atomically
from trainer.training.model_folder import to_disk

COMPLETE = "complete.json"
BEST = "best"
_PREFIX = "checkpoint-"


@dataclass
class Standing:
    """Where a run stands, besides what ``Trainer`` keeps. It changes with every step."""

    tokens: int = 0
    seconds: float = 0.0
    best: float | None = None
    best_step: int | None = None
    worse: int = 0
    """Validations in a row that were not better."""
    validations: int = 0
    """That are due by now, where the plan says how many there are over the training."""
    losses: list[float] = field(default_factory=list)
    """Of the steps since the last line of the log."""
    stopped: str = ""
    """Why training has ended; empty while it has not."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    path: Path
    step: int
    key: str
    """Of what is trained, and how: another key is another training."""
    standing: Standing


def seal(folder: Path, key: str, standing: Standing) -> None:
    """Declare the checkpoint in ``folder`` whole. Raises ``StoreError``."""
    try:
        to_disk(folder)
        told = {
            "key": key,
            "files": {
                str(path.relative_to(folder)): path.stat().st_size for path in _files(folder)
            },
            "standing": asdict(standing),
        }
        write_atomically(folder / COMPLETE, json.dumps(told, indent=1).encode())
        with (folder / COMPLETE).open("rb+") as file:
            os.fsync(file.fileno())
    except OSError as error:
        raise StoreError(f"cannot write {folder}: {error.strerror}") from None


def newest(checkpoints: Path) -> Checkpoint | None:
    """The whole one of the latest step."""
    found = sorted(
        (int(path.name.removeprefix(_PREFIX)), path)
        for path in checkpoints.glob(f"{_PREFIX}*")
        if path.name.removeprefix(_PREFIX).isdecimal()
    )
    for step, path in reversed(found):
        told = _told(path)
        if told is not None:
            return Checkpoint(path, step, told["key"], Standing(**told["standing"]))
    return None


def prune(checkpoints: Path, keep: int) -> None:
    """Remove all but the last ``keep`` whole ones. To be called behind ``seal``."""
    whole = 0
    numbered = [
        (int(path.name.removeprefix(_PREFIX)), path)
        for path in checkpoints.glob(f"{_PREFIX}*")
        if path.name.removeprefix(_PREFIX).isdecimal()
    ]
    for _, path in sorted(numbered, reverse=True):
        if _told(path) is not None:
            whole += 1
            if whole <= keep:
                continue
        # First, so that a half-removed one is never taken for whole.
        (path / COMPLETE).unlink(missing_ok=True)
        shutil.rmtree(path, ignore_errors=True)


def _told(folder: Path) -> Mapping[str, Any] | None:
    """What ``complete.json`` says; None where it is not there, or lies."""
    try:
        told = json.loads((folder / COMPLETE).read_bytes())
        whole = all((folder / name).stat().st_size == size for name, size in told["files"].items())
        Standing(**told["standing"])
        return told if whole and isinstance(told["key"], str) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != COMPLETE)
