"""Runs one linter of the repository on the changed files."""

from __future__ import annotations

import posixpath
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from coderasst_hook.analyzers.base import Analysis
from coderasst_hook.analyzers.external.adapter import as_finding, tool_name
from coderasst_hook.analyzers.external.jobs import Job, jobs
from coderasst_hook.analyzers.external.linter import Linter
from coderasst_hook.analyzers.external.process import (
    Answer,
    LinterError,
    TookTooLongError,
    find,
    run,
)
from coderasst_hook.analyzers.external.ratings import rated
from coderasst_hook.analyzers.external.reported import Reported
from coderasst_hook.analyzers.external.values import MalformedError
from coderasst_hook.models import Dropped, Finding, Rule, Skipped
from coderasst_hook.source import SourceFile


class ExternalAnalyzer:
    """``root`` is the working tree, None where there is none; ``timeout`` seconds are for all runs
    together."""

    by_file = False

    def __init__(self, linter: Linter, root: Path | None, *, timeout: float) -> None:
        self.name = linter.name
        self._linter = linter
        self._root = root
        self._timeout = timeout

    def rules(self) -> Sequence[Rule]:
        return ()

    def analyze(self, files: Sequence[SourceFile]) -> Analysis:
        wanted = [source for source in files if self._linter.wants(source)]
        if not wanted:
            return Analysis()
        if self._root is None:
            reason = "it needs a repository with a working tree"
            return Analysis(skipped=tuple(self._skips(wanted, reason)))
        outcomes = list(self._outcomes(wanted, self._root))
        return Analysis(
            tuple(outcome for outcome in outcomes if isinstance(outcome, Finding)),
            tuple(outcome for outcome in outcomes if isinstance(outcome, Skipped)),
            tuple(outcome for outcome in outcomes if isinstance(outcome, Dropped)),
        )

    def _outcomes(
        self, files: Sequence[SourceFile], root: Path
    ) -> Iterator[Finding | Skipped | Dropped]:
        end = time.monotonic() + self._timeout
        for job in jobs(self._linter, files, root):
            if isinstance(job, Skipped):
                yield job
                continue
            try:
                reported = self._answer(job, root, end)
            except TookTooLongError:
                reason = f"it took longer than {self._timeout:g} s (analyzers.external_timeout)"
                yield from self._skips(job.files, reason)
            except LinterError as error:
                yield from self._skips(job.files, str(error))
            else:
                yield from self._findings(job, reported, root)

    def _answer(self, job: Job, root: Path, end: float) -> Sequence[Reported]:
        linter, folder = self._linter, root / job.folder
        program = find(linter.command, folder, root, linter.local)
        if program is None:
            raise LinterError(f"{linter.command} is not installed; {linter.install}")
        answer = self._run([program, *linter.arguments], job, folder, end)
        if linter.older and answer.code != 0 and b"unknown flag" in answer.said:
            answer = self._run([program, *linter.older], job, folder, end)
        return _understood(linter, answer)

    def _run(self, command: Sequence[str], job: Job, folder: Path, end: float) -> Answer:
        left = end - time.monotonic()
        if left <= 0:
            raise TookTooLongError
        return run([*command, *job.arguments], cwd=folder, timeout=left, stdin=job.stdin or b"")

    def _findings(
        self, job: Job, reported: Iterable[Reported], root: Path
    ) -> Iterator[Finding | Dropped]:
        wanted = {source.path: source for source in job.files}
        for one in reported:
            source = _meant(one.path, job, wanted, root)
            if source is not None:  # else of a file that is not in the change
                known = rated(one, self.name, self._linter.category)
                yield as_finding(known, source, tool=tool_name(self.name))

    def _skips(self, files: Iterable[SourceFile], reason: str) -> Iterator[Skipped]:
        return (Skipped(source.path, self._linter.stage, reason) for source in files)


def _understood(linter: Linter, answer: Answer) -> Sequence[Reported]:
    """Raises ``LinterError`` for a run that failed, whatever its exit code says."""
    failed = LinterError(f"{linter.name} failed (exit code {answer.code}): {answer.complaint}")
    if answer.code not in linter.accept:
        raise failed
    try:
        reported = list(linter.parse(answer.output))
    except MalformedError as error:
        if answer.code != 0:
            raise failed from None
        raise LinterError(f"its answer cannot be read: {error}") from None
    if answer.code != 0 and not reported:
        raise failed
    return reported


def _meant(path: str, job: Job, wanted: Mapping[str, SourceFile], root: Path) -> SourceFile | None:
    """The file that a linter calls ``path``: absolute, or from its folder or one above it (cargo
    names files from the root of the workspace)."""
    if job.stdin is not None:
        return job.files[0]
    path = path.replace("\\", "/") if "\\" in path and path not in wanted else path
    bases = [job.folder]
    while bases[-1]:
        bases.append(posixpath.dirname(bases[-1]))
    if posixpath.isabs(path):
        bases = [""]
        for start in {root.as_posix(), root.resolve().as_posix()}:
            path = path.removeprefix(f"{start}/")
    names = (posixpath.normpath(posixpath.join(base, path)) for base in bases)
    return next((wanted[name] for name in names if name in wanted), None)
