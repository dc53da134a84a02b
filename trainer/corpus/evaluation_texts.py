"""The texts of evaluation sets, whatever their schema: every string in their JSON, but for records
that say of themselves that they are for training (``"split": "train"``)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from coderasst_hook.errors import StoreError
from coderasst_hook.files import read_regular
from trainer.corpus.split import TRAIN

LARGEST_FILE = 256 * 1024 * 1024
_ENDINGS = (".json", ".jsonl", ".ndjson")


def evaluation_texts(paths: Iterable[Path]) -> Iterator[str]:
    """Of files, and of all files of JSON in folders, however deep. A path that is not there has
    none. Raises ``StoreError``, with the line, for what is not JSON."""
    for path in paths:
        for file in _files(path):
            for value in _values(file):
                yield from _strings(value)


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.suffix in _ENDINGS)
    return [path] if path.exists() else []


def _values(file: Path) -> Iterator[Any]:
    try:
        raw = read_regular(file, LARGEST_FILE + 1)
    except OSError as error:
        raise StoreError(f"the evaluation set {file} cannot be read: {error.strerror}") from None
    if len(raw) > LARGEST_FILE:
        raise StoreError(f"the evaluation set {file} is larger than {LARGEST_FILE >> 20} MiB")
    if file.suffix == ".json":
        yield _parsed(raw, file, 1)
        return
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if line.strip():
            yield _parsed(line, file, number)


def _parsed(raw: bytes, file: Path, line: int) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise StoreError(f"the evaluation set {file}, line {line}, is not JSON") from None


def _strings(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            if value.get("split") != TRAIN:
                waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
