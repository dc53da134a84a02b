"""Copies of this process that work for it, and answer over a pipe.

A copy (fork) takes a few milliseconds, and has imported, read and compiled what its original has; a
new process would take as long to start as to review a thousand lines. Whoever asks one must be able
to do without: it may not be had, and it may end before it answers.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn

Work = Callable[[BinaryIO, BinaryIO], None]
"""What a copy does: it reads questions from the first and writes answers to the second."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy as its original sees it. ``asked`` and ``said`` are the ends of two pipes."""

    process: int
    asked: BinaryIO
    said: BinaryIO

    def ask(self, question: object) -> bool:
        """Whether the question got there."""
        with suppress(OSError):
            pickle.dump(question, self.asked)
            self.asked.flush()
            return True
        return False

    def answer(self) -> Any:
        """What it says next, as soon as it does; None if it ended."""
        with suppress(EOFError, OSError, pickle.UnpicklingError):
            return pickle.load(self.said)
        return None

    def end(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.process, 0)
        for pipe in (self.asked, self.said):
            with suppress(OSError):  # what was not sent has nobody to read it
                pipe.close()


def processors() -> int:
    """How many processes may compute side by side: one, where no copies can be made."""
    # Elsewhere, libraries of the system do not survive it; with threads, their locks do not.
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0))


def start(work: Work) -> Copy | None:
    """A copy that does ``work`` and ends; None where there are no more processes."""
    to_copy, from_copy = os.pipe(), os.pipe()
    try:
        process = os.fork()
    except OSError:
        for end in (*to_copy, *from_copy):
            os.close(end)
        return None
    if process == 0:
        # It learns by the end of the questions that its original has ended.
        os.close(to_copy[1])
        os.close(from_copy[0])
        _do(work, to_copy[0], from_copy[1])
    os.close(to_copy[0])
    os.close(from_copy[1])
    return Copy(process, open(to_copy[1], "wb"), open(from_copy[0], "rb"))


def _do(work: Work, asked: int, says: int) -> NoReturn:
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # its original is told, and ends it
        # Said by silence: its original meets the same, and has somebody to tell it to.
        with suppress(Exception), open(asked, "rb") as questions, open(says, "wb") as answers:
            work(questions, answers)
    finally:
        os._exit(0)
