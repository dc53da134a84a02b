"""``python -m testing.github`` serves what is on disk."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from testing.github.schemas import Schemas
from testing.repository import TemporaryRepository

ROOT = Path(__file__).parents[2]


def test_it_serves_until_interrupted(
    github_schemas: Schemas, repository: TemporaryRepository
) -> None:
    repository.commit("base", {"a.py": "1\n"})
    repository.git("checkout", "-q", "-b", "feature")
    repository.commit("change", {"a.py": "2\n"})
    served = f"octo/shop={repository.root}"
    options = ["--head", "feature", "--schemas", str(github_schemas.root)]
    with subprocess.Popen(
        [sys.executable, "-m", "testing.github", served, *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        told = dict(process.stdout.readline().strip().split("=") for _ in range(3))
        asked = urllib.request.Request(
            f"{told['GITHUB_API_URL']}/repos/octo/shop/pulls/1",
            headers={"Authorization": f"Bearer {told['GITHUB_TOKEN']}"},
        )
        with urllib.request.urlopen(asked) as answer:
            assert json.load(answer)["changed_files"] == 1
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == ""
    assert process.returncode == 0
