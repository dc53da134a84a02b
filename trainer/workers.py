"""What to say of worker processes, whatever they work on."""

from __future__ import annotations

from coderasst_hook.errors import PreparationIncomplete


def killed_worker() -> PreparationIncomplete:
    """For a pool that is broken: one of its processes is gone without a word."""
    return PreparationIncomplete(
        "a worker process was killed, most likely by the system for want of memory",
        next_step="run it again, which goes on where this ended, with fewer --workers",
    )
