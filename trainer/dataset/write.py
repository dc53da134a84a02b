"""The files of a dataset: written beside what is there, and put in its place when all are whole."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from coderasst_hook.files import write_atomically
from trainer.dataset.example import SPLITS
from trainer.dataset.spool import Entry, Spool
from trainer.dataset.tally import Tally

PREFERENCES = "preferences"
MANIFEST = "manifest.json"
REPORT = "dataset_report.html"


@dataclass(frozen=True, slots=True)
class Output:
    name: str
    """ "train.jsonl"."""
    path: Path
    """Where it is until it is put in its place."""
    examples: int
    bytes: int
    sha256: str


class _Lines:
    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path = path
        self._file = file
        self._hash = sha256()
        self._bytes = self._examples = 0

    def write(self, line: str) -> None:
        data = line.encode("ascii") + b"\n"
        self._file.write(data)
        self._hash.update(data)
        self._bytes += len(data)
        self._examples += 1

    def output(self) -> Output:
        name = self._path.name
        return Output(name, self._path, self._examples, self._bytes, self._hash.hexdigest())


@contextmanager
def written(
    entries: Sequence[Entry], spool: Spool, target: Path | None, tally: Tally
) -> Iterator[tuple[Output, ...]]:
    """The files, beside ``target``'s while the block runs. Where it is None, nothing is written
    and all is counted."""
    ordered = sorted(entries, key=lambda entry: (SPLITS.index(entry.split), entry.id))
    if target is None:
        for entry in ordered:
            tally.keep(spool.get(entry))
        yield ()
        return
    with TemporaryDirectory(dir=target, prefix=".dataset.") as folder:
        with ExitStack() as stack:
            files = {}
            for name in (*SPLITS, PREFERENCES):
                path = Path(folder, f"{name}.jsonl")
                files[name] = _Lines(path, stack.enter_context(path.open("wb")))
            for entry in ordered:
                example = spool.get(entry)
                tally.keep(example)
                files[example.split].write(example.to_json())
                if example.preference is not None:
                    files[PREFERENCES].write(example.preference_json())
        yield tuple(lines.output() for lines in files.values())


def put_in_place(
    target: Path, outputs: Sequence[Output], report: str, manifest: dict[str, Any]
) -> None:
    """The manifest last, the old one gone first: where there is one, it tells of what is there."""
    (target / MANIFEST).unlink(missing_ok=True)
    for output in outputs:
        os.replace(output.path, target / output.name)
    write_atomically(target / REPORT, report.encode("utf-8"))
    told = json.dumps(manifest, indent=2, sort_keys=True) + "\n"
    write_atomically(target / MANIFEST, told.encode("ascii"))
