"""The stages as steps of a datatrove pipeline, the same for every executor.

Each gets the whole job, and does the part of it that falls to its rank: of shards and of outputs
one in every ``world_size``. What is there already is left as it is, so that a task which runs twice
does nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from datatrove.pipeline.base import PipelineStep

from coderasst_hook.errors import FatalError, StoreError
from trainer.config import TrainerSettings
from trainer.corpus import cleaning, finishing, layout, outputs, planning
from trainer.corpus.drops import NamedStep
from trainer.corpus.layout import Job
from trainer.corpus.steps import document_steps
from trainer.corpus.storage import write_json


class Stage(PipelineStep):  # type: ignore[misc]  # datatrove has no type information
    """What ``work`` raises for a person to read is left in the logs as well: an executor on other
    machines loses it."""

    type = "coderasst"
    alone = False
    """Whether one task does it all: it runs where the command runs, but on Slurm."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job = job

    def run(self, data: object, rank: int = 0, world_size: int = 1) -> Iterator[object]:
        try:
            self.work(rank, world_size)
        except FatalError as error:
            failure = {"message": str(error), "next_step": error.next_step}
            write_json(self.job.work_folder, failure_path(self.job, str(self.name)), failure)
            raise
        yield from ()

    def work(self, rank: int, world_size: int) -> None:
        raise NotImplementedError


class Clean(Stage):
    name = "documents"

    def work(self, rank: int, world_size: int) -> None:
        job = self.job
        for path in job.evaluation_sets:
            if not Path(path).exists():
                raise StoreError(f"the evaluation set {path} is not there on this machine")
        for shard in job.shards[rank::world_size]:
            if not job.work_folder.exists(f"{shard.folder}/{layout.DONE}"):
                cleaning.clean_shard(job, shard, steps_of(job.settings, job.evaluation_sets))


class MakePlan(Stage):
    name = "duplicates"
    alone = True

    def work(self, rank: int, world_size: int) -> None:
        if rank == 0 and planning.read_plan(self.job) is None:
            planning.plan(self.job)


class WriteOutputs(Stage):
    name = "outputs"

    def work(self, rank: int, world_size: int) -> None:
        plan = planning.read_plan(self.job)
        assert plan is not None, "stage 3 runs behind stage 2"
        pending = [
            output
            for output in plan.outputs[rank::world_size]
            if not outputs.is_written(self.job, output)
        ]
        if pending:
            splits, repeated = planning.read_decisions(self.job), planning.read_repeated(self.job)
            decisions = outputs.Decisions(plan, splits, repeated)
            for output in pending:
                outputs.write_output(self.job, output, decisions)


class Finish(Stage):
    name = "report"
    alone = True

    def work(self, rank: int, world_size: int) -> None:
        if rank == 0:
            job = self.job
            finishing.finish(job, steps_of(job.settings, job.evaluation_sets))


def failure_path(job: Job, stage: str) -> str:
    return f"{job.logs(stage)}/failure.json"


def steps_of(settings: TrainerSettings, evaluation_sets: tuple[str, ...]) -> tuple[NamedStep, ...]:
    """Made once in a process: some of them read data."""
    return _steps_of(settings.model_dump_json(), evaluation_sets)


# By the settings as text: some of them are mappings, which cannot be hashed.
@lru_cache(maxsize=1)
def _steps_of(settings: str, evaluation_sets: tuple[str, ...]) -> tuple[NamedStep, ...]:
    chosen = TrainerSettings.model_validate_json(settings)
    return document_steps(chosen, [Path(one) for one in evaluation_sets])
