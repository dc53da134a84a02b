"""Work that is killed at it, as the system does when memory is short. For worker processes, which
have to import it."""

from __future__ import annotations

import os
import signal

from trainer.corpus.blocks import Stage


def die(number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return number


class Dying(Stage):
    name = "dying"

    def work(self, rank: int, world_size: int) -> None:
        die(rank)
