"""All analyzers over changes of 1,000, 10,000 and 100,000 lines in many languages, start included,
beside the tools that people run for the same purpose on the same files in the same run."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from bench import replay, sample_code
from bench.change import quiet_environment, tool
from bench.measure import Summary, compare
from bench.peers import PEERS

FILES = (20, 200, 2000)
GOAL = 0.5
"""Seconds for the smallest change."""


def run(runs: int) -> dict[str, Any]:
    measured = {files: _measure(files, runs if files < 1000 else min(runs, 3)) for files in FILES}
    lines = {files: count for files, (count, _) in measured.items()}
    own = {files: summaries["coderasst"].wall for files, (_, summaries) in measured.items()}
    small, middle, large = FILES
    ratios = {f"{lines[small]} lines, seconds (goal: at most {GOAL})": own[small]}
    for files, (_, summaries) in measured.items():
        for name, summary in summaries.items():
            if name != "coderasst":
                ratios[f"{lines[files]} lines: coderasst / {name}"] = own[files] / summary.wall
    # Without the start, which all sizes share: what a line more costs.
    early = (own[middle] - own[small]) / (lines[middle] - lines[small])
    late = (own[large] - own[middle]) / (lines[large] - lines[middle])
    ratios["cost of a line, late / early (linear: 1)"] = late / early
    ratios["milliseconds for 1,000 lines more"] = late * 1e6
    return {
        "what": "changes of many languages, files of about 50 lines; seconds from start to exit",
        "rows": [
            {"lines": count, **vars(summary)}
            for count, summaries in measured.values()
            for summary in summaries.values()
        ],
        "ratios": ratios,
    }


def _measure(files: int, runs: int) -> tuple[int, dict[str, Summary]]:
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        repository = replay.new_repository(scratch / "repository")
        lines = sample_code.write(repository, files)
        replay.stage(repository)
        commands = {"coderasst": [tool("coderasst"), "review", "--llm", "off"]}
        for peer in PEERS:
            if peer.program is not None:
                commands[peer.name] = peer.command(scratch / "report.json")
        environment = quiet_environment(XDG_CACHE_HOME=name, SEMGREP_SEND_METRICS="off")
        return lines, compare(commands, repository, runs=runs, env=environment)
