"""What comes out of a review. Apart from the engine, so that a run with nothing to review need not
load it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coderasst_hook.changes import ChangeSet
from coderasst_hook.errors import BackendError
from coderasst_hook.models import Report
from coderasst_hook.source import SourceFile


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A report, the sources that its findings are about, and what kept the model out of it."""

    report: Report
    sources: Mapping[str, SourceFile]
    error: BackendError | None = None


def nothing_to_review(changes: ChangeSet) -> Reviewed:
    """The outcome for a change set without files."""
    return Reviewed(Report(changes.description, notes=changes.notes, timing={"total": 0.0}), {})
