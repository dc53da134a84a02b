"""Files that are whole or not there, and files that end."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


def write_atomically(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write beside ``path``, then replace it: a reader sees the old content or the new one.

    The folder must exist. Raises ``OSError``, and leaves nothing behind then.
    """
    with replacing(path, mode=mode) as file:
        file.write(content)


@contextmanager
def replacing(path: Path, *, mode: int = 0o644) -> Iterator[BinaryIO]:
    """Like ``write_atomically``, for what is written piece by piece; what the block raises leaves
    the old content there."""
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".coderasst.")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        # mkstemp makes it private; what we write for others must be readable to them.
        os.chmod(beside, mode)
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise


def read_regular(path: Path, most: int) -> bytes:
    """The first ``most`` bytes of a file whose name a repository decides. Raises ``OSError``, also
    for what is no regular file: a link to a device would never end."""
    # A FIFO without a writer would block an ordinary open for ever.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is not a regular file")
    with os.fdopen(descriptor, "rb") as file:
        return file.read(most)
