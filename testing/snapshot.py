"""This project as a repository of its own, its uncommitted work included."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from testing.repository import TemporaryRepository

PROJECT = Path(__file__).parents[1]


def snapshot(folder: Path) -> TemporaryRepository:
    """Copy every file that git does not ignore into a new repository at ``folder``: one commit."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode("utf-8", "surrogateescape").split("\0"):
        source = PROJECT / name
        # A file that is removed, but not yet from the index, is listed too.
        if name and source.is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, folder / name)
    repository = TemporaryRepository(folder)
    repository.add()
    repository.commit("snapshot")
    return repository
