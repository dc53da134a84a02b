"""The one place where the parts meet: a change set goes in, a report comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from coderasst_hook.analyzers.base import Analysis, Analyzers
from coderasst_hook.baseline import Baseline
from coderasst_hook.changes import ChangeSet, FileDiff
from coderasst_hook.errors import BackendError
from coderasst_hook.intake import Exclusion, Intake, take_in
from coderasst_hook.models import (
    Coverage,
    Dropped,
    Finding,
    ModelUse,
    Report,
    Skipped,
    worst_first,
)
from coderasst_hook.reviewed import Reviewed
from coderasst_hook.settings import Settings
from coderasst_hook.source import SourceFile
from coderasst_hook.stopwatch import Stopwatch


@dataclass(frozen=True, slots=True)
class ModelReview:
    """What the model's part of a review gave."""

    findings: tuple[Finding, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    hunks_reviewed: int = 0
    chunks: int = 0
    from_cache: int = 0
    requests: int = 0
    queued: int = 0
    use: ModelUse | None = None
    note: str = ""
    """Why no model took part."""
    notes: tuple[str, ...] = ()
    error: BackendError | None = None
    """Set where the model had to take part and could not."""


class ModelReviewer(Protocol):
    def review(
        self,
        files: Sequence[FileDiff],
        sources: Mapping[str, SourceFile],
        hints: Sequence[Finding],
    ) -> ModelReview:
        """``hints`` are the analyzers' findings. Never raises for what a server does."""
        ...


def review(
    changes: ChangeSet,
    settings: Settings,
    *,
    analyzers: Analyzers,
    exclude: Exclusion,
    baseline: Baseline,
    model: ModelReviewer | None = None,
    leave_out_model: Callable[[Sequence[Finding]], str | None] = lambda findings: None,
) -> Reviewed:
    """Run analyzers, then the model, then every filter.

    ``leave_out_model`` sees the analyzers' findings and may return a reason to leave the model out
    (a commit that is stopped already need not wait for it).
    """
    watch = Stopwatch()
    with watch.lap("diff"):
        intake = take_in(changes, exclude)
    with watch.lap("analyzers"):
        analysis = analyzers.analyze(list(intake.sources.values()))
        # Not before: where a copy analyses, these are imported meanwhile.
        from coderasst_hook.analyzers.merge import merge
        from coderasst_hook.filtering import FindingFilter, drop
        from coderasst_hook.verify import merge_with_model

        static = merge(analysis.findings)
    findings_filter = FindingFilter(settings, intake.files, intake.sources)
    filtered = findings_filter.apply(static)

    answer = ModelReview()
    if model is not None and intake.files:
        reason = leave_out_model(baseline.split(filtered.kept)[0])
        with watch.lap("model"):
            # Hints are what a person would be shown: noise in the prompt is noise in the answer.
            answer = (
                ModelReview(note=reason)
                if reason
                else model.review(intake.files, intake.sources, filtered.kept)
            )
    from_model = findings_filter.apply(answer.findings)
    # Also with what is in the baseline: the model's name for it is not a new finding.
    merged = merge_with_model(filtered.kept, from_model.kept)
    new, known = baseline.split([*filtered.kept, *merged.kept])

    report = Report(
        description=changes.description,
        findings=worst_first(new),
        coverage=_coverage(intake, analyzers, analysis, answer),
        dropped=(
            *analysis.dropped,
            *filtered.dropped,
            *answer.dropped,
            *from_model.dropped,
            *merged.dropped,
            *(drop(finding, "in the baseline") for finding in known),
        ),
        timing=watch.seconds(),
        model=answer.use,
        model_note=answer.note,
        notes=(*changes.notes, *answer.notes),
    )
    return Reviewed(report, intake.sources, answer.error, intake.files, findings_filter.ignored)


def _coverage(
    intake: Intake, analyzers: Analyzers, analysis: Analysis, answer: ModelReview
) -> Coverage:
    return Coverage(
        files=len({*intake.sources, *(skip.path for skip in intake.skipped)}),
        files_reviewed=len(intake.files),
        hunks=sum(len(file.hunks) for file in intake.files),
        hunks_reviewed_by_model=answer.hunks_reviewed,
        added_lines=sum(len(file.added_lines) for file in intake.files),
        chunks=answer.chunks,
        chunks_from_cache=answer.from_cache,
        model_requests=answer.requests,
        analyzers=tuple(analyzers.names),
        skipped=(*intake.skipped, *analysis.skipped, *answer.skipped),
        queued=answer.queued,
    )
