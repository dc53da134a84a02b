"""Run a program of others: with a time limit, and in silence unless it fails."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from typing import BinaryIO

from coderasst_hook.errors import ExportFailed
from coderasst_hook.untrusted import one_line, printable

TAIL = 1_500
"""Characters of a failed program's output that are shown."""
OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def run(
    command: Sequence[str],
    *,
    seconds: float,
    what: str,
    next_step: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Raises ``ExportFailed`` with the end of its output. ``what`` names it for a person."""
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **OFFLINE, **(environment or {})},
                # What it starts ends with it.
                start_new_session=True,
            )
        except OSError as error:
            raise ExportFailed(
                f"{what} cannot be started: {error.strerror}", next_step=next_step
            ) from None
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise ExportFailed(
                f"{what} took longer than {seconds:g} s",
                next_step="give it more with export.tool_seconds in the configuration",
            ) from None
        finally:
            _end(process)
        if code:
            raise _failed(what, code, output, next_step)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _failed(what: str, code: int, output: BinaryIO, next_step: str | None) -> ExportFailed:
    output.seek(0, os.SEEK_END)
    output.seek(max(0, output.tell() - 4 * TAIL))
    text = printable(output.read().decode("utf-8", "replace"))[-TAIL:].strip()
    if "no space left" in text.lower():
        return ExportFailed(
            f"{what} filled the disk", next_step="free some space, or name another --output"
        )
    last = one_line(text.rpartition("\n")[2], 200)
    ended = f"was ended by signal {-code}" if code < 0 else f"failed with status {code}"
    return ExportFailed(f"{what} {ended}: {last}\n{text}", next_step=next_step)
