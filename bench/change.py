"""A real change to measure on: source files of the standard library, staged as added files."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path


def staged_change(folder: Path, files: int = 50, lines: int = 400) -> Path:
    """A repository under ``folder`` with ``files`` staged Python files of at most ``lines`` lines.

    The standard library is at hand everywhere, is real code, and nobody tuned rules on it.
    """
    repository = folder / "repository"
    repository.mkdir()
    git(repository, "init", "-q")
    library = Path(sysconfig.get_path("stdlib"))
    chosen = [path for path in sorted(library.glob("*.py")) if path.stat().st_size > 2000][:files]
    for path in chosen:
        text = path.read_text(encoding="utf-8", errors="replace").split("\n")[:lines]
        (repository / path.name).write_text("\n".join(text) + "\n", encoding="utf-8")
    git(repository, "add", "-A")
    return repository


def git(repository: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(repository), *arguments], check=True, env=quiet_environment())


def quiet_environment(**more: str) -> dict[str, str]:
    """The environment without anything that could lead to a user's own configuration or model."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "CODERASST_", "OLLAMA_"))
    }
    return {**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **more}


def tool(name: str) -> str:
    """A console script of this interpreter's environment."""
    return str(Path(sys.executable).parent / name)
