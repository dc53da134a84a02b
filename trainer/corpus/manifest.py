"""``processed/manifest.json``: what went in, what was done, what came out. No times, no paths of
this machine: the same input makes the same manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trainer.corpus import versions
from trainer.corpus.drops import NamedStep
from trainer.corpus.layout import Job
from trainer.corpus.tally import KEPT, Count, Tally

NAME = "manifest.json"
VERSION = 1

File = Mapping[str, Any]
"""``sha256``, ``bytes`` and, where they are counted, ``documents``."""


def manifest(
    job: Job, steps: Sequence[NamedStep], tally: Tally, outputs: Mapping[str, File]
) -> dict[str, Any]:
    """``outputs`` by path below the folder of processed data."""
    settings = job.settings
    return {
        "version": VERSION,
        "key": job.key,
        "seed": settings.preprocess.seed,
        "settings": {
            "preprocess": settings.preprocess.model_dump(mode="json"),
            "licences": settings.licences.model_dump(mode="json"),
        },
        "steps": [
            {"name": name, "version": version, "parameters": parameters}
            for name, version, parameters in versions.described(steps)
        ],
        "stages": {
            "cleaning": versions.CLEANING,
            "planning": versions.PLANNING,
            "outputs": versions.OUTPUTS,
        },
        "libraries": versions.libraries(),
        "inputs": {shard.name: {"sha256": shard.sha256} for shard in job.shards},
        "counts": {
            "came in": _told(tally.total()),
            "kept": _told(tally.total(kept=True)),
            "dropped": {
                reason: _told(count)
                for reason, count in tally.by("outcome").items()
                if reason != KEPT
            },
        },
        "outputs": {path: dict(outputs[path]) for path in sorted(outputs)},
    }


def _told(count: Count) -> dict[str, int]:
    return {"documents": count.documents, "bytes": count.bytes}
