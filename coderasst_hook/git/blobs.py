"""Contents of blobs by id, over one long-lived ``git cat-file --batch``."""

from __future__ import annotations

import re
import subprocess
import threading
import weakref
from collections.abc import Mapping
from pathlib import Path

from coderasst_hook.errors import GitError
from coderasst_hook.git.process import cannot_start, command, environment

_HEADER = re.compile(rb"[0-9a-f]{40,64} (\w+) (\d+)\n")


class Blobs:
    """Reads blobs. The process starts at the first read and ends with this object, or with
    ``close``; threads may share it."""

    def __init__(self, cwd: Path, *, extra: Mapping[str, str] | None = None) -> None:
        """``extra`` is added to the environment of git."""
        self._cwd = cwd
        self._extra = extra
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._end: weakref.finalize[[subprocess.Popen[bytes]], Blobs] | None = None

    def read(self, name: str) -> bytes | None:
        """The blob ``name`` (its id, or "revision:path" without a newline), or None where the
        repository does not have it.

        Raises ``GitError`` where git ends in the middle of an answer.
        """
        with self._lock:
            process = self._process or self._start()
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                process.stdin.write(name.encode("utf-8", "surrogateescape") + b"\n")
                process.stdin.flush()
            except BrokenPipeError as error:
                raise self._died() from error
            header = process.stdout.readline()
            if header.endswith(b" missing\n"):
                return None
            found = _HEADER.fullmatch(header)
            if found is None:
                raise self._died()
            size = int(found.group(2))
            content = process.stdout.read(size)
            if len(content) != size or process.stdout.read(1) != b"\n":
                raise self._died()
            return content if found.group(1) == b"blob" else None

    def close(self) -> None:
        """End the process. A later read starts another."""
        with self._lock:
            self._stop()

    def _start(self) -> subprocess.Popen[bytes]:
        try:
            process = subprocess.Popen(
                command(["cat-file", "--batch"]),
                cwd=self._cwd,
                env=environment(self._extra),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
            raise cannot_start(self._cwd) from error
        self._process = process
        self._end = weakref.finalize(self, _end, process)
        return process

    def _stop(self) -> None:
        if self._end is not None:
            self._end()
        self._process = self._end = None

    def _died(self) -> GitError:
        self._stop()
        return GitError("git cat-file ended before it had answered", next_step="git fsck")


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except BrokenPipeError:  # what was left to write has nobody to read it
                continue
    process.kill()
    process.wait()
