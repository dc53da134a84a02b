"""How much memory a model could have on this machine."""

from __future__ import annotations

import os
from pathlib import Path

CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


def physical_memory() -> int | None:
    """Bytes of the machine, or of the container that we are in; None where nobody says."""
    try:
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # Windows; a system without these names
        return None
    limit = _cgroup_limit()
    return min(total, limit) if limit else total


def _cgroup_limit() -> int | None:
    try:
        return int(CGROUP_LIMIT.read_text("ascii"))
    except (OSError, ValueError):  # not in a cgroup; "max"
        return None
