"""``review --sarif-in``: what other tools have found already, held against the files reviewed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from coderasst_hook.analyzers.base import Analysis
from coderasst_hook.analyzers.external import sarif
from coderasst_hook.analyzers.external.adapter import as_finding, dropped, rule_id
from coderasst_hook.analyzers.external.sarif_places import relative_path
from coderasst_hook.analyzers.external.values import MalformedError, loads
from coderasst_hook.errors import UsageError
from coderasst_hook.models import Dropped, Finding, Rule, Skipped
from coderasst_hook.source import SourceFile
from coderasst_hook.untrusted import one_line

MAX_BYTES = 64 * 1024 * 1024
"""Of one file; services that take SARIF take less."""
NAME = "sarif-in"


@dataclass(frozen=True, slots=True)
class SarifFile:
    label: str
    runs: tuple[sarif.ToolRun, ...]


def read(path: Path) -> SarifFile:
    """Raises ``UsageError`` for a file that is missing, too large, or no SARIF 2.1.0."""
    label = os.fspath(path)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a file name"
        raise UsageError(f"cannot read {label}: {reason}") from None
    if len(content) > MAX_BYTES:
        raise UsageError(f"{label} is larger than {MAX_BYTES // 2**20} MiB")
    try:
        return SarifFile(label, tuple(sarif.runs(loads(content))))
    except MalformedError as error:
        raise UsageError(f"{label} is not a SARIF file: {error}") from None


class SarifAnalyzer:
    """``root`` is that of the repository, None where there is none."""

    name = NAME
    by_file = False

    def __init__(self, files: Sequence[SarifFile], root: Path | None) -> None:
        self._files = files
        self._root = root

    def rules(self) -> Sequence[Rule]:
        return ()

    def analyze(self, files: Sequence[SourceFile]) -> Analysis:
        sources = {source.path: source for source in files}
        outcomes = [
            outcome
            for file in self._files
            for run in file.runs
            for outcome in self._outcomes(run, sources)
        ]
        return Analysis(
            tuple(outcome for outcome in outcomes if isinstance(outcome, Finding)),
            tuple(_unfinished(self._files)),
            tuple(outcome for outcome in outcomes if isinstance(outcome, Dropped)),
        )

    def _outcomes(
        self, run: sarif.ToolRun, sources: Mapping[str, SourceFile]
    ) -> Iterator[Finding | Dropped]:
        roots = (*self._roots(), *run.roots)
        prefix = "" if run.tool == sarif.OURS else run.tool
        for result in run.results:
            path = relative_path(result.path, roots) if result.path else ""
            identity = rule_id(prefix, result.rule)
            if isinstance(result, sarif.Unusable):
                where = path or one_line(result.path)
                message = one_line(result.message, 300)
                yield Dropped(result.reason, where, None, identity, message)
            elif path is None:
                reason = "its file lies outside of the repository"
                yield dropped(result, identity, one_line(result.path), reason)
            elif (source := _meant(path, sources)) is None:
                yield dropped(result, identity, path, "its file is not among those reviewed")
            else:
                yield as_finding(result, source, tool=run.tool, prefix=prefix)

    def _roots(self) -> Iterator[str]:
        if self._root is not None:
            yield self._root.as_posix()
            yield self._root.resolve().as_posix()


def _meant(path: str, sources: Mapping[str, SourceFile]) -> SourceFile | None:
    # Tools on Windows forget that a URI has slashes.
    return sources.get(path) or sources.get(path.replace("\\", "/"))


def _unfinished(files: Sequence[SarifFile]) -> Iterator[Skipped]:
    """What is missing in a report must not pass for clean."""
    for file in files:
        for run in file.runs:
            if not run.successful:
                reason = f"the run of {run.tool} did not come to its end, as it says itself"
                yield Skipped(file.label, f"analyzer:{NAME}", reason)
