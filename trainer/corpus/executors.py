"""What runs a stage: datatrove's executors, for processes of this machine, Ray and Slurm.

datatrove talks to standard error through loguru, emoji and all; its words go to the logs below
``work/`` alone, unless they are asked for.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from copy import deepcopy
from multiprocessing import get_context
from typing import Any

from datatrove.executor import (
    LocalPipelineExecutor,
    RayPipelineExecutor,
    SlurmPipelineExecutor,
)
from datatrove.executor.base import PipelineExecutor
from loguru import logger

from coderasst_hook.errors import ConfigurationError
from trainer.config import ClusterSettings
from trainer.corpus import ray_workers
from trainer.corpus.blocks import Stage
from trainer.corpus.storage import folder
from trainer.extras import need
from trainer.workers import killed_worker

_PRELOADED = ["trainer.corpus.blocks"]


class _Nowhere(io.TextIOBase):
    """Never closed: loguru goes on writing to what was standard error when it was set up."""

    def write(self, text: str) -> int:
        return len(text)


_NOWHERE = _Nowhere()


@contextmanager
def quiet(verbose: bool = False) -> Iterator[None]:
    """Without datatrove's words on standard error."""
    if verbose:
        yield
        return
    before, sys.stderr = sys.stderr, _NOWHERE
    logger.remove()
    try:
        yield
    finally:
        sys.stderr = before


class _QuietTasks:
    """Put before an executor's class: its tasks, wherever they run, say nothing either."""

    verbose = False

    def _run_for_rank(self, *args: Any, **options: Any) -> Any:
        with quiet(self.verbose):
            return super()._run_for_rank(*args, **options)  # type: ignore[misc]


class InProcess(_QuietTasks, PipelineExecutor):  # type: ignore[misc]
    """One task after another, here: nothing to start, nothing to send."""

    pipeline: list[Stage]

    def __init__(self, pipeline: list[Stage], tasks: int, logging_dir: Any) -> None:
        super().__init__(pipeline, logging_dir, skip_completed=False)
        self.tasks = tasks

    def run(self) -> None:
        whole = self.pipeline
        for rank in range(self.tasks):
            self.pipeline = deepcopy(whole)
            self._run_for_rank(rank)

    @property
    def world_size(self) -> int:
        return self.tasks

    def get_distributed_env(self, node_rank: int = -1) -> Any:
        names = ("node_ips", "cpus_per_task", "mem_per_cpu", "gpus_on_node", "executor")
        values = ("localhost", "-1", "-1", "-1", "LOCAL")
        return {f"datatrove_{name}": value for name, value in zip(names, values, strict=True)}


class _Local(_QuietTasks, LocalPipelineExecutor):  # type: ignore[misc]
    def run(self) -> None:
        """A pool as datatrove starts it waits for ever for the task of a worker that was killed."""
        context = get_context(self.start_method)
        # Workers are copies of a process that has imported what they need.
        context.set_forkserver_preload(_PRELOADED)
        with ProcessPoolExecutor(self.workers, mp_context=context) as pool:
            try:
                for task in [pool.submit(self._run_for_rank, rank) for rank in range(self.tasks)]:
                    task.result()
            except BrokenProcessPool:
                raise killed_worker() from None
            finally:
                pool.shutdown(cancel_futures=True)


class _Ray(_QuietTasks, RayPipelineExecutor):  # type: ignore[misc]
    pass


class _Slurm(_QuietTasks, SlurmPipelineExecutor):  # type: ignore[misc]
    pass


def executor(
    stage: Stage,
    tasks: int,
    cluster: ClusterSettings,
    *,
    workers: int,
    verbose: bool = False,
    behind: Any = None,
) -> Any:
    """Its ``run()`` runs ``stage``, on Slurm behind the jobs of the executor ``behind``.

    Whether a task is done is known by what it has left, never by datatrove's own marks: those know
    nothing of settings. Raises ``ConfigurationError`` where Slurm lacks a partition.
    """
    logs = folder(f"{stage.job.work}/{stage.job.logs(str(stage.name))}")
    common = {"tasks": tasks, "logging_dir": logs}
    if cluster.executor == "slurm":
        made = _slurm(stage, cluster, workers, behind, common)
    elif cluster.executor == "ray" and not stage.alone:
        made = _Ray(
            [stage],
            workers=workers,
            skip_completed=False,
            mem_per_cpu_gb=cluster.gigabytes,
            **common,
        )
    elif workers == 1 or tasks == 1:
        made = InProcess([stage], **common)
    else:
        made = _Local([stage], workers=min(workers, tasks), skip_completed=False, **common)
    made.verbose = verbose
    return made


def _slurm(
    stage: Stage, cluster: ClusterSettings, workers: int, behind: Any, common: dict[str, Any]
) -> Any:
    if not cluster.slurm_partition:
        raise ConfigurationError(
            "Slurm needs a partition", next_step='set "cluster": {"slurm_partition": …}'
        )
    return _Slurm(
        [stage],
        time=cluster.slurm_time,
        partition=cluster.slurm_partition,
        mem_per_cpu_gb=cluster.gigabytes,
        workers=workers,
        job_name=f"coderasst-{stage.name}",
        depends=behind,
        skip_completed=False,
        **common,
    )


@contextmanager
def ray_cluster(cluster: ClusterSettings, workers: int, verbose: bool) -> Iterator[None]:
    """Ray, where it is what runs the stages: connected to, or started here for as long."""
    if cluster.executor != "ray":
        yield
        return
    ray = need("ray", extra="ray")
    options: dict[str, Any] = {
        "log_to_driver": verbose,
        "logging_level": "error",
        "runtime_env": {"worker_process_setup_hook": ray_workers.HOOK},
    }
    if cluster.ray_address:
        ray.init(address=cluster.ray_address, **options)
    else:
        ray.init(num_cpus=workers, include_dashboard=False, **options)
    try:
        yield
    finally:
        ray.shutdown()
