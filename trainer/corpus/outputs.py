"""Stage 3: the kept documents as JSON lines and as Parquet, an output at a time.

datatrove's own writers are not used here: they write the time into every gzip header, and go
through a dictionary for each document where whole columns can be handed on.
"""

from __future__ import annotations

import gzip
import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import IO, Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from trainer.corpus import layout, rows
from trainer.corpus.layout import Job, Shard
from trainer.corpus.paragraphs import without_paragraphs
from trainer.corpus.plan import SPLIT_NUMBERS, Output, Plan
from trainer.corpus.repeats import Repeated
from trainer.corpus.storage import Hashed, digest, read_json, replacing, write_json
from trainer.corpus.tally import KEPT, Tally, cell_of, text_size

JSONL, PARQUET, DONE = ".jsonl.gz", ".parquet", ".json"
REPEATS = "repeated paragraphs"
"""Why a document falls out of which nothing else is left."""
# A third of the time that the usual level takes, for a sixth more bytes.
_LEVEL = 1
_GROUP_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class Decisions:
    """Stage 2's, as stage 3 needs them."""

    plan: Plan
    splits: Any
    repeated: Repeated


@dataclass(frozen=True, slots=True)
class _Part:
    """The kept documents of an output that one batch has: ``numbers`` among all, ``places`` in the
    batch."""

    shard: Shard
    batch: int
    numbers: Any
    places: Any


def is_written(job: Job, output: Output) -> bool:
    """Whether both files are whole: in the folder of outputs, or already where they belong."""
    done = read_json(job.work_folder, f"{job.outputs}/{output.name}{DONE}")
    return done is not None and all(
        _is_there(job, output, ending, done["files"][ending]["sha256"])
        for ending in (JSONL, PARQUET)
    )


def _is_there(job: Job, output: Output, ending: str, sha256: str) -> bool:
    name = output.name + ending
    return (
        job.work_folder.exists(f"{job.outputs}/{name}")
        or digest(job.processed_folder, f"corpus/{name}") == sha256
    )


def write_output(job: Job, output: Output, decisions: Decisions) -> None:
    """Raises ``StoreError`` where what stage 1 has left cannot be read."""
    work = job.work_folder
    path = f"{job.outputs}/{output.name}"
    tally = Tally()
    with replacing(work, path + JSONL) as plain, replacing(work, path + PARQUET) as columns:
        files = {JSONL: Hashed(plain), PARQUET: Hashed(columns)}
        documents = _write(job, output, decisions, files, tally)
    done = {
        "documents": documents,
        "files": {
            ending: {"sha256": file.sha256, "bytes": file.size} for ending, file in files.items()
        },
        "tally": tally.to_json(),
    }
    write_json(work, path + DONE, done)


def _write(
    job: Job, output: Output, decisions: Decisions, files: dict[str, Hashed], tally: Tally
) -> int:
    documents = 0
    # No name and no time in the header: equal documents make equal files.
    with (
        gzip.GzipFile("", "wb", _LEVEL, cast(IO[bytes], files[JSONL]), mtime=0) as lines,
        pq.ParquetWriter(
            pa.PythonFile(files[PARQUET], mode="w"), rows.DOCUMENTS, compression="zstd"
        ) as columns,
    ):
        for table in _grouped(
            _batch(job, part, decisions.repeated, tally) for part in _parts(job, output, decisions)
        ):
            columns.write_table(table)
            lines.writelines(_lines(table, output.split, tally))
            documents += table.num_rows
    return documents


def _grouped(batches: Iterable[Any]) -> Iterator[Any]:
    """Tables of a size that is good for a row group: of a small split a batch has few rows."""
    waiting: list[Any] = []
    for batch in batches:
        waiting.append(batch)
        if sum(one.nbytes for one in waiting) >= _GROUP_BYTES:
            yield pa.Table.from_batches(waiting)
            waiting.clear()
    if any(one.num_rows for one in waiting):
        yield pa.Table.from_batches(waiting)


def _parts(job: Job, output: Output, decisions: Decisions) -> Iterator[_Part]:
    offsets = decisions.plan.offsets
    first = bisect_right(offsets, output.first) - 1
    bounds = zip(offsets[first:-1], offsets[first + 1 :], strict=True)
    for shard, (start, end) in zip(job.shards[first:], bounds, strict=True):
        if start > output.last:
            return
        begins = read_json(job.work_folder, f"{shard.folder}/{layout.DONE}")["starts"]
        for batch, (begin, behind) in enumerate(
            zip(begins, (*begins[1:], end - start), strict=True)
        ):
            low = max(start + begin, output.first)
            high = min(start + behind, output.last + 1)
            mine = decisions.splits[low:high] == SPLIT_NUMBERS[output.split]
            numbers = low + np.flatnonzero(mine)
            if len(numbers):
                yield _Part(shard, batch, numbers, numbers - (start + begin))


def _batch(job: Job, part: _Part, repeated: Repeated, tally: Tally) -> Any:
    """The rows of a part, repeated paragraphs cut; without those of which nothing is left."""
    read = partial(rows.batches, job.work_folder, numbers=(part.batch,))
    (signed,) = read(f"{part.shard.folder}/{layout.SIGNATURES}", columns=("paragraphs",))
    (batch,) = read(f"{part.shard.folder}/{layout.DOCUMENTS}")
    places = pa.array(part.places)
    batch = batch.take(places)
    paragraphs = signed.column("paragraphs").take(places)
    touched = [
        row
        for row, number in enumerate(part.numbers)
        if repeated.among(paragraphs[row].values.to_numpy(), number)
    ]
    return _without_repeats(batch, part, touched, repeated, tally) if touched else batch


def _without_repeats(
    batch: Any, part: _Part, touched: list[int], repeated: Repeated, tally: Tally
) -> Any:
    found = batch.to_pylist()
    gone = set()
    for place in touched:
        document = rows.document_of(found[place])
        number = int(part.numbers[place])
        text, cut = without_paragraphs(
            document.text,
            document.language,
            partial(repeated.is_cut, document=number),
        )
        if not text.strip():
            tally.drop(document, REPEATS)
            gone.add(place)
            continue
        note = f"cut {cut} repeated paragraph{'s' if cut > 1 else ''}"
        history = (*document.history, note)
        found[place] = rows.row_of(replace(document, text=text, history=history))
    return rows.batch_of(
        (row for place, row in enumerate(found) if place not in gone), rows.DOCUMENTS
    )


def _lines(batch: Any, split: str, tally: Tally) -> Iterator[bytes]:
    """What ``Document.from_json`` reads, with the split among the metadata."""
    for row in batch.to_pylist():
        document = rows.document_of(row)
        tally.count(cell_of(document, KEPT), text_size(document))
        data = document.to_data()
        data["metadata"]["split"] = split
        yield json.dumps(data, sort_keys=True).encode("ascii") + b"\n"
