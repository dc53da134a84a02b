"""Stage 4: outputs are put in their place; the corpus as one text, the report and the manifest.

The manifest is written last: where it names the key of a run, that run's files are all there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from trainer.corpus import layout, outputs, planning
from trainer.corpus.corpus_text import entry
from trainer.corpus.drops import NamedStep
from trainer.corpus.kinds import GATHERED_FOR_THE_DATASET
from trainer.corpus.layout import Job
from trainer.corpus.manifest import NAME, manifest
from trainer.corpus.outputs import JSONL, PARQUET
from trainer.corpus.plan import Output
from trainer.corpus.report import report
from trainer.corpus.split import TRAIN
from trainer.corpus.storage import PART, Hashed, digest, move, read_json, replacing, write_json
from trainer.corpus.tally import Tally, merged
from trainer.workspace import CORPUS_FILE

if TYPE_CHECKING:
    from datatrove.io import DataFolder

REPORT = "corpus_report.html"
_CORPUS = "corpus"
_ROWS = 256


def finish(job: Job, steps: Sequence[NamedStep]) -> None:
    processed = job.processed_folder
    planned = planning.read_plan(job)
    assert planned is not None, "stage 4 runs behind stage 2"
    files: dict[str, dict[str, Any]] = {}
    for output in planned.outputs:
        _put_in_place(job, output, files)
    _remove_others(processed, files)
    training = [one for one in planned.outputs if one.split == TRAIN]
    files[CORPUS_FILE] = _write_corpus(processed, training)
    tally = _whole_tally(job, planned.outputs)
    with replacing(processed, REPORT) as file:
        file.write(report(job, tally, files).encode("utf-8"))
    write_json(processed, NAME, manifest(job, steps, tally, files))
    _forget(job)


def is_finished(job: Job) -> bool:
    """Whether the files of this very run are all there, unchanged."""
    processed = job.processed_folder
    known = read_json(processed, NAME)
    return (
        isinstance(known, dict)
        and known.get("key") == job.key
        and processed.exists(REPORT)
        and all(
            digest(processed, path) == file["sha256"] for path, file in known["outputs"].items()
        )
    )


def read_tally(job: Job) -> Tally:
    """Of a run that is finished: what its stages have counted."""
    planned = planning.read_plan(job)
    assert planned is not None, "a run that is finished has a plan"
    return _whole_tally(job, planned.outputs)


def _put_in_place(job: Job, output: Output, files: dict[str, dict[str, Any]]) -> None:
    done = read_json(job.work_folder, f"{job.outputs}/{output.name}{outputs.DONE}")
    for ending in (JSONL, PARQUET):
        name = output.name + ending
        path = f"{job.outputs}/{name}"
        # Not there: a run that was killed in between has put it in its place already.
        if job.work_folder.exists(path):
            move(job.work_folder, path, job.processed_folder, f"{_CORPUS}/{name}")
        files[f"{_CORPUS}/{name}"] = {**done["files"][ending], "documents": done["documents"]}


def _remove_others(processed: DataFolder, files: dict[str, dict[str, Any]]) -> None:
    """What an earlier run has left there, and what a killed one has not finished."""
    if processed.isdir(_CORPUS):
        for path in processed.list_files(_CORPUS):
            if path not in files:
                processed.rm(path)
    for path in processed.list_files("", recursive=False):
        if path.endswith(PART):
            processed.rm(path)


def _write_corpus(processed: DataFolder, training: Sequence[Output]) -> dict[str, Any]:
    documents = 0
    with replacing(processed, CORPUS_FILE) as plain:
        file = Hashed(plain)
        for output in training:
            for text in _texts(processed, f"{_CORPUS}/{output.name}{PARQUET}"):
                file.write(entry(text).encode("utf-8"))
                documents += 1
    return {"sha256": file.sha256, "bytes": file.size, "documents": documents}


def _texts(processed: DataFolder, path: str) -> Iterator[str]:
    """What is text to read. A conversation is JSON, which the dataset makes examples of."""
    with processed.open(path, "rb") as file, pq.ParquetFile(file) as parquet:
        for batch in parquet.iter_batches(_ROWS, columns=["text", "kind"], use_threads=False):
            texts, kinds = (batch.column(name).to_pylist() for name in ("text", "kind"))
            for text, kind in zip(texts, kinds, strict=True):
                if kind not in GATHERED_FOR_THE_DATASET:
                    yield text


def _whole_tally(job: Job, written: Sequence[Output]) -> Tally:
    work = job.work_folder
    paths = [
        *(f"{shard.folder}/{layout.DONE}" for shard in job.shards),
        f"{job.plan}/{layout.DONE}",
        *(f"{job.outputs}/{output.name}{outputs.DONE}" for output in written),
    ]
    return merged(Tally.from_json(read_json(work, path)["tally"]) for path in paths)


def _forget(job: Job) -> None:
    """Remove what runs of other settings or sources have left: ``work/`` does not grow for ever."""
    work = job.work_folder
    used = {shard.key for shard in job.shards}
    for parent, keys in (("shards", used), ("plans", {job.key}), ("outputs", {job.key})):
        if work.isdir(parent):
            for path in work.ls(parent, detail=False):
                if path.rstrip("/").rpartition("/")[2] not in keys:
                    work.rm(path, recursive=True)
    for path in work.list_files(""):
        if path.endswith(PART):
            work.rm(path)
