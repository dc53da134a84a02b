"""What each worker process of Ray does first."""

from __future__ import annotations

from trainer.extras import need


def never_fork() -> None:
    """datatrove starts a process of its own in each worker. A fork of one would take locks along
    that Ray's threads hold just then, and now and then never end."""
    need("multiprocess").set_start_method("forkserver", force=True)


HOOK = f"{__name__}.{never_fork.__name__}"
