"""No secret leaves in a report: texts of a model may repeat what they are about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from coderasst_hook.models import Finding, Report
from coderasst_hook.redact import MASK, mask
from coderasst_hook.source import SourceFile

LONGEST_LINE = 100_000
"""Characters of a line that are looked at: of a minified file there can be millions."""
LONGEST_SECRET = 4_000


def masked(report: Report) -> Report:
    """``report`` with the secrets in its texts masked; evidence is masked where it is made."""
    return replace(
        report,
        findings=tuple(masked_finding(finding) for finding in report.findings),
        dropped=tuple(replace(drop, message=mask(drop.message)) for drop in report.dropped),
    )


def masked_lines(source: SourceFile, findings: Iterable[Finding]) -> tuple[str, ...]:
    """The lines of ``source`` with secrets masked, those that span lines too.

    An analyzer knows secrets that have no known form: where it masked the evidence of one of
    ``findings`` (those of this file), that is shown in place of the line.
    """
    head = "\n".join(line[: LONGEST_LINE + LONGEST_SECRET] for line in source.lines)
    # What is cut off a second time may be a part of a secret that the first cut has hidden.
    lines = [line[:LONGEST_LINE] for line in mask(head).split("\n")]
    for finding in findings:
        if MASK in finding.evidence:
            for number, text in enumerate(finding.evidence.split("\n"), finding.location.line):
                if 1 <= number <= len(lines):
                    lines[number - 1] = _indentation(lines[number - 1]) + text.strip()
    return tuple(lines)


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def masked_finding(finding: Finding) -> Finding:
    """``finding`` with the secrets in its texts masked; one in its replacement costs it that."""
    replacement = finding.replacement
    return replace(
        finding,
        message=mask(finding.message),
        explanation=mask(finding.explanation),
        suggestion=mask(finding.suggestion),
        # A replacement with its secret masked would destroy code when applied.
        replacement=None if replacement and mask(replacement) != replacement else replacement,
    )
