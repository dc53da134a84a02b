"""Stage 1, of one raw shard: its documents go through the steps, and leave rows and signatures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from trainer.corpus import layout, rows
from trainer.corpus.drops import Dropped, NamedStep
from trainer.corpus.layout import Job, Shard
from trainer.corpus.paragraphs import paragraph_hashes
from trainer.corpus.signatures import PERMUTATIONS, minhash, normalised_hash
from trainer.corpus.storage import replacing, write_json
from trainer.corpus.tally import Tally
from trainer.documents import Document
from trainer.raw_source import read_documents

if TYPE_CHECKING:
    from datatrove.io import DataFolder

BATCH_BYTES = 4 << 20
"""Of text, after which rows are written: the memory that a shard of any size needs."""
BATCH_ROWS = 1000
NOTHING_LEFT = "empty"


def clean_shard(job: Job, shard: Shard, steps: Sequence[NamedStep]) -> None:
    """Raises ``StoreError`` for a shard that is damaged; then nothing of it is left behind."""
    work = job.work_folder
    with (
        job.raw_folder.open(shard.name, "rb") as raw,
        ExitStack() as files,
        Writer(*(_opened(files, work, shard, name) for name in _FILES)) as writer,
    ):
        tally = clean(read_documents(raw, shard.name), steps, writer)
    done = {"starts": writer.starts, "documents": writer.rows, "tally": tally.to_json()}
    write_json(work, f"{shard.folder}/{layout.DONE}", done)


_FILES = (layout.DOCUMENTS, layout.SIGNATURES)


def _opened(files: ExitStack, work: DataFolder, shard: Shard, name: str) -> IO[bytes]:
    return files.enter_context(replacing(work, f"{shard.folder}/{name}"))


def clean(documents: Iterable[Document], steps: Sequence[NamedStep], writer: Writer) -> Tally:
    """What fell out. ``writer`` has the rest."""
    tally = Tally()
    for document in documents:
        dropped = _through(document, steps)
        if isinstance(dropped, Document):
            writer.add(dropped)
        else:
            tally.drop(dropped[0], dropped[1].reason, dropped[1].detail)
    return tally


def _through(document: Document, steps: Sequence[NamedStep]) -> Document | tuple[Document, Dropped]:
    """What comes out, or what it was like when it fell out."""
    for step in steps:
        result = step(document)
        if isinstance(result, Dropped):
            return document, result
        document = result
    if not document.text.strip():
        return document, Dropped(NOTHING_LEFT)
    return replace(document, content=None)


class Writer:
    """Rows and signatures, in batches. A context manager; the files stay open for the caller."""

    def __init__(self, documents: IO[bytes], signatures: IO[bytes]) -> None:
        self._documents = rows.writer(documents, rows.DOCUMENTS, compressed=True)
        self._signatures = rows.writer(signatures, rows.SIGNATURES, compressed=False)
        self._batch: list[rows.Row] = []
        self._bytes = 0
        self.starts: list[int] = []
        """The number of the first row of each batch."""
        self.rows = 0

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *error: object) -> None:
        if error[0] is None:
            self._flush()
        self._documents.close()
        self._signatures.close()

    def add(self, document: Document) -> None:
        self._batch.append(rows.row_of(document))
        self._bytes += len(document.text)
        if self._bytes >= BATCH_BYTES or len(self._batch) >= BATCH_ROWS:
            self._flush()

    def _flush(self) -> None:
        if not self._batch:
            return
        self.starts.append(self.rows)
        self._documents.write_batch(rows.batch_of(self._batch, rows.DOCUMENTS))
        self._signatures.write_batch(rows.batch_of(_signed(self._batch), rows.SIGNATURES))
        self.rows += len(self._batch)
        self._batch.clear()
        self._bytes = 0


def _signed(batch: Sequence[rows.Row]) -> list[dict[str, Any]]:
    texts = [row["text"] for row in batch]
    hashes = minhash(texts)
    # The least value of all is the largest there is: no word was hashed.
    silent = np.iinfo(hashes.dtype).max
    return [
        {
            "size": len(row["text"].encode()),
            "normalised": normalised_hash(row["text"]),
            "minhash": values.tobytes(),
            "words": bool((values != silent).any()),
            "paragraphs": paragraph_hashes(row["text"], row["language"]),
            "id": row["id"],
            "group": row["group"],
            "source": f"{row['kind']}/{row['source']}",
            "language": row["language"],
            "licence": row["licence"],
        }
        for row, values in zip(batch, hashes, strict=True)
    ]


assert rows.SIGNATURES.field("minhash").type.byte_width == 2 * PERMUTATIONS
