"""Preprocessing of real text and code: megabytes a second by stage and peak memory, with one and
with two workers, beside datatrove's own pipelines and rensa on the same data.

What duplicates alone cost is compared on all of the data. All steps are, on a sample of it: of them
datatrove's blocks do what ``corpus_datatrove`` says, and take minutes for it. Rates by processor
seconds are told as well, since those hardly change with what else the machine does.
Needs ``pip install spacy "xxhash<4"`` besides the train extra; Linux alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import corpus_data
from bench.corpus_contenders import CONTENDERS

OURS, OURS_ALONE, PEER_ALONE, PEER, PEER_SPACY, RENSA = CONTENDERS
SAMPLE = 10.0
"""Megabytes that datatrove's filters are run on."""
_INTERVAL = 0.1
"""Seconds between two looks at the processes."""
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")

ON_ALL = (
    *((name, workers) for name in (OURS, OURS_ALONE, PEER_ALONE) for workers in (1, 2)),
    (RENSA, 1),
)
ON_SAMPLE = ((OURS, 1), (OURS, 2), (PEER, 1), (PEER, 2), (PEER_SPACY, 1))


def run(runs: int, megabytes: float) -> dict[str, Any]:
    del runs  # minutes long, and of the same work: one run says enough
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        sizes = {
            part: corpus_data.gather(root / part, share)
            for part, share in (
                ("all", megabytes),
                ("half", megabytes / 2),
                ("sample", min(SAMPLE, megabytes)),
            )
        }
        contests = (
            *(("all", *one) for one in ON_ALL),
            ("half", OURS, 1),
            *(("sample", *one) for one in ON_SAMPLE),
        )
        rows = {}
        for part, name, workers in contests:
            row = measured(name, root / part, sizes[part], workers)
            rows[part, name, workers] = {"data": part, **row}
            print(json.dumps(rows[part, name, workers]), file=sys.stderr, flush=True)
    told = ", ".join(f"{part} {size / 1e6:,.0f} MB" for part, size in sizes.items())
    return {
        "what": f"text and code ({told}): MB/s in all, peak MiB of all processes together",
        "rows": list(rows.values()),
        "ratios": _ratios(rows),
    }


def _ratios(rows: dict[tuple[str, str, int], dict[str, Any]]) -> dict[str, float]:
    def rates(part: str, ours: str, other: str, workers: int) -> dict[str, float]:
        mine, theirs = rows[part, ours, workers], rows[part, other, workers]
        title = f"{ours} / {other}, {workers} worker{'s' * (workers > 1)}"
        return {
            title: mine["mb_per_second"] / theirs["mb_per_second"],
            f"{title}, by processor time": theirs["cpu_seconds"] / mine["cpu_seconds"],
        }

    whole, half = rows["all", OURS, 1], rows["half", OURS, 1]
    return {
        **rates("all", OURS_ALONE, PEER_ALONE, 1),
        **rates("all", OURS_ALONE, PEER_ALONE, 2),
        **rates("all", OURS_ALONE, RENSA, 1),
        **rates("sample", OURS, PEER, 1),
        **rates("sample", OURS, PEER, 2),
        **rates("sample", OURS, PEER_SPACY, 1),
        "all steps, 2 workers / 1 worker": rows["all", OURS, 2]["mb_per_second"]
        / whole["mb_per_second"],
        "peak memory, all / half of the data": whole["peak_mib"] / half["peak_mib"],
    }


def measured(name: str, raw: Path, size: int, workers: int) -> dict[str, Any]:
    """Runs in a process of its own; interpreter and imports count. Linux alone."""
    module = "bench.corpus_contenders"
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryFile() as output,
        tempfile.TemporaryFile() as errors,
    ):
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", module, name, str(raw), folder, str(workers)],
            stdout=output,
            stderr=errors,
            start_new_session=True,
        )
        peak = 0
        ticks: dict[int, int] = {}
        while process.poll() is None:
            held = 0
            for pid, used, resident in _processes(process.pid):
                ticks[pid] = max(used, ticks.get(pid, 0))
                held += resident
            peak = max(peak, held)
            time.sleep(_INTERVAL)
        wall = time.perf_counter() - start
        output.seek(0)
        text = output.read().decode()
        if process.returncode:
            errors.seek(0)
            told = errors.read().decode("utf-8", "replace")[-2000:]
            raise RuntimeError(f"{name} ended with {process.returncode}:\n{told}")
    result = json.loads(text.splitlines()[-1])
    return {
        "name": name,
        "workers": workers,
        "mb_per_second": size / 1e6 / wall,
        "seconds": wall,
        "cpu_seconds": sum(ticks.values()) / _TICKS,
        "mb_per_cpu_second": size / 1e6 / (sum(ticks.values()) / _TICKS),
        "load": os.getloadavg()[0],
        "peak_mib": peak / 2**20,
        "kept": result["kept"],
        "stages": {
            stage: f"{size / 1e6 / seconds:.1f} MB/s"
            for stage, seconds in result["seconds"].items()
        },
    }


def _processes(session: int) -> Iterator[tuple[int, int, int]]:
    """Of each process of a session its id, its ticks of processor time, and the bytes that it
    holds; what they share counts for each."""
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                fields = Path(entry.path, "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended in between
            if int(fields[3]) == session:
                yield int(entry.name), int(fields[11]) + int(fields[12]), int(fields[21]) * _PAGE
