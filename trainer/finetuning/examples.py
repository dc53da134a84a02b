"""The files of a dataset, read back. They may have been carried here by hand: a line that is no
example is counted and left out, and a file of which most lines are none is refused."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from coderasst_hook.errors import StoreError, UsageError
from trainer.dataset.example import TRAIN, VALIDATION, Example, Kind
from trainer.dataset.write import MANIFEST

LONGEST_LINE = 16 << 20
"""Bytes of one example that are read."""
HOW = "coderasst-train dataset"


@dataclass(frozen=True, slots=True)
class Data:
    train: tuple[Example, ...]
    validation: tuple[Example, ...]
    damaged: int
    """Lines of both that are no examples."""
    digest: str
    """SHA-256 of the manifest; of the training examples where there is none."""

    @property
    def verdicts(self) -> tuple[Example, ...]:
        return tuple(one for one in self.train if one.kind is Kind.VERDICT)


def read(folder: Path) -> Data:
    """Raises ``UsageError`` where there is no dataset, ``StoreError`` where it cannot be read or is
    mostly damaged."""
    path = folder / f"{TRAIN}.jsonl"
    if not path.is_file():
        raise UsageError(
            f"there is no instruction data in {folder}, and no feedback",
            next_step=f"{HOW}; feedback comes from: coderasst feedback sync, then "
            "coderasst-train acquire feedback",
        )
    train = _File(path, TRAIN)
    examples = tuple(train)
    validation = _File(folder / f"{VALIDATION}.jsonl", VALIDATION)
    held_out = tuple(validation)
    if not examples:
        raise UsageError(f"{path} holds no examples", next_step=HOW)
    return Data(examples, held_out, train.damaged + validation.damaged, digest(folder))


def digest(folder: Path) -> str:
    """By which runs mean the same data. Raises ``StoreError``."""
    manifest = folder / MANIFEST
    path = manifest if manifest.is_file() else folder / f"{TRAIN}.jsonl"
    found = sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                found.update(piece)
    except OSError as error:
        raise StoreError(f"cannot read {path}: {error.strerror}") from None
    return found.hexdigest()


class _File:
    def __init__(self, path: Path, split: str) -> None:
        self._path = path
        self._split = split
        self._systems: dict[str, str] = {}
        self.damaged = 0

    def __iter__(self) -> Iterator[Example]:
        good = 0
        for line in self._lines():
            example = self._example(line)
            if example is None:
                self.damaged += 1
            else:
                good += 1
                yield example
        if self.damaged > good:
            raise StoreError(
                f"{self._path} is damaged: {self.damaged:,} of {good + self.damaged:,} lines are "
                "no examples",
                next_step=HOW,
            )

    def _lines(self) -> Iterator[bytes]:
        if not self._path.is_file():
            return
        try:
            with self._path.open("rb") as file:
                while line := file.readline(LONGEST_LINE):
                    yield line
        except OSError as error:
            raise StoreError(f"cannot read {self._path}: {error.strerror}") from None

    def _example(self, line: bytes) -> Example | None:
        try:
            example = Example.from_json(line.decode("utf-8"))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        if not _is_sound(example) or example.split != self._split:
            return None
        # Thousands of examples have one system text; a copy for each would fill the memory.
        system = self._systems.setdefault(example.system, example.system)
        return replace(example, system=system)


def _is_sound(example: Example) -> bool:
    texts = (example.system, example.user, example.answer, example.language, example.prompt)
    names = (*example.rules, *example.issue_types, example.provenance.licence)
    weight = example.weight
    return (
        all(isinstance(text, str) for text in (*texts, *names))
        and isinstance(weight, (int, float))
        and math.isfinite(weight)
        and 0 < weight <= 1
        and bool(example.answer)
    )
