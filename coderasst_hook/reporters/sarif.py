"""``sarif``: SARIF 2.1.0, for code scanning services and editors."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from coderasst_hook import __version__
from coderasst_hook.models import Confidence, Finding, Report, Severity, Skipped
from coderasst_hook.reporters import summary
from coderasst_hook.reporters.base import ReportContext
from coderasst_hook.reporters.jsontext import dumps
from coderasst_hook.reporters.sarif_rules import LEVELS, rule_descriptors
from coderasst_hook.visible import prose, visible
from coderasst_hook.wording import count

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
ROOT = "SRCROOT"
# A viewer sorts by rank, 0 to 100; confidence decides within a severity.
_RANKS = {Severity.CRITICAL: 90, Severity.HIGH: 70, Severity.MEDIUM: 40, Severity.LOW: 10}
_CONFIDENCE = {Confidence.HIGH: 9, Confidence.MEDIUM: 5, Confidence.LOW: 0}


class SarifReporter:
    name = "sarif"

    def render(self, report: Report, context: ReportContext) -> str:
        return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report, context)]})


REPORTER = SarifReporter()


def uri(path: str) -> str:
    """``path`` as a relative URI reference: its bytes percent-encoded, slashes kept."""
    return quote(path.encode("utf-8", "surrogateescape"), safe="/")


def _run(report: Report, context: ReportContext) -> dict[str, Any]:
    rules = rule_descriptors(context.rules, report.findings)
    index = {rule["id"]: position for position, rule in enumerate(rules)}
    root = {"originalUriBaseIds": {ROOT: _base(context.root)}} if context.root else {}
    return {
        "tool": {
            "driver": {
                "name": "coderasst",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": rules,
            }
        },
        "invocations": [
            {
                # A review that lacks a part must not pass for a clean one.
                "executionSuccessful": report.coverage.complete,
                "toolExecutionNotifications": _notifications(report),
            }
        ],
        **root,
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(finding, index[visible(finding.rule_id)]) for finding in report.findings
        ],
        "properties": {"description": _text(report.description)},
    }


def _base(root: str) -> dict[str, Any]:
    path = uri(root.replace("\\", "/")).strip("/")
    return {"uri": f"file:///{path}/" if path else "file:///"}


def _result(finding: Finding, rule_index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": visible(finding.rule_id),
        "ruleIndex": rule_index,
        "level": LEVELS[finding.severity],
        "rank": _RANKS[finding.severity] + _CONFIDENCE[finding.confidence],
        "message": {"text": _message(finding)},
        "locations": [{"physicalLocation": _physical(finding)}],
        "partialFingerprints": {"coderasst/v1": finding.fingerprint},
        "properties": {
            "category": finding.category.value,
            "severity": finding.severity.value,
            "confidence": finding.confidence.value,
            "source": _text(finding.source),
            **({"cwe": _text(finding.cwe)} if finding.cwe else {}),
        },
    }
    if finding.replacement is not None:
        result["fixes"] = [_fix(finding, finding.replacement)]
    return result


def _message(finding: Finding) -> str:
    """What, why and how to fix it; services show the first sentence where there is little room."""
    parts = (finding.message, finding.explanation, finding.suggestion)
    return "\n\n".join(_text(part).strip() for part in parts if part.strip()) or finding.rule_id


def _physical(finding: Finding) -> dict[str, Any]:
    where = finding.location
    return {
        "artifactLocation": _artifact(where.path),
        "region": {
            "startLine": where.line,
            "endLine": max(where.line, where.end_line),
            "snippet": {"text": visible(finding.evidence)},
        },
    }


def _fix(finding: Finding, replacement: str) -> dict[str, Any]:
    where = finding.location
    deleted: dict[str, int] = {"startLine": where.line, "endLine": where.end_line}
    if not replacement:
        # Without columns the line break stays; with them the lines go whole.
        deleted = {
            "startLine": where.line,
            "startColumn": 1,
            "endLine": where.end_line + 1,
            "endColumn": 1,
        }
    # A region ends before the line break, and that of CRLF includes the carriage return.
    inserted = _encodable(replacement.removesuffix("\r"))
    change = {"deletedRegion": deleted, "insertedContent": {"text": inserted}}
    return {
        "description": {"text": _text(finding.suggestion).strip() or "Replace these lines."},
        "artifactChanges": [{"artifactLocation": _artifact(where.path), "replacements": [change]}],
    }


def _notifications(report: Report) -> list[dict[str, Any]]:
    """Everything that a person should know besides the findings, the worst first."""
    skips = sorted(report.coverage.skipped, key=lambda skip: skip.stage == "diff")
    notes = [_notification(skip) for skip in skips]
    if report.coverage.queued:
        queued = f"{count(report.coverage.queued, 'chunk')} left for the background reviewer"
        notes.append({"level": "warning", "message": {"text": queued}})
    if report.model_note:
        notes.append({"level": "warning", "message": {"text": summary.absent_model(report)}})
    notes.extend({"level": "note", "message": {"text": _text(note)}} for note in report.notes)
    return notes


def _notification(skip: Skipped) -> dict[str, Any]:
    meant = skip.stage == "diff"
    who = "Left out" if meant else f"Not reviewed by {summary.who(skip.stage)}"
    physical: dict[str, Any] = {"artifactLocation": _artifact(skip.path)}
    if skip.lines:
        physical["region"] = {"startLine": skip.lines[0], "endLine": max(skip.lines)}
    return {
        "level": "note" if meant else "error",
        "message": {"text": f"{who}: {prose(skip.reason)}"},
        "locations": [{"physicalLocation": physical}],
        "properties": {"stage": _text(skip.stage)},
    }


def _artifact(path: str) -> dict[str, Any]:
    return {"uri": uri(path), "uriBaseId": ROOT}


def _text(text: str) -> str:
    """Visible text without links: SARIF has them in plain text, and a model must not place any."""
    shown = visible(text)
    return shown.replace("[", "\\[").replace("]", "\\]") if "](" in shown else shown


def _encodable(text: str) -> str:
    """Code to insert: as it is, but what JSON cannot carry to every reader."""
    return text.encode("utf-8", "replace").decode("utf-8")
