"""The program and git as a person runs them: processes with an exit code and two streams."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECONDS = 120.0
"""No run of a test takes longer, unless it hangs."""


@dataclass(frozen=True, slots=True)
class Ran:
    """Both streams are decoded with surrogate escapes, so that no byte is lost."""

    code: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        return self.stdout + self.stderr

    @property
    def last_line(self) -> str:
        """Of standard output."""
        return self.stdout.rstrip().rpartition("\n")[2]

    def json(self) -> Any:
        return json.loads(self.stdout)


def command(*arguments: str | Path) -> list[str]:
    """The command line of the installed ``coderasst``, in the interpreter of the tests."""
    return [sys.executable, "-m", "coderasst_hook", *map(str, arguments)]


def coderasst(
    *arguments: str | Path, cwd: Path | None = None, stdin: bytes = b"", **environ: str
) -> Ran:
    return ran(command(*arguments), cwd=cwd, stdin=stdin, environ=environ)


def git(root: Path, *arguments: str | Path, stdin: bytes = b"", **environ: str) -> Ran:
    """The real git with its hooks; a failure is a code, for it may be what the test is about."""
    return ran(["git", *map(str, arguments)], cwd=root, stdin=stdin, environ=environ)


def ran(
    arguments: Sequence[str],
    *,
    cwd: Path | None = None,
    stdin: bytes = b"",
    seconds: float = SECONDS,
    environ: Mapping[str, str] | None = None,
) -> Ran:
    """Run a process to its end, without a terminal. ``environ`` is added to this process's own."""
    done = subprocess.run(
        arguments,
        cwd=cwd,
        env={**os.environ, **(environ or {})},
        input=stdin,
        capture_output=True,
        timeout=seconds,
        check=False,
    )
    return Ran(done.returncode, _text(done.stdout), _text(done.stderr))


def until(condition: Callable[[], object]) -> None:
    """Return once ``condition`` holds: for what another process does, which tells nobody."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
