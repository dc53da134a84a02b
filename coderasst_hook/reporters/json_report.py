"""``json``: everything that the report says, for programs. ``report.schema.json`` describes it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from coderasst_hook import __version__
from coderasst_hook.models import Coverage, Finding, Report, Skipped
from coderasst_hook.reporters.base import ReportContext
from coderasst_hook.reporters.jsontext import dumps
from coderasst_hook.reporters.summary import by_category, by_severity

VERSION = 1
"""Raised when a field is removed or changes its meaning; a new field does not raise it."""


class JsonReporter:
    name = "json"

    def render(self, report: Report, context: ReportContext) -> str:
        return dumps(as_dict(report))


REPORTER = JsonReporter()


def as_dict(report: Report) -> dict[str, Any]:
    """``report`` in plain values. Times are in seconds, paths relative to the repository."""
    return {
        "version": VERSION,
        "tool": {"name": "coderasst", "version": __version__},
        "description": report.description,
        "summary": {
            "total": len(report.findings),
            "by_severity": {key.value: n for key, n in by_severity(report.findings).items()},
            "by_category": {key.value: n for key, n in by_category(report.findings).items()},
        },
        "findings": [_finding(finding) for finding in report.findings],
        "coverage": _coverage(report.coverage),
        "timing": report.timing,
        "model": asdict(report.model) if report.model else None,
        "model_note": report.model_note,
        "dropped": [asdict(drop) for drop in report.dropped],
        "notes": list(report.notes),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule_id": finding.rule_id,
        "category": finding.category.value,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "cwe": finding.cwe,
        "path": finding.location.path,
        "line": finding.location.line,
        "end_line": finding.location.end_line,
        "message": finding.message,
        "explanation": finding.explanation,
        "suggestion": finding.suggestion,
        "replacement": finding.replacement,
        "evidence": finding.evidence,
        "source": finding.source,
        "fingerprint": finding.fingerprint,
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "complete": coverage.complete,
        "files": coverage.files,
        "files_reviewed": coverage.files_reviewed,
        "hunks": coverage.hunks,
        "hunks_reviewed_by_model": coverage.hunks_reviewed_by_model,
        "added_lines": coverage.added_lines,
        "chunks": coverage.chunks,
        "chunks_from_cache": coverage.chunks_from_cache,
        "model_requests": coverage.model_requests,
        "analyzers": list(coverage.analyzers),
        "queued": coverage.queued,
        "skipped": [_skipped(skip) for skip in coverage.skipped],
    }


def _skipped(skip: Skipped) -> dict[str, Any]:
    return {
        "path": skip.path,
        "stage": skip.stage,
        "reason": skip.reason,
        "lines": list(skip.lines) if skip.lines else None,
    }
