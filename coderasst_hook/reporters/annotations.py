"""``github``: workflow commands, which GitHub Actions shows on the lines of the change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from coderasst_hook.models import Finding, Report, Severity, worst_first
from coderasst_hook.reporters import summary
from coderasst_hook.reporters.base import ReportContext
from coderasst_hook.visible import inert, one_line, visible

PER_LEVEL = 10
"""Annotations of one level that GitHub keeps of one step; it drops further ones in silence."""
PER_JOB = 50
"""Annotations that GitHub keeps of one job."""

LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
}


class GitHubReporter:
    name = "github"

    def render(self, report: Report, context: ReportContext) -> str:
        return "".join(f"{line}\n" for line in _lines(report))


REPORTER = GitHubReporter()


def command(level: str, message: str, properties: Mapping[str, str | int]) -> str:
    """One workflow command. The runner takes ``%``, line breaks and, in properties, ``:`` and
    ``,`` for its own; each must be escaped, ``%`` first."""
    fields = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{level} {fields}::{_data(message)}"


def _lines(report: Report) -> Iterator[str]:
    missing, absent = summary.incomplete(report), summary.absent_model(report)
    findings = worst_first(report.findings)
    # What tells that this is not all must not be what GitHub drops.
    room = {"error": PER_LEVEL, "warning": PER_LEVEL - bool(missing), "notice": PER_LEVEL - 1}
    shown = list(_capped(findings, room, PER_JOB - 2))
    yield from (_annotation(finding) for finding in shown)
    if missing:
        yield command("warning", missing, {"title": "The review is not complete"})
    if len(shown) < len(findings):
        yield command("notice", _left_out(findings, shown), {"title": "More findings"})
    for line in (absent, summary.outcome(report)):
        if line:
            yield inert(line)


def _capped(findings: Iterable[Finding], room: dict[str, int], in_all: int) -> Iterator[Finding]:
    for finding in findings:
        level = LEVELS[finding.severity]
        if room[level] > 0 and in_all > 0:
            room[level] -= 1
            in_all -= 1
            yield finding


def _annotation(finding: Finding) -> str:
    where = finding.location
    cwe = f" ({finding.cwe})" if finding.cwe else ""
    title = f"{finding.severity.value} {finding.category.value}: {finding.rule_id}{cwe}"
    paragraphs = (finding.message, finding.explanation, finding.suggestion)
    return command(
        LEVELS[finding.severity],
        "\n".join(visible(text).strip() for text in paragraphs if text.strip()),
        {
            "file": visible(where.path),
            "line": where.line,
            "endLine": where.end_line,
            "title": one_line(title),
        },
    )


def _left_out(findings: tuple[Finding, ...], shown: list[Finding]) -> str:
    kept = set(map(id, shown))
    rest = tuple(finding for finding in findings if id(finding) not in kept)
    return (
        f"{summary.findings_in_words(rest)} more than GitHub shows of one step; "
        "the log of another format (text, json, html) has them all."
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
