"""All analyzers over all files, side by side: in threads, since some wait for a process, and where
there is enough to compute, in copies of this process, since threads of Python compute in turn.

A copy (fork) costs a few milliseconds, and has read and compiled what its original has; a new
process would take as long to start as to review a thousand lines. What a copy does not answer, for
whatever reason, its original does itself.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coderasst_hook.analyzers.base import Analysis, Analyzer, joined
from coderasst_hook.source import SourceFile

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

WORTH_A_COPY = 8_000
"""Characters, of some 250 lines, whose analysis takes some ten times as long as a copy."""
MOST_COPIES = 7

Files = Sequence[SourceFile]
Answers = list[Analysis]
"""One for each analyzer that files are shared out to."""


def analyze(
    analyzers: Sequence[Analyzer], files: Files, *, processes: int | None = None
) -> Analysis:
    """What all of them say, in their order and that of ``files``, however it was computed:
    in at most ``processes``, by default as many as there are processors."""
    if not analyzers or not files:
        return Analysis()
    sharers = [analyzer for analyzer in analyzers if analyzer.by_file]
    most = _processes() if processes is None else processes
    own, *others = shared_out(files, most if sharers else 1)
    # Threads come after copies: a lock that one holds would be held in the copy for ever.
    with (
        _copies(sharers, others) as copies,
        ThreadPoolExecutor(len(analyzers) + len(copies)) as pool,
    ):
        running = [
            pool.submit(analyzer.analyze, own if analyzer.by_file else files)
            for analyzer in analyzers
        ]
        waiting = [pool.submit(copy.answers) for copy in copies]
        answers = [[ran.result()] for ran in running]
        shared = [of for of, one in zip(answers, analyzers, strict=True) if one.by_file]
        for waited in waiting:
            for of, analysis in zip(shared, waited.result(), strict=True):
                of.append(analysis)
    places = {file.path: place for place, file in enumerate(files)}
    return joined(_in_order(of, places) for of in answers)


def shared_out(files: Files, processes: int) -> list[Files]:
    """``files`` in at most ``processes`` shares of about the same size. Files of a language stay
    together where they can: its rules are read in each process that meets it."""
    total = sum(len(file.text) for file in files)
    count = max(1, min(processes, total // WORTH_A_COPY, len(files)))
    if count == 1:
        return [files]
    shares: list[list[SourceFile]] = [[] for _ in range(count)]
    taken = 0
    for file in sorted(files, key=lambda file: (file.language or "", file.path)):
        middle = taken + len(file.text) // 2
        shares[min(count - 1, middle * count // total)].append(file)
        taken += len(file.text)
    return [share for share in shares if share]


def _processes() -> int:
    """This one, and as many copies as there are other processors."""
    # Elsewhere, libraries of the system do not survive it; with threads, their locks do not.
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return min(len(os.sched_getaffinity(0)), 1 + MOST_COPIES)


def _in_order(given: Sequence[Analysis], places: Mapping[str, int]) -> Analysis:
    """What one analyzer said of its shares, as if it had seen all files at once."""
    if len(given) == 1:
        return given[0]
    whole = joined(given)
    return Analysis(
        tuple(sorted(whole.findings, key=lambda one: places.get(one.location.path, -1))),
        # What is wrong with a rule is said of each share.
        tuple(dict.fromkeys(sorted(whole.skipped, key=lambda one: places.get(one.path, -1)))),
        whole.dropped,
    )


@dataclass(frozen=True, slots=True)
class _Copy:
    """Another process with the same memory, at work on ``files``."""

    process: BaseProcess
    said: Connection
    analyzers: Sequence[Analyzer]
    files: Files

    def answers(self) -> Answers:
        with suppress(EOFError, OSError):
            answers: Answers = self.said.recv()
            return answers
        return _ask(self.analyzers, self.files)


def _ask(analyzers: Sequence[Analyzer], files: Files) -> Answers:
    return [analyzer.analyze(files) for analyzer in analyzers]


@contextmanager
def _copies(analyzers: Sequence[Analyzer], shares: Sequence[Files]) -> Iterator[list[_Copy]]:
    """One for each of ``shares``; none of them is left behind."""
    copies: list[_Copy] = []
    try:
        copies.extend(_start(analyzers, share) for share in shares)
        yield copies
    finally:
        for copy in copies:
            if copy.process.pid is not None:
                copy.process.kill()
                copy.process.join()
            copy.said.close()


def _start(analyzers: Sequence[Analyzer], files: Files) -> _Copy:
    from multiprocessing import get_context  # seven milliseconds, where there is nothing to share

    context = get_context("fork")
    reading, writing = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(writing, analyzers, files), daemon=True)
    with writing, suppress(OSError):  # where there are no more processes
        process.start()
    return _Copy(process, reading, analyzers, files)


def _answer(writing: Connection, analyzers: Sequence[Analyzer], files: Files) -> None:
    """In the copy."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # its original is told, and ends it
    # Said by silence: its original meets the same, and has somebody to tell it to.
    with suppress(Exception):
        writing.send(_ask(analyzers, files))
