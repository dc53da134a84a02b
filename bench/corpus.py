"""Preprocessing of real text and code: megabytes a second by stage and peak memory, with one and
with two workers, beside datatrove's own MinHash pipeline and rensa on the same data.

datatrove's blocks know no quality filters for code and no scrubbing, so what is compared as the
same steps is what both do: read, find near duplicates, write what stays; and datatrove is given a
word tokenizer that only splits at white space. Its own one, spaCy's, has a row as well.
Needs ``pip install spacy "xxhash<4"`` besides the train extra.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import corpus_data
from bench.corpus_contenders import CONTENDERS

OURS, OURS_ALONE, PEER, PEER_SPACY, PEER_FILTERS, RENSA = CONTENDERS
_INTERVAL = 0.05
"""Seconds between two looks at the memory."""


def run(runs: int, megabytes: float) -> dict[str, Any]:
    del runs  # minutes long, and of the same work: one run says enough
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        size = corpus_data.gather(root / "whole", megabytes)
        half = corpus_data.gather(root / "half", megabytes / 2)
        rows = [
            measured(name, root / "whole", size, workers)
            for name, workers in (
                *((name, workers) for name in (OURS_ALONE, PEER) for workers in (1, 2)),
                *((OURS, 1), (OURS, 2), (PEER_SPACY, 1), (PEER_FILTERS, 1), (RENSA, 1)),
            )
        ]
        small = measured(OURS_ALONE, root / "half", half, 1)
    rate = {(row["name"], row["workers"]): row["mb_per_second"] for row in rows}
    return {
        "what": f"{size / 1e6:,.0f} MB of text and code: MB/s in all, peak MiB of all processes",
        "rows": [*rows, {**small, "name": f"{OURS_ALONE}, half of the data"}],
        "ratios": {
            "same steps, coderasst-train / datatrove, 1 worker": rate[OURS_ALONE, 1]
            / rate[PEER, 1],
            "same steps, coderasst-train / datatrove, 2 workers": rate[OURS_ALONE, 2]
            / rate[PEER, 2],
            "all steps / datatrove with its filters, 1 worker": rate[OURS, 1]
            / rate[PEER_FILTERS, 1],
            "same steps, coderasst-train / rensa alone": rate[OURS_ALONE, 1] / rate[RENSA, 1],
            "peak memory, whole / half of the data": rows[0]["peak_mib"] / small["peak_mib"],
        },
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
        while process.poll() is None:
            peak = max(peak, _resident(process.pid))
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
        "peak_mib": peak / 2**20,
        "kept": result["kept"],
        "stages": {
            stage: f"{size / 1e6 / seconds:.1f} MB/s"
            for stage, seconds in result["seconds"].items()
        },
    }


def _resident(session: int) -> int:
    """Bytes that the processes of a session hold; what they share counts for each."""
    page = os.sysconf("SC_PAGE_SIZE")
    total = 0
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                fields = Path(entry.path, "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended in between
            if int(fields[3]) == session:
                total += int(fields[21]) * page
    return total
