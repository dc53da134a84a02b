"""What a commit waits for when there is nothing to say."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.change import git, quiet_environment, tool
from bench.measure import compare


def run(runs: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        repository = Path(folder)
        git(repository, "init", "-q")
        summaries = compare(
            {
                "import click": [sys.executable, "-c", "import click"],
                "coderasst --help": [tool("coderasst"), "--help"],
                "coderasst review (nothing staged)": [tool("coderasst"), "review"],
                "pre-commit run (no hooks)": [tool("pre-commit"), "run"],
            },
            _with_empty_pre_commit(repository),
            runs=max(runs, 10),
            env=quiet_environment(XDG_CACHE_HOME=folder),
        )
    click, helped, nothing, pre_commit = summaries.values()
    return {
        "what": "seconds from start to exit",
        "rows": [vars(summary) for summary in summaries.values()],
        "ratios": {
            "--help / import click (goal: at most 2)": helped.wall / click.wall,
            "review of nothing, seconds (goal: under 0.3)": nothing.wall,
            "review of nothing / pre-commit run with no hooks": nothing.wall / pre_commit.wall,
        },
    }


def _with_empty_pre_commit(repository: Path) -> Path:
    (repository / ".pre-commit-config.yaml").write_text("repos: []\n")
    git(repository, "add", ".pre-commit-config.yaml")
    git(repository, "-c", "user.name=b", "-c", "user.email=b@example.org", "commit", "-qm", "start")
    return repository
