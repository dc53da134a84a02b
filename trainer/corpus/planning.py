"""Stage 2, over all documents: duplicates, repeated paragraphs, the split, and what goes where.

One pass reads the signatures, in the order of the sources and of their documents; in memory lies
the index of signatures alone, a third of a kilobyte a document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from trainer.config import PreprocessSettings
from trainer.corpus import dedup, layout, rows
from trainer.corpus.layout import Job
from trainer.corpus.plan import DROPPED, SPLIT_NUMBERS, Output, Plan
from trainer.corpus.repeats import Occurrences, Repeated, repeated
from trainer.corpus.signatures import PERMUTATIONS
from trainer.corpus.split import SPLITS, split_of
from trainer.corpus.storage import read_json, replacing, write_json
from trainer.corpus.tally import Cell, Sample, Tally

if TYPE_CHECKING:
    from datatrove.io import DataFolder

EXACT, NEAR = "exact duplicate", "near duplicate"
_ROWS = 65536


@dataclass(frozen=True, slots=True)
class Index:
    """Of all documents, one after another."""

    offsets: tuple[int, ...]
    sizes: Any
    normalised: dedup.Hashes
    signatures: Any
    words: dedup.Flags
    splits: Any
    """Numbers of ``SPLITS``."""


def plan(job: Job) -> None:
    """Raises ``StoreError`` where signatures cannot be read."""
    work = job.work_folder
    index = _index(job, work)
    exact = dedup.exact(index.normalised)
    among = index.words & (exact == dedup.UNLIKE)
    near = dedup.near(index.signatures, among, job.settings.preprocess.near_duplicate)
    kept = (exact == dedup.UNLIKE) & (near == dedup.UNLIKE)
    tally = _tally(job, work, index.offsets, exact, near)
    decided = np.where(kept, index.splits, DROPPED).astype(np.uint8)
    found = repeated(
        lambda: _occurrences(job, work, kept), job.settings.preprocess.paragraph_repeats
    )
    _write(work, f"{job.plan}/{layout.DOCUMENTS}", {"split": decided})
    _write(work, f"{job.plan}/{layout.REPEATED}", {"hash": found.hashes, "last": found.last})
    limit = job.settings.preprocess.shard_megabytes * 1_000_000
    outputs = tuple(_outputs(decided, index.sizes, limit))
    made = Plan(index.offsets, outputs)
    write_json(
        work, f"{job.plan}/{layout.DONE}", {"plan": made.to_json(), "tally": tally.to_json()}
    )


def read_plan(job: Job) -> Plan | None:
    """None where none was made, or not to the end."""
    data = read_json(job.work_folder, f"{job.plan}/{layout.DONE}")
    return None if data is None else Plan.from_json(data["plan"])


def read_decisions(job: Job) -> Any:
    """A split's number, or ``DROPPED``, of each document."""
    return _read(job.work_folder, f"{job.plan}/{layout.DOCUMENTS}", "split")


def read_repeated(job: Job) -> Repeated:
    path = f"{job.plan}/{layout.REPEATED}"
    return Repeated(_read(job.work_folder, path, "hash"), _read(job.work_folder, path, "last"))


def _index(job: Job, work: DataFolder) -> Index:
    counts = [_documents(work, shard.folder) for shard in job.shards]
    offsets = tuple(int(start) for start in np.cumsum([0, *counts]))
    total = offsets[-1]
    # Filled batch by batch: no second copy of the signatures is ever there.
    index = Index(
        offsets,
        np.empty(total, np.uint32),
        np.empty(total, np.uint64),
        np.empty((total, PERMUTATIONS), np.uint16),
        np.empty(total, np.bool_),
        np.empty(total, np.uint8),
    )
    split = _splitter(job.settings.preprocess)
    columns = ("size", "normalised", "minhash", "words", "group")
    for first, batch in _signatures(job, work, columns):
        here = slice(first, first + batch.num_rows)
        index.sizes[here] = batch.column("size")
        index.normalised[here] = batch.column("normalised")
        index.words[here] = batch.column("words").to_numpy(zero_copy_only=False)
        index.signatures[here] = _matrix(batch.column("minhash"))
        index.splits[here] = [split(group) for group in batch.column("group").to_pylist()]
    return index


def _splitter(settings: PreprocessSettings) -> Any:
    @lru_cache(maxsize=4096)
    def number(group: str) -> int:
        return SPLIT_NUMBERS[split_of(group, settings)]

    return number


def _documents(work: DataFolder, folder: str) -> int:
    return int(read_json(work, f"{folder}/{layout.DONE}")["documents"])


def _signatures(job: Job, work: DataFolder, columns: Sequence[str]) -> Iterator[tuple[int, Any]]:
    """Batches, each with the number of its first document."""
    first = 0
    for shard in job.shards:
        for batch in rows.batches(work, f"{shard.folder}/{layout.SIGNATURES}", columns):
            yield first, batch
            first += batch.num_rows


def _matrix(column: Any) -> Any:
    """A column of ``minhash`` as numbers. No slice: its values start where its buffer does."""
    values = np.frombuffer(column.buffers()[1], np.uint16, count=len(column) * PERMUTATIONS)
    return values.reshape(len(column), PERMUTATIONS)


def _occurrences(job: Job, work: DataFolder, kept: dedup.Flags) -> Iterator[Occurrences]:
    for first, batch in _signatures(job, work, ("paragraphs",)):
        column = batch.column("paragraphs")
        lengths = np.diff(column.offsets.to_numpy())
        documents = np.repeat(np.arange(first, first + len(column), dtype=np.int64), lengths)
        mine = kept[documents]
        hashes = column.flatten().to_numpy(zero_copy_only=False)
        yield Occurrences(hashes[mine], documents[mine])


def _tally(
    job: Job, work: DataFolder, offsets: Sequence[int], exact: dedup.Numbers, near: dedup.Numbers
) -> Tally:
    tally = Tally()
    columns = ("size", "id", "source", "language", "licence")
    like = np.maximum(exact, near)
    for first, batch in _signatures(job, work, columns):
        dropped = np.flatnonzero(like[first : first + batch.num_rows] != dedup.UNLIKE)
        found = batch.take(pa.array(dropped)).to_pylist()
        for number, row in zip(first + dropped, found, strict=True):
            reason = EXACT if exact[number] != dedup.UNLIKE else NEAR
            tally.count(Cell(reason, row["source"], row["language"], row["licence"]), row["size"])
            tally.sample(reason, Sample(row["id"], str(like[number])))
    for samples in tally.samples.values():
        samples[:] = [
            Sample(one.id, f"like {_id(job, work, offsets, int(one.detail))}") for one in samples
        ]
    return tally


def _id(job: Job, work: DataFolder, offsets: Sequence[int], number: int) -> str:
    shard = int(np.searchsorted(offsets, number, side="right")) - 1
    place = number - offsets[shard]
    path = f"{job.shards[shard].folder}/{layout.SIGNATURES}"
    for batch in rows.batches(work, path, ("id",)):
        if place < batch.num_rows:
            return str(batch.column("id")[place])
        place -= batch.num_rows
    raise AssertionError(f"{path} has fewer documents than it says")


def _outputs(decided: Any, sizes: Any, limit: int) -> Iterator[Output]:
    """``limit`` is bytes of text."""
    for split, value in SPLIT_NUMBERS.items():
        numbers = np.flatnonzero(decided == value)
        if not len(numbers):
            continue
        ends = np.cumsum(sizes[numbers], dtype=np.int64)
        places = (ends - sizes[numbers]) // limit
        starts = np.flatnonzero(np.diff(places, prepend=-1))
        for number, (start, end) in enumerate(
            zip(starts, np.append(starts[1:], len(numbers)), strict=True)
        ):
            yield Output(split, number, int(numbers[start]), int(numbers[end - 1]))


def _write(work: DataFolder, path: str, columns: dict[str, Any]) -> None:
    table = pa.table(columns)
    with replacing(work, path) as file, rows.writer(file, table.schema, compressed=True) as out:
        out.write_table(table, max_chunksize=_ROWS)


def _read(work: DataFolder, path: str, column: str) -> Any:
    found = [batch.column(column).to_numpy() for batch in rows.batches(work, path, (column,))]
    return np.concatenate(found) if found else np.empty(0, np.int64)


assert len(SPLITS) < DROPPED
