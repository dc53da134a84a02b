"""Semgrep, with the rules that the repository holds: nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator

from coderasst_hook.analyzers.external.linter import Linter
from coderasst_hook.analyzers.external.reported import Reported
from coderasst_hook.analyzers.external.values import Table, cwe_in, line_of, loads, table, tables
from coderasst_hook.analyzers.external.values import text as text_at
from coderasst_hook.analyzers.ruff_edits import Edit
from coderasst_hook.models import Category, Confidence, Severity

_SEVERITIES = {
    "CRITICAL": Severity.CRITICAL,
    "HIGH": Severity.HIGH,
    "ERROR": Severity.HIGH,
    "MEDIUM": Severity.MEDIUM,
    "WARNING": Severity.MEDIUM,
}
_CATEGORIES = {
    "security": Category.SECURITY,
    "correctness": Category.CORRECTNESS,
    "performance": Category.PERFORMANCE,
    "maintainability": Category.MAINTAINABILITY,
}
_CONFIDENCES = {"HIGH": Confidence.HIGH, "LOW": Confidence.LOW}


def parse(answer: bytes) -> Iterator[Reported]:
    for result in tables(table(loads(answer)).get("results")):
        start, end = table(result.get("start")), table(result.get("end"))
        extra = table(result.get("extra"))
        about = table(extra.get("metadata"))
        cwe = cwe_in(about.get("cwe"))
        yield Reported(
            path=text_at(result, "path"),
            line=line_of(start, "line"),
            end_line=line_of(end, "line"),
            rule=text_at(result, "check_id"),
            message=text_at(extra, "message"),
            severity=_SEVERITIES.get(text_at(extra, "severity"), Severity.LOW),
            category=Category.SECURITY if cwe else _CATEGORIES.get(str(about.get("category"))),
            cwe=cwe,
            confidence=_CONFIDENCES.get(str(about.get("confidence")), Confidence.MEDIUM),
            edits=_edits(extra, start, end),
        )


def _edits(extra: Table, start: Table, end: Table) -> tuple[Edit, ...]:
    if not isinstance(extra.get("fix"), str):
        return ()
    places = (line_of(start, "line"), line_of(start, "col"))
    return (Edit(*places, line_of(end, "line"), line_of(end, "col"), text_at(extra, "fix")),)


LINTER = Linter(
    name="semgrep",
    arguments=("scan", "--json", "--quiet", "--metrics=off", "--disable-version-check"),
    wants=lambda source: True,
    parse=parse,
    category=Category.CODE_SMELL,
    install="pip install semgrep",
    markers=(".semgrep.yml", ".semgrep.yaml", ".semgrep"),
    needs_marker=True,
    marker_option="--config",
)
