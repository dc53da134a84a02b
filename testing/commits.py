"""Real commits in a repository that has the hook, and the smallest module that it stops."""

from __future__ import annotations

from pathlib import Path

from testing.program import Ran, git
from testing.repository import TemporaryRepository

BAD = '"""Run what a caller hands over."""\n\n\ndef run(data):\n    return eval(data)\n'
"""Its one finding, of high severity, is on line 5."""
GOOD = BAD.replace("eval(data)", "data")


def commit(folder: Path, *arguments: str) -> Ran:
    """``git commit`` in ``folder``, hooks included."""
    return git(folder, "commit", "-m", "change", *arguments)


def assert_hooked(
    repository: TemporaryRepository, folder: Path | None = None, name: str = "app.py"
) -> None:
    """Commits in ``folder`` (the root) are reviewed: a bad one is stopped, a good one passes."""
    folder = folder or repository.root
    before = repository.git("rev-list", "--all")
    repository.stage({name: BAD})
    done = commit(folder)
    assert done.code == 1, done.output
    assert f"--> {name}:5 " in done.stderr
    assert repository.git("rev-list", "--all") == before
    repository.stage({name: GOOD})
    done = commit(folder)
    assert done.code == 0, done.output
    assert repository.git("rev-list", "--all") != before
