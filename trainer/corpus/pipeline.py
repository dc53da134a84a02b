"""``coderasst-train preprocess``, as one function: four stages behind each other.

documents   a task a raw shard: steps over one document, signatures
duplicates  one task: what stays, in which split
outputs     a task an output: JSON lines and Parquet
report      one task: the corpus as one text, the report, the manifest
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from coderasst_hook.errors import FatalError, StoreError
from trainer.config import TrainerSettings
from trainer.corpus import blocks, finishing, resume, storage
from trainer.corpus.blocks import Stage
from trainer.corpus.executors import executor, quiet, ray_cluster
from trainer.corpus.layout import Job
from trainer.corpus.stage_progress import StageProgress, Watch, stages_of, unwatched
from trainer.corpus.tally import Tally


@dataclass(frozen=True, slots=True)
class Places:
    """``raw`` is a folder; the others may be addresses that fsspec knows (``s3://bucket/…``)."""

    raw: Path
    work: str
    processed: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """``tally`` is None where the stages were handed to Slurm, whose last job is ``slurm_job``."""

    job: Job
    tally: Tally | None
    anew: int
    """Raw shards whose documents went through the steps in this run."""
    seconds: dict[str, float]
    """By stage, of those that ran."""
    slurm_job: str | None = None


def preprocess(
    places: Places,
    settings: TrainerSettings,
    evaluation_sets: Sequence[str] = (),
    *,
    workers: int,
    verbose: bool = False,
    tell: Callable[[str], None] = lambda line: None,
    watch: Watch = unwatched,
) -> Outcome:
    """Go on where the last run stopped, or do nothing where nothing has changed.

    ``evaluation_sets``: files and folders, as ``evaluation_texts`` reads them; one that is not
    there is none.

    Raises ``StoreError`` for raw shards and evaluation sets that cannot be read and folders that
    cannot be written, ``UsageError`` where nothing was acquired or a library is missing.
    """
    sets = tuple(path for path in evaluation_sets if Path(path).exists())
    steps = blocks.steps_of(settings, sets)
    job = resume.job(places.raw, places.work, places.processed, settings, sets, steps)
    stages = stages_of(job)
    if settings.cluster.executor == "slurm":
        return _submit(job, stages, workers, verbose)
    anew = len(resume.pending_shards(job))
    seconds: dict[str, float] = {}
    if not finishing.is_finished(job):
        with ray_cluster(settings.cluster, workers, verbose):
            for stage in stages:
                if not stage.is_done:
                    start = perf_counter()
                    with watch(stage):
                        _run(stage, settings, workers, verbose)
                    seconds[stage.name] = perf_counter() - start
                    tell(f"{stage.name}: {stage.told()} ({seconds[stage.name]:,.1f} s)")
    return Outcome(job, finishing.read_tally(job), anew, seconds)


def _run(progress: StageProgress, settings: TrainerSettings, workers: int, verbose: bool) -> None:
    stage = progress.stage
    storage.forget(stage.job.work_folder, blocks.failure_path(stage.job, progress.name))
    with quiet(verbose):
        made = executor(stage, progress.tasks, settings.cluster, workers=workers, verbose=verbose)
        made.run()
    if not progress.is_done:
        raise _failure(stage)


def _failure(stage: Stage) -> FatalError:
    """An executor on other machines ends in peace whatever became of its tasks."""
    job = stage.job
    told = storage.read_json(job.work_folder, blocks.failure_path(job, str(stage.name)))
    if told is not None:
        return StoreError(told["message"], next_step=told["next_step"])
    logs = f"{job.work}/{job.logs(str(stage.name))}"
    return StoreError(f'the stage "{stage.name}" was not completed', next_step=f"look into {logs}")


def _submit(job: Job, stages: Sequence[StageProgress], workers: int, verbose: bool) -> Outcome:
    last: Any = None
    with quiet(verbose):
        for progress in stages:
            last = executor(
                progress.stage,
                progress.tasks,
                job.settings.cluster,
                workers=workers,
                verbose=verbose,
                behind=last,
            )
        last.run()
    return Outcome(job, None, 0, {}, slurm_job=str(last.job_id))
