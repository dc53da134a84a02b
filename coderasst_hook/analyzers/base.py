"""What an analyzer is: a deterministic source of findings.

An analyzer sees whole files, so that it can judge in context, and may report any line; the engine
keeps what the filter asks for. One that fails records a ``Skipped`` and lets the others go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from coderasst_hook.models import Dropped, Finding, Rule, Skipped
from coderasst_hook.source import SourceFile


@dataclass(frozen=True, slots=True)
class Analysis:
    findings: tuple[Finding, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    """What another tool says that cannot be a finding here."""


def joined(analyses: Iterable[Analysis]) -> Analysis:
    listed = list(analyses)
    return Analysis(
        tuple(finding for one in listed for finding in one.findings),
        tuple(skip for one in listed for skip in one.skipped),
        tuple(drop for one in listed for drop in one.dropped),
    )


class Analyzer(Protocol):
    name: str
    by_file: bool
    """Whether it judges each file by itself, so that it may be asked of one share after another."""

    def rules(self) -> Sequence[Rule]:
        """Every rule that it can report, for ``coderasst rules`` and for SARIF metadata."""
        ...

    def analyze(self, files: Sequence[SourceFile]) -> Analysis: ...


class Analyzers(Protocol):
    """Some of them, asked together."""

    @property
    def names(self) -> Sequence[str]: ...

    def analyze(self, files: Sequence[SourceFile]) -> Analysis: ...
