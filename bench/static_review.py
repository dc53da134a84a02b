"""The analyzers on a change of 50 files, beside the tools that people run for the same purpose."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from bench.change import quiet_environment, staged_change, tool
from bench.measure import compare


def run(runs: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        repository = staged_change(Path(folder))
        added = sum(path.read_text("utf-8").count("\n") for path in repository.glob("*.py"))
        commands = {
            "coderasst": [tool("coderasst"), "review", "--llm", "off"],
            "bandit": [tool("bandit"), "-q", "-r", "."],
            "detect-secrets": [tool("detect-secrets"), "scan", "--all-files"],
            "ruff --select S": [tool("ruff"), "check", "--isolated", "--no-cache", "--select", "S"],
        }
        if gitleaks := shutil.which("gitleaks"):
            commands["gitleaks"] = [gitleaks, "detect", "--no-git", "--no-banner"]
        summaries = compare(
            commands, repository, runs=runs, env=quiet_environment(XDG_CACHE_HOME=folder)
        )
    own = summaries["coderasst"].wall
    together = summaries["bandit"].wall + summaries["detect-secrets"].wall
    return {
        "what": f"{added} added lines of Python in 50 files; seconds from start to exit",
        "rows": [vars(summary) for summary in summaries.values()],
        "ratios": {
            **{f"coderasst / {n}": own / s.wall for n, s in summaries.items() if n != "coderasst"},
            "coderasst / (bandit + detect-secrets)": own / together,
        },
    }
