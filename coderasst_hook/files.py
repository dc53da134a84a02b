"""Files that are whole or not there."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def write_atomically(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write beside ``path``, then replace it: a reader sees the old content or the new one.

    The folder must exist. Raises ``OSError``, and leaves nothing behind then.
    """
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".coderasst.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        # mkstemp makes it private; what we write for others must be readable to them.
        os.chmod(beside, mode)
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise
