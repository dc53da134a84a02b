"""One run of the pipeline as a value, and where its stages leave what for each other.

    work/corpus/shards/<key>/       documents.arrow, signatures.arrow, done.json   a raw shard each
    work/corpus/plans/<key>/        documents.arrow, repeated.arrow, done.json     all shards
    work/corpus/outputs/<key>/      train-00000.parquet, ….jsonl.gz, ….json        a plan's outputs
    work/corpus/logs/<key>-<stage>/ datatrove's

A key is a hash of everything that the content depends on: what has it need not be made again. The
JSON is written last, and says that the rest is whole.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from trainer.config import TrainerSettings
from trainer.corpus import storage

if TYPE_CHECKING:
    from datatrove.io import DataFolder

DONE = "done.json"
DOCUMENTS = "documents.arrow"
SIGNATURES = "signatures.arrow"
REPEATED = "repeated.arrow"


@dataclass(frozen=True, slots=True)
class Shard:
    """A file of raw documents, in its place in the order of all documents."""

    name: str
    """"<kind>/<source>/documents-00000.jsonl.gz", below the folder of raw sources."""
    sha256: str
    key: str

    @property
    def source(self) -> str:
        return self.name.rpartition("/")[0]

    @property
    def folder(self) -> str:
        return f"shards/{self.key}"


@dataclass(frozen=True, slots=True)
class Job:
    """Small, for it is sent to every worker. The folders are paths or addresses for fsspec."""

    raw: str
    work: str
    processed: str
    settings: TrainerSettings
    evaluation_sets: tuple[str, ...]
    shards: tuple[Shard, ...]
    key: str
    """Of the plan and of the outputs."""

    @property
    def raw_folder(self) -> DataFolder:
        return storage.folder(self.raw)

    @property
    def work_folder(self) -> DataFolder:
        return storage.folder(self.work)

    @property
    def processed_folder(self) -> DataFolder:
        return storage.folder(self.processed)

    @property
    def plan(self) -> str:
        return f"plans/{self.key}"

    @property
    def outputs(self) -> str:
        return f"outputs/{self.key}"

    def logs(self, stage: str) -> str:
        return f"logs/{self.key[:16]}-{stage}"


def key_of(*parts: object) -> str:
    """``parts`` are JSON values."""
    return sha256(json.dumps(parts, sort_keys=True).encode("ascii")).hexdigest()[:40]
