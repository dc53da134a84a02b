"""How far a stage is, and what it came to, by what its tasks have left, wherever they run."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from trainer.corpus import blocks, finishing, layout, outputs, planning, resume
from trainer.corpus.blocks import Stage
from trainer.corpus.layout import Job
from trainer.corpus.plan import Plan
from trainer.corpus.storage import read_json
from trainer.corpus.tally import Tally, merged


@dataclass(frozen=True, slots=True)
class StageProgress:
    """``stage`` may be asked of once the stages before it are done."""

    stage: Stage
    tasks: int
    """To start at most; some of them may find nothing to do."""
    parts: Callable[[], int]
    done: Callable[[], int]
    """Of the ``parts``."""
    told: Callable[[], str]
    """What it came to, once it is done."""

    @property
    def name(self) -> str:
        return str(self.stage.name)

    @property
    def is_done(self) -> bool:
        return self.done() == self.parts()


Watch = Callable[[StageProgress], AbstractContextManager[object]]
"""Entered while a stage runs."""


def unwatched(stage: StageProgress) -> AbstractContextManager[object]:
    return nullcontext()


def stages_of(job: Job) -> tuple[StageProgress, ...]:
    shards = len(job.shards)

    def planned() -> bool:
        return planning.read_plan(job) is not None

    return (
        StageProgress(
            blocks.Clean(job),
            shards,
            lambda: shards,
            lambda: shards - len(resume.pending_shards(job)),
            lambda: _cleaned(job),
        ),
        StageProgress(blocks.MakePlan(job), 1, lambda: 1, planned, lambda: _duplicates(job)),
        StageProgress(
            blocks.WriteOutputs(job),
            shards,
            lambda: len(_plan(job).outputs),
            lambda: sum(outputs.is_written(job, one) for one in _plan(job).outputs),
            lambda: _written(job),
        ),
        StageProgress(
            blocks.Finish(job),
            1,
            lambda: 1,
            lambda: finishing.is_finished(job),
            lambda: f"{finishing.REPORT} is there",
        ),
    )


def _plan(job: Job) -> Plan:
    plan = planning.read_plan(job)
    assert plan is not None, "it is asked for behind stage 2"
    return plan


def _cleaned(job: Job) -> str:
    left = [read_json(job.work_folder, f"{shard.folder}/{layout.DONE}") for shard in job.shards]
    kept = sum(one["documents"] for one in left)
    dropped = merged(Tally.from_json(one["tally"]) for one in left).total().documents
    return f"{kept:,} of {kept + dropped:,} documents go on"


def _duplicates(job: Job) -> str:
    plan = read_json(job.work_folder, f"{job.plan}/{layout.DONE}")
    found = Tally.from_json(plan["tally"]).by("outcome")
    counts = (
        f"{found[reason].documents if reason in found else 0:,} {reason}s"
        for reason in (planning.EXACT, planning.NEAR)
    )
    return ", ".join(counts)


def _written(job: Job) -> str:
    written = _plan(job).outputs
    left = (
        read_json(job.work_folder, f"{job.outputs}/{one.name}{outputs.DONE}") for one in written
    )
    return f"{sum(one['documents'] for one in left):,} documents in {len(written):,} shards"
