"""What is kept of an exception that nobody expected: where it happened, and nothing that it said.

The text of an exception may quote code, credentials or a URL, so only its type and its frames go
into the file: file, line, function and our own source line; no message, no locals, no arguments.
"""

from __future__ import annotations

import os
import platform
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from coderasst_hook import __version__

KEPT = 10
"""Newest logs that stay in the folder."""


def write_crash_log(error: BaseException) -> Path | None:
    """The file written in the user's state folder, or None where none can be written."""
    from platformdirs import user_log_path

    folder = user_log_path("coderasst", appauthor=False)
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    path = folder / f"crash-{stamp}-{os.getpid()}.log"
    text = "\n".join(describe(error)) + "\n"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
        for old in sorted(folder.glob("crash-*.log"))[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return None
    return path


def describe(error: BaseException) -> Iterator[str]:
    """Lines of the log: versions, then every exception of the chain with its frames."""
    yield f"coderasst {__version__}, Python {platform.python_version()}, {sys.platform}"
    yield from _chain(error, seen=set())


def _chain(error: BaseException, seen: set[int]) -> Iterator[str]:
    if id(error) in seen:
        return
    seen.add(id(error))
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _chain(cause, seen)
        yield "which led to"
    kind = type(error)
    yield f"{kind.__module__}.{kind.__qualname__}"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
        yield f"    {frame.line}"
    # An ExceptionGroup (Python 3.11) keeps the interesting tracebacks in its members.
    for member in getattr(error, "exceptions", ()):
        if isinstance(member, BaseException):
            yield "  of which one is"
            yield from _chain(member, seen)
