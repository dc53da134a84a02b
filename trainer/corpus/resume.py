"""What a run has to do: its job, and what of it is done already."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from coderasst_hook.errors import UsageError
from trainer.config import TrainerSettings
from trainer.corpus import layout, outputs, planning, storage, versions
from trainer.corpus.drops import NamedStep
from trainer.corpus.layout import Job, Shard, key_of
from trainer.raw_source import shards, sources


def job(
    raw: Path,
    work: str,
    processed: str,
    settings: TrainerSettings,
    evaluation_sets: Sequence[str],
    steps: Sequence[NamedStep],
) -> Job:
    """Reads every raw shard, for its hash. Raises ``UsageError`` where nothing was acquired."""
    cleaning = versions.cleaning(steps)
    found = tuple(_shard(raw, path, cleaning) for path in _paths(raw))
    if not found:
        raise UsageError(f"there is nothing in {raw}", next_step="coderasst-train acquire --help")
    key = key_of([shard.key for shard in found], versions.planning(settings))
    return Job(str(raw), work, processed, settings, tuple(evaluation_sets), found, key)


def pending_shards(job: Job) -> list[Shard]:
    work = job.work_folder
    return [one for one in job.shards if not work.exists(f"{one.folder}/{layout.DONE}")]


def outputs_are_written(job: Job) -> bool:
    plan = planning.read_plan(job)
    return plan is not None and all(outputs.is_written(job, one) for one in plan.outputs)


def _paths(raw: Path) -> list[Path]:
    return [shard for source in sources(raw) for shard in shards(source)]


def _shard(raw: Path, path: Path, cleaning: object) -> Shard:
    name = path.relative_to(raw).as_posix()
    digest = storage.digest(storage.folder(str(raw)), name)
    assert digest is not None, "it was just listed"
    return Shard(name, digest, key_of(name, digest, cleaning))
