"""What was made of the files of a corpus, kept in ``work/``: labelling takes a second for some, and
a run that was killed, or one with a new source, does not do again what is done.

    work/dataset/<key of the labelling>/<first two>/<key of the document>.jsonl.gz
    work/dataset/heard-<key of the rules>.json.gz

The keys are hashes of all that an answer depends on, this program among it. A file is there whole
or not at all; one that cannot be read is made again.
"""

from __future__ import annotations

import gzip
import json
import shutil
import zlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import coderasst_hook
from coderasst_hook.files import write_atomically
from trainer.dataset.example import Example, Kind, LeftOut, Made
from trainer.dataset.labelled_file import Labelling
from trainer.documents import Document

_LIBRARIES = ("ast-grep-py", "detect-secrets", "lizard", "ruff")
_PROGRAM = ("*.py", "*.yaml", "*.json")
_LEVEL = 1


@dataclass(frozen=True, slots=True)
class Memory:
    """Of one labelling. Small and picklable, for it is sent to worker processes. ``folder`` is of
    all labellings; without one nothing is remembered."""

    folder: Path | None
    labelling: str

    @classmethod
    def of(cls, folder: Path | None, labelling: Labelling) -> Memory:
        return cls(folder, _key_of(labelling) if folder else "")

    def key(self, document: Document, split: str) -> str:
        return _digest(split, document.to_json())

    def get(self, key: str) -> list[Made] | None:
        """None where it is not remembered."""
        if self.folder is None:
            return None
        try:
            lines = gzip.decompress(self._path(self.folder, key).read_bytes()).splitlines()
            return [_read(line.decode("ascii")) for line in lines]
        except (OSError, EOFError, KeyError, TypeError, ValueError, zlib.error):
            return None

    def put(self, key: str, made: Iterable[Made]) -> None:
        """Raises ``OSError``."""
        if self.folder is not None:
            path = self._path(self.folder, key)
            path.parent.mkdir(parents=True, exist_ok=True)
            text = "".join(f"{_line(one)}\n" for one in made)
            write_atomically(path, gzip.compress(text.encode("ascii"), _LEVEL, mtime=0))

    def forget_others(self, keys: Collection[str]) -> None:
        """Keep ``keys`` of this labelling alone: ``work/`` does not grow for ever."""
        if self.folder is None or not self.folder.is_dir():
            return
        for other in self.folder.iterdir():
            if other.name != self.labelling:
                shutil.rmtree(other, ignore_errors=True)
        kept = {self._path(self.folder, key) for key in keys}
        for path in self.folder.glob(f"{self.labelling}/*/*"):
            if path not in kept:
                path.unlink(missing_ok=True)

    def _path(self, folder: Path, key: str) -> Path:
        return folder / self.labelling / key[:2] / f"{key}.jsonl.gz"


@dataclass
class Heard:
    """Which rules find something in each file, kept as ``work/dataset/heard-<key>.json.gz``; of the
    rules that are asked for alone. ``file`` is None where nothing is remembered."""

    file: Path | None
    rules: dict[str, list[str]]
    """By the key of the document."""

    @classmethod
    def of(cls, folder: Path | None, rules: Collection[str]) -> Heard:
        if folder is None:
            return cls(None, {})
        file = folder / f"heard-{_digest(_program(), *sorted(rules))}.json.gz"
        try:
            known = json.loads(gzip.decompress(file.read_bytes()))
            return cls(file, {key: [str(rule) for rule in found] for key, found in known.items()})
        except (OSError, EOFError, AttributeError, TypeError, ValueError, zlib.error):
            return cls(file, {})

    def save(self, keys: Collection[str]) -> None:
        """``keys`` alone, and nothing of other rules. Raises ``OSError``."""
        if self.file is None:
            return
        kept = {key: found for key, found in sorted(self.rules.items()) if key in keys}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        for other in self.file.parent.glob("heard-*.json.gz"):
            if other != self.file:
                other.unlink(missing_ok=True)
        text = json.dumps(kept).encode("ascii")
        write_atomically(self.file, gzip.compress(text, _LEVEL, mtime=0))


def document_key(document: Document) -> str:
    return _digest(document.to_json())


def _line(made: Made) -> str:
    if isinstance(made, Example):
        return made.to_json()
    return json.dumps({"left out": [made.reason, made.kind.value, made.where]})


def _read(line: str) -> Made:
    data = json.loads(line)
    if "left out" in data:
        reason, kind, where = data["left out"]
        return LeftOut(reason, Kind(kind), where)
    return Example.from_json(line)


def _key_of(labelling: Labelling) -> str:
    form = labelling.form
    values = {field.name: getattr(labelling, field.name) for field in fields(labelling)}
    values |= {"form": (form.name, form.version, form.budget), "rules": sorted(labelling.rules)}
    return _digest(_program(), *(f"{name} {value!r}" for name, value in sorted(values.items())))


@lru_cache(maxsize=1)
def _program() -> str:
    """Any change of it may change an answer, and nobody has to think of a version."""
    folders = (Path(coderasst_hook.__file__).parent, Path(__file__).parent)
    files = sorted(file for folder in folders for kind in _PROGRAM for file in folder.rglob(kind))
    digests = (sha256(file.read_bytes()).hexdigest() for file in files)
    return _digest(*digests, *(f"{name} {version(name)}" for name in _LIBRARIES))


def _digest(*parts: str) -> str:
    known = sha256()
    for part in parts:
        known.update(f"{len(part)} {part}".encode("utf-8", "surrogatepass"))
    return known.hexdigest()[:40]
