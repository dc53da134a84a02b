"""A real change to measure on: source files of the standard library, staged as added files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path


def staged_change(folder: Path, files: int = 50) -> Path:
    """A repository under ``folder`` with ``files`` staged Python files of 5 to 30 kB.

    The standard library is at hand everywhere, is real code, and nobody tuned rules on it.
    """
    repository = folder / "repository"
    repository.mkdir()
    git(repository, "init", "-q")
    library = Path(sysconfig.get_path("stdlib"))
    fitting = [
        path for path in sorted(library.glob("*.py")) if 5_000 < path.stat().st_size < 30_000
    ]
    for path in fitting[:files]:
        shutil.copy(path, repository)
    git(repository, "add", "-A")
    return repository


def git(repository: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(repository), *arguments], check=True, env=quiet_environment())


def quiet_environment(**more: str) -> dict[str, str]:
    """The environment without what leads to a user's own configuration or model, and without what
    keeps Python from storing bytecode: an installed package has it."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "CODERASST_", "OLLAMA_"))
        and name != "PYTHONDONTWRITEBYTECODE"
    }
    return {**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **more}


def tool(name: str) -> str:
    """A console script of this interpreter's environment."""
    return str(Path(sys.executable).parent / name)
