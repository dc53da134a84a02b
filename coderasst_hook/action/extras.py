"""A check run and code scanning, for those who ask: each may fail without harm."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from coderasst_hook.action.job import Job
from coderasst_hook.action.outputs import say
from coderasst_hook.github.errors import GitHubError
from coderasst_hook.github.values import AnnotationLevel, CheckAnnotation, PullRequest
from coderasst_hook.models import Finding, Report, Severity
from coderasst_hook.reporters.base import ReportContext
from coderasst_hook.reporters.registry import render
from coderasst_hook.reporters.summary import findings_in_words, incomplete, outcome
from coderasst_hook.visible import prose, visible

CHECK = "coderasst"
_LEVELS = {
    Severity.CRITICAL: AnnotationLevel.FAILURE,
    Severity.HIGH: AnnotationLevel.FAILURE,
    Severity.MEDIUM: AnnotationLevel.WARNING,
    Severity.LOW: AnnotationLevel.NOTICE,
}


def send(
    job: Job,
    pull: PullRequest,
    counted: Report,
    whole: Report,
    context: ReportContext,
    fails: bool,
) -> None:
    """``counted`` are the findings that nobody dismissed. One line tells what GitHub refused."""
    github = job.github
    if github is None:
        return
    if job.options.check_run:
        conclusion = "failure" if fails else "neutral" if incomplete(counted) else "success"
        summary = "\n\n".join(filter(None, (outcome(counted), incomplete(counted))))
        _softly(
            "no check run was made",
            lambda: github.writes.check_run(
                pull.head_sha,
                CHECK,
                conclusion,
                findings_in_words(counted.findings),
                visible(summary),
                tuple(_annotations(counted)),
            ),
        )
    if job.options.upload_sarif:
        _softly(
            "nothing was sent to code scanning",
            lambda: github.writes.upload_sarif(
                pull.head_sha, f"refs/pull/{pull.number}/head", render("sarif", whole, context)
            ),
        )


def _softly(what: str, action: Callable[[], None]) -> None:
    try:
        action()
    except GitHubError as error:
        say(f"{what}: {error}")


def _annotations(report: Report) -> Iterator[CheckAnnotation]:
    for finding in report.findings:
        yield CheckAnnotation(
            path=finding.location.path,
            start_line=finding.location.line,
            end_line=finding.location.end_line,
            level=_LEVELS[finding.severity],
            title=prose(f"{finding.severity.value} {finding.category.value}: {finding.rule_id}"),
            message=_message(finding),
        )


def _message(finding: Finding) -> str:
    texts = (finding.message, finding.explanation, finding.suggestion)
    return "\n\n".join(visible(text).strip() for text in texts if text.strip())
