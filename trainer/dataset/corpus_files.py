"""The documents of the clean corpus, read from the JSON lines that ``preprocess`` leaves.

    processed/corpus/train-00000.jsonl.gz, validation-…, test-…

One document a line, as ``Document.to_json`` writes it, its split among the metadata.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from coderasst_hook.errors import StoreError
from trainer.dataset.example import SPLITS
from trainer.documents import Document

FOLDER = "corpus"
"""Below the folder of processed data."""
_NAME = re.compile(rf"(?P<split>{'|'.join(SPLITS)})-\d{{5}}\.jsonl(?:\.gz)?")
_HOW = "coderasst-train preprocess"


def corpus_files(processed: Path) -> tuple[Path, ...]:
    """In a fixed order; none where nothing was preprocessed yet."""
    found = (processed / FOLDER).glob("*.jsonl*")
    return tuple(sorted(path for path in found if _NAME.fullmatch(path.name)))


def documents(path: Path) -> Iterator[tuple[Document, str]]:
    """Each with its split. Raises ``StoreError``, with the line, for what is no document."""
    number = 0
    named = _NAME.fullmatch(path.name)
    assert named is not None
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
            for line in lines:
                number += 1
                yield Document.from_json(line.decode("ascii")), _split(line, named["split"])
    except (KeyError, TypeError, ValueError, RecursionError):
        raise StoreError(f"{path}, line {number}, is not a document", next_step=_HOW) from None
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise StoreError(f"{path} is damaged behind line {number}", next_step=_HOW) from None
    except OSError as error:
        raise StoreError(f"cannot read {path}: {error.strerror}") from None


def digest(path: Path) -> str:
    """SHA-256 of the file. Raises ``StoreError``."""
    whole = sha256()
    try:
        with path.open("rb") as file:
            while part := file.read(1 << 20):
                whole.update(part)
    except OSError as error:
        raise StoreError(f"cannot read {path}: {error.strerror}") from None
    return whole.hexdigest()


def _split(line: bytes, of_file: str) -> str:
    """The document's own, which must be that of its file: a document that has strayed into
    another split would be measured on what was learned."""
    split = json.loads(line)["metadata"].get("split", of_file)
    if split != of_file:
        raise ValueError("its split is not that of its file")
    return str(split)
