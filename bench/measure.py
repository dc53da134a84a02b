"""Whole processes, measured from outside: wall seconds, processor seconds, peak memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    wall: float
    """Seconds."""
    cpu: float
    """User and system seconds, children that were waited for included."""
    peak_mib: float
    """Largest resident set of the process itself, in MiB."""
    code: int


def run_once(
    command: Sequence[str],
    cwd: Path,
    env: Mapping[str, str] | None = None,
    ok: Sequence[int] = (0, 1),
) -> Run:
    """Run ``command`` to its end. Raises RuntimeError with its output on another exit code."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        # wait4 gives this one child's own usage, which getrusage(RUSAGE_CHILDREN) would add up.
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = code = os.waitstatus_to_exitcode(status)
        if code not in ok:
            output.seek(0)
            text = output.read().decode("utf-8", "replace")[-2000:]
            raise RuntimeError(f"{' '.join(command)} ended with {code}:\n{text}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, code)


@dataclass(frozen=True)
class Summary:
    """Medians of several runs, and the spread of the wall time."""

    name: str
    wall: float
    wall_min: float
    wall_max: float
    cpu: float
    peak_mib: float
    runs: int


def compare(
    commands: Mapping[str, Sequence[str]],
    cwd: Path,
    *,
    runs: int = 5,
    env: Mapping[str, str] | None = None,
) -> dict[str, Summary]:
    """Run the commands in turn (A B C, A B C, …), so that a machine that slows down slows all.

    One uncounted round first fills the file cache.
    """
    taken: dict[str, list[Run]] = {name: [] for name in commands}
    for round_number in range(runs + 1):
        for name, command in commands.items():
            result = run_once(command, cwd, env)
            if round_number:
                taken[name].append(result)
    return {name: _summary(name, results) for name, results in taken.items()}


def _summary(name: str, results: list[Run]) -> Summary:
    walls = [result.wall for result in results]
    return Summary(
        name=name,
        wall=statistics.median(walls),
        wall_min=min(walls),
        wall_max=max(walls),
        cpu=statistics.median(result.cpu for result in results),
        peak_mib=statistics.median(result.peak_mib for result in results),
        runs=len(results),
    )
