"""Killing a process at each of its operations on files, one after the other."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from collections.abc import Callable

_CALLS = frozenset({"write", "close"})
"""Of C functions: a file that was opened to be written is empty by then."""
_EVENTS = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.chmod", "tempfile.mkstemp"})


def killed_at(operation: int, work: Callable[[], object]) -> bool:
    """Do ``work`` in a child of this process that is killed before its ``operation``-th (from 1)
    operation on a file; False where it has no more of them, and came to its end."""
    with warnings.catch_warnings():
        # Newer Pythons warn of forks beside threads; the child uses none.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        code = 1
        try:
            _kill_at(operation)
            work()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the work failed"
    return False


def _kill_at(operation: int) -> None:
    left = operation

    def count() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def audited(event: str, arguments: object) -> None:
        if event in _EVENTS:
            count()

    def called(frame: object, event: str, function: object) -> None:
        if event == "c_call" and getattr(function, "__name__", "") in _CALLS:
            count()

    sys.addaudithook(audited)
    sys.setprofile(called)
