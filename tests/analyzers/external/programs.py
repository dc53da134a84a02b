"""Programs that stand for linters, and a repository's working tree for them."""

from __future__ import annotations

import sys
from pathlib import Path

from coderasst_hook.source import SourceFile
from tests.analyzers.sources import source

RECORDED = Path(__file__).parents[2] / "data" / "linters"


def program(folder: Path, name: str, script: str) -> Path:
    """An executable in ``folder`` that runs ``script``; ``sys`` is imported."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!{sys.executable}\nimport sys\n{script}\n")
    path.chmod(0o700)
    return path


def recorded_sources() -> list[SourceFile]:
    root = RECORDED / "repository"
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    return [read(root, path.relative_to(root).as_posix()) for path in files]


def read(root: Path, path: str) -> SourceFile:
    """The file as a review would read it."""
    text = (root / path).read_bytes().decode("utf-8", "surrogateescape")
    return whole(path, text)


def whole(path: str, text: str) -> SourceFile:
    """``source`` without the empty line that it sees after the last newline."""
    made = source(path, text)
    lines = made.lines[:-1] if made.lines[-1] == "" else made.lines
    return SourceFile(
        path, made.language, text, lines, frozenset(range(1, len(lines) + 1)), complete=True
    )
