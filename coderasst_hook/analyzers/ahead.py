"""Analysis in a copy of this process that was made before there was anything to analyse.

Importing the analyzers takes about as long as reading a change does (git, configuration), and
neither waits for the other: the copy imports while its original reads. What the copy does not
answer, for whatever reason, its original does itself.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NoReturn

from coderasst_hook.analyzers.base import Analysis, Analyzer, joined
from coderasst_hook.settings import Settings
from coderasst_hook.source import SourceFile


@dataclass(frozen=True, slots=True)
class Wanted:
    """Analyzers by what ``registry.load`` makes them of."""

    names: tuple[str, ...]
    settings: Settings
    rule_folders: Sequence[Path] = ()
    root: Path | None = None

    def load(self) -> list[Analyzer]:
        """Raises ``ConfigurationError`` for an unknown name."""
        from coderasst_hook.analyzers.registry import load

        return load(self.names, self.settings, self.rule_folders, self.root)


@dataclass(frozen=True, slots=True)
class Ahead:
    """The copy, as its original sees it. ``asked`` and ``said`` are the ends of two pipes."""

    process: int
    asked: BinaryIO
    said: BinaryIO

    def ask(self, wanted: Wanted, files: Sequence[SourceFile]) -> bool:
        """Whether the question got there; ``answer`` waits for what comes back."""
        with suppress(OSError):
            pickle.dump((wanted, files), self.asked)
            self.asked.flush()
            return True
        return False

    def answer(self) -> Analysis | None:
        with suppress(EOFError, OSError, pickle.UnpicklingError):
            analysis: Analysis = pickle.load(self.said)
            return analysis
        return None

    def end(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.process, 0)
        for pipe in (self.asked, self.said):
            with suppress(OSError):  # what was not sent has nobody to read it
                pipe.close()


@dataclass(frozen=True, slots=True)
class Together:
    """``wanted`` and the analyzers ``beside`` them, with ``ahead`` to ask for the former.
    ``meanwhile`` is called while that is at work."""

    wanted: Wanted
    beside: Sequence[Analyzer] = ()
    ahead: Ahead | None = None
    meanwhile: Callable[[], None] = lambda: None

    @property
    def names(self) -> tuple[str, ...]:
        return (*dict.fromkeys(self.wanted.names), *(one.name for one in self.beside))

    def analyze(self, files: Sequence[SourceFile]) -> Analysis:
        """Raises ``ConfigurationError`` for a name that no analyzer has."""
        if not files:
            return Analysis()
        if self.ahead is None or not self.ahead.ask(self.wanted, files):
            return _here([*self.wanted.load(), *self.beside], files)
        self.meanwhile()
        beside = _here(self.beside, files) if self.beside else Analysis()
        answer = self.ahead.answer()
        return joined([_here(self.wanted.load(), files) if answer is None else answer, beside])


def _here(analyzers: Sequence[Analyzer], files: Sequence[SourceFile]) -> Analysis:
    from coderasst_hook.analyzers.side_by_side import analyze

    return analyze(analyzers, files)


@contextmanager
def started() -> Iterator[Ahead | None]:
    """A copy that gets ready; None where there are no copies, or no processor is free for one."""
    ahead = _start()
    try:
        yield ahead
    finally:
        if ahead is not None:
            ahead.end()


def _start() -> Ahead | None:
    # Elsewhere, libraries of the system do not survive it; with threads, their locks do not.
    if sys.platform != "linux" or threading.active_count() > 1:
        return None
    if len(os.sched_getaffinity(0)) == 1:
        return None
    to_copy, from_copy = os.pipe(), os.pipe()
    try:
        process = os.fork()
    except OSError:  # where there are no more processes
        for end in (*to_copy, *from_copy):
            os.close(end)
        return None
    if process == 0:
        os.close(to_copy[1])
        os.close(from_copy[0])
        _serve(to_copy[0], from_copy[1])
    os.close(to_copy[0])
    os.close(from_copy[1])
    return Ahead(process, open(to_copy[1], "wb"), open(from_copy[0], "rb"))


def _serve(asked: int, says: int) -> NoReturn:
    """In the copy, until its original ends: nobody writes to ``asked`` any more then."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # its original is told, and ends it
        # Said by silence: its original meets the same, and has somebody to tell it to.
        with suppress(Exception):
            _get_ready()
            with open(asked, "rb") as questions, open(says, "wb") as answers:
                while True:
                    wanted, files = pickle.load(questions)
                    pickle.dump(_here(wanted.load(), files), answers)
                    answers.flush()
    finally:
        os._exit(0)


def _get_ready() -> None:
    import multiprocessing.process  # noqa: F401 - for the copies of this copy
    from importlib import import_module

    import ast_grep_py  # noqa: F401

    from coderasst_hook.analyzers import registry, side_by_side  # noqa: F401

    for module in registry.MODULES.values():
        import_module(module)
