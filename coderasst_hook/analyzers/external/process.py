"""One run of a linter: found, started without a shell, bounded in time and output."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from coderasst_hook.redact import mask
from coderasst_hook.untrusted import one_line

MAX_OUTPUT = 64 * 1024 * 1024
"""Bytes of an answer."""
_GRACE = 2.0
"""Seconds between asking a program to end and ending it."""
_SHOWN = 200
# A hook's: git inside a linter should find the repository that it runs in.
_UNSET = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
)


class LinterError(Exception):
    """There is no answer; ``str`` is why."""


class TookTooLongError(LinterError):
    pass


@dataclass(frozen=True, slots=True)
class Answer:
    code: int
    output: bytes
    said: bytes
    """The start of standard error."""

    @property
    def complaint(self) -> str:
        text = self.said.decode("utf-8", "replace") or self.output[:4096].decode("utf-8", "replace")
        lines = [line.strip() for line in text.splitlines() if line.strip(" .!-=\t")]
        return one_line(mask(": ".join(lines[:3])), _SHOWN) or "it gave no reason"


def find(program: str, folder: Path, root: Path, local: Sequence[str]) -> str | None:
    """The program's absolute path: in a folder of ``local`` below ``folder`` or one above it, up to
    ``root``; then on PATH; then beside this program's own Python."""
    above = [folder, *(parent for parent in folder.parents if parent.is_relative_to(root))]
    places = [str(base / name) for base in above for name in local]
    # An entry like "." would be looked up in whatever folder this happens to be.
    places += filter(os.path.isabs, os.environ.get("PATH", os.defpath).split(os.pathsep))
    places.append(sysconfig.get_path("scripts"))
    return shutil.which(program, path=os.pathsep.join(places))


def run(command: Sequence[str], *, cwd: Path, timeout: float, stdin: bytes = b"") -> Answer:
    """Raises ``TookTooLongError`` after ``timeout`` seconds, and ``LinterError`` for a program that
    cannot be started or prints more than anybody reads."""
    # Files, not pipes: what a killed program has started would keep a pipe open.
    with _file(stdin) as given, _file() as output, _file() as said:
        try:
            process = subprocess.Popen(
                command, cwd=cwd, env=_environment(), stdin=given, stdout=output, stderr=said
            )
        except OSError as error:
            raise LinterError(f"it cannot be run: {error.strerror}") from None
        try:
            code = process.wait(max(timeout, 0))
        except subprocess.TimeoutExpired:
            raise TookTooLongError(f"it took longer than {timeout:g} s") from None
        finally:
            _end(process)
        return Answer(code, _read(output), _head(said))


def argument(path: str) -> str:
    """``path``, which was decoded as UTF-8, as the argument that becomes the same bytes again. It
    begins with ``./``, so that no option can be made of it."""
    return os.fsdecode(b"./" + path.encode("utf-8", "surrogateescape"))


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _UNSET}


@contextmanager
def _file(content: bytes = b"") -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        yield file


def _read(file: IO[bytes]) -> bytes:
    file.seek(0)
    content = file.read(MAX_OUTPUT + 1)
    if len(content) > MAX_OUTPUT:
        raise LinterError(f"it printed more than {MAX_OUTPUT // 2**20} MiB")
    return content


def _head(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(4096)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    if sys.platform != "win32":
        process.terminate()  # lets it end what it has started itself
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            pass
        else:
            return
    process.kill()
    process.wait()
