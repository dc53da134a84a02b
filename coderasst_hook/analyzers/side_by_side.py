"""All analyzers over all files, side by side: in threads, since some wait for a process, and where
there is enough to compute, in copies of this process, since threads of Python compute in turn.

What a copy does not answer, for whatever reason, its original does itself.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from coderasst_hook.analyzers import copies
from coderasst_hook.analyzers.base import Analysis, Analyzer, joined
from coderasst_hook.source import SourceFile

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
    most = min(copies.processors(), 1 + MOST_COPIES) if processes is None else processes
    own, *others = shared_out(files, most if sharers else 1)
    # Threads come after copies: a lock that one holds would be held in the copy for ever.
    with (
        _given(sharers, others) as given,
        ThreadPoolExecutor(len(analyzers) + len(given)) as pool,
    ):
        running = [
            pool.submit(analyzer.analyze, own if analyzer.by_file else files)
            for analyzer in analyzers
        ]
        waiting = [pool.submit(one.answers) for one in given]
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
class _Shared:
    """``files``, given to another process; ``copy`` is None where there is none to be had."""

    copy: copies.Copy | None
    analyzers: Sequence[Analyzer]
    files: Files

    def answers(self) -> Answers:
        answers: Answers | None = None if self.copy is None else self.copy.answer()
        return _ask(self.analyzers, self.files) if answers is None else answers


def _ask(analyzers: Sequence[Analyzer], files: Files) -> Answers:
    return [analyzer.analyze(files) for analyzer in analyzers]


@contextmanager
def _given(analyzers: Sequence[Analyzer], shares: Sequence[Files]) -> Iterator[list[_Shared]]:
    """A copy for each of ``shares``; none of them is left behind."""
    given: list[_Shared] = []
    try:
        given.extend(_give(analyzers, share) for share in shares)
        yield given
    finally:
        for one in given:
            if one.copy is not None:
                one.copy.end()


def _give(analyzers: Sequence[Analyzer], files: Files) -> _Shared:
    def work(questions: BinaryIO, answers: BinaryIO) -> None:
        pickle.dump(_ask(analyzers, files), answers)

    return _Shared(copies.start(work), analyzers, files)
