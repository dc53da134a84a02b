"""A folder of files, reviewed as one commit that adds them all."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.change import git, quiet_environment, tool

FOLDER = "code"
"""Where the files lie in the repository: at its root, one of them could be our configuration."""


@dataclass(frozen=True)
class Replayed:
    report: dict[str, Any]
    """As ``--format json`` prints it, with paths below the folder that was replayed."""
    seconds: float


def files_below(folder: Path) -> list[Path]:
    """Ordinary files, relative to ``folder``; no links, nothing of a repository's own."""
    return [
        path.relative_to(folder)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and ".git" not in path.relative_to(folder).parts
    ]


def copy(folder: Path, files: Iterable[Path], into: Path) -> None:
    for path in files:
        (into / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / path, into / path)


def new_repository(place: Path) -> Path:
    place.mkdir(parents=True)
    git(place, "init", "-q")
    return place


def stage(repository: Path) -> None:
    git(repository, "add", "--force", "--all")


def staged(folder: Path, into: Path, keep: Callable[[Path], bool] = lambda path: True) -> Path:
    """A new repository in ``into`` that has the files of ``folder`` staged under ``FOLDER``."""
    repository = new_repository(into)
    copy(folder, filter(keep, files_below(folder)), repository / FOLDER)
    stage(repository)
    return repository


def review(repository: Path, *arguments: str) -> Replayed:
    """Raises RuntimeError with what the program said where it did not review."""
    start = time.perf_counter()
    done = subprocess.run(
        [tool("coderasst"), "review", "--llm", "off", "--format", "json", *arguments],
        cwd=repository,
        env=quiet_environment(XDG_CACHE_HOME=str(repository / ".git" / "cache")),
        capture_output=True,
        check=False,
    )
    seconds = time.perf_counter() - start
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr.decode("utf-8", "replace")[-2000:])
    report = json.loads(done.stdout)
    for entry in (*report["findings"], *report["coverage"]["skipped"]):
        entry["path"] = entry["path"].removeprefix(f"{FOLDER}/")
    return Replayed(report, seconds)
