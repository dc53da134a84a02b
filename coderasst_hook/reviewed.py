"""What comes out of a review. Apart from the engine, so that a run with nothing to review need not
load it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from coderasst_hook.changes import ChangeSet, FileDiff
from coderasst_hook.errors import BackendError
from coderasst_hook.models import Finding, Report
from coderasst_hook.source import SourceFile


@dataclass(frozen=True, slots=True)
class Ignored:
    """A finding that a person's marker on ``line`` suppresses; ``reason`` may be empty."""

    finding: Finding
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A report, the sources that its findings are about, and what kept the model out of it."""

    report: Report
    sources: Mapping[str, SourceFile]
    error: BackendError | None = None
    files: tuple[FileDiff, ...] = ()
    """The changes that were reviewed, for the lines around a finding."""
    ignored: tuple[Ignored, ...] = ()
    """What markers for single lines suppress; the report tells it among what was dropped."""

    def with_note(self, note: str) -> Reviewed:
        report = replace(self.report, notes=(*self.report.notes, note))
        return replace(self, report=report)


def nothing_to_review(changes: ChangeSet) -> Reviewed:
    """The outcome for a change set without files."""
    return Reviewed(Report(changes.description, notes=changes.notes, timing={"total": 0.0}), {})
