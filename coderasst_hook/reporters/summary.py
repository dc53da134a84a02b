"""How a report is summed up in words: what was reviewed, what was found, what is missing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from coderasst_hook.models import (
    Category,
    Coverage,
    Finding,
    Report,
    Severity,
    Skipped,
    worst_first,
)
from coderasst_hook.visible import one_line, prose
from coderasst_hook.wording import count

PLACES = 3
"""Places named for one reason; of more, the number."""
REASONS = 5
"""Reasons told in one line; of more, the number."""

# The note of a backend that knows the next step names a command.
_COMMAND = re.compile(r"\b(?:ollama|coderasst) [a-z]+\b")


@dataclass(frozen=True, slots=True)
class Group:
    """Everything that one stage skipped for one reason."""

    stage: str
    reason: str
    skips: tuple[Skipped, ...]


def by_reason(skips: Iterable[Skipped]) -> tuple[Group, ...]:
    """``skips`` grouped by stage and reason, the largest group first."""
    groups: dict[tuple[str, str], list[Skipped]] = {}
    for skip in skips:
        groups.setdefault((skip.stage, prose(skip.reason)), []).append(skip)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(Group(stage, reason, tuple(group)) for (stage, reason), group in ordered)


def left_out(coverage: Coverage) -> tuple[Group, ...]:
    """What was not meant to be reviewed: binary files, generated files, …"""
    return by_reason(skip for skip in coverage.skipped if skip.stage == "diff")


def by_file(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Worst first, files by their worst finding."""
    files: dict[str, list[Finding]] = {}
    for finding in worst_first(findings):
        files.setdefault(finding.location.path, []).append(finding)
    return files


def by_severity(findings: Iterable[Finding]) -> dict[Severity, int]:
    """Worst first, zeros included."""
    found = Counter(finding.severity for finding in findings)
    return {severity: found[severity] for severity in reversed(Severity)}


def by_category(findings: Iterable[Finding]) -> dict[Category, int]:
    found = Counter(finding.category for finding in findings)
    return {category: found[category] for category in Category}


def findings_in_words(findings: tuple[Finding, ...]) -> str:
    """``2 findings (1 critical, 1 medium)`` or ``no findings``."""
    if not findings:
        return "no findings"
    counts = (f"{n:,} {severity.value}" for severity, n in by_severity(findings).items() if n)
    return f"{count(len(findings), 'finding')} ({', '.join(counts)})"


def outcome(report: Report) -> str:
    """One line: what was reviewed, what was found, by whom and how fast."""
    if not report.coverage.files and report.coverage.complete:
        return f"Nothing to review: no changed files in {prose(report.description)}."
    found = findings_in_words(report.findings)
    if report.findings or not report.coverage.complete:
        verb = "Reviewed" if report.coverage.complete else "Reviewed in part:"
        sentence = f"{verb} {_scope(report.coverage)}: {found}."
    else:
        sentence = f"{found.capitalize()} in {_scope(report.coverage)}."
    total = report.timing.get("total")
    return " ".join(
        part
        for part in (sentence, reviewers(report), "" if total is None else seconds(total))
        if part
    )


def incomplete(report: Report) -> str:
    """One line: what should have been reviewed and was not, and why; empty for a whole review."""
    coverage = report.coverage
    groups = by_reason(coverage.failures)
    parts = [_failure(group) for group in groups[:REASONS]]
    if len(groups) > REASONS:
        rest = sum(len(group.skips) for group in groups[REASONS:])
        parts.append(
            f"{count(rest, 'part')} more for {count(len(groups) - REASONS, 'other reason')}"
        )
    if coverage.queued:
        parts.append(f"{count(coverage.queued, 'chunk')} queued for the background reviewer")
    return f"Not complete: {'; '.join(parts)}." if parts else ""


def absent_model(report: Report) -> str:
    """One line: why no model took part and what to do; empty where one did or none was wanted."""
    note = prose(report.model_note).rstrip(".")
    if not note:
        return ""
    step = "" if _COMMAND.search(note) else "; coderasst doctor says what is missing"
    return f"No model took part: {note}{step}."


def reviewers(report: Report) -> str:
    """Who looked: the model and its share, or the analyzers alone."""
    coverage, model = report.coverage, report.model
    if model is None:
        names = ", ".join(coverage.analyzers) or "none"
        return f"Analyzers: {names}." if report.model_note else f"No model; analyzers: {names}."
    share = f"{coverage.hunks_reviewed_by_model:,} of {count(coverage.hunks, 'hunk')}"
    cached = coverage.chunks_from_cache
    kept = f", {cached:,} of {count(coverage.chunks, 'answer')} cached" if cached else ""
    return f"Model: {one_line(model.name)}, {share}{kept}."


def seconds(duration: float) -> str:
    """``0.4 s``, ``2 min 5 s``."""
    if duration < 59.95:
        return f"{duration:.1f} s"
    return f"{round(duration) // 60} min {round(duration) % 60} s"


def place(skip: Skipped) -> str:
    """``path``, ``path:3`` or ``path:3-9``."""
    path = one_line(skip.path)
    if skip.lines is None:
        return path
    first, last = skip.lines
    return f"{path}:{first}" if first == last else f"{path}:{first}-{last}"


def who(stage: str) -> str:
    """A stage as people call it."""
    return {"model": "the model", "diff": "left out"}.get(
        stage, one_line(stage.removeprefix("analyzer:"))
    )


def _scope(coverage: Coverage) -> str:
    reviewed, files = coverage.files_reviewed, coverage.files
    whole = reviewed == files
    scope = count(files, "file") if whole else f"{reviewed:,} of {count(files, 'file')}"
    groups = left_out(coverage)
    if groups:
        total = sum(len(group.skips) for group in groups)
        named = [_reason_and_number(group, total) for group in groups[:PLACES]]
        more = ["other reasons"] if len(groups) > PLACES else []
        scope += f" ({total:,} left out: {', '.join(named + more)})"
    hunks, lines = count(coverage.hunks, "hunk"), count(coverage.added_lines, "added line")
    return f"{scope}, {hunks}, {lines}"


def _reason_and_number(group: Group, total: int) -> str:
    here = len(group.skips)
    return group.reason if here in (1, total) else f"{group.reason} {here:,}"


def _failure(group: Group) -> str:
    places = sorted({place(skip) for skip in group.skips})
    named = ", ".join(places[:PLACES])
    if len(places) > PLACES:
        named += f" and {len(places) - PLACES:,} more"
    parts = count(len(group.skips), "part" if any(skip.lines for skip in group.skips) else "file")
    return f"{who(group.stage)} did not review {parts} ({group.reason}: {named})"
