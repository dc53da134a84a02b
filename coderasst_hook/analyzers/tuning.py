"""What every analyzer does alike with a finding: where it is, how grave, what is shown of it."""

from __future__ import annotations

import re

from coderasst_hook.languages import is_test_path
from coderasst_hook.models import Location, Severity
from coderasst_hook.redact import mask
from coderasst_hook.source import SourceFile

MAX_LINES = 12
"""Longest location: what an excerpt can show."""

_IN_TESTS = {
    Severity.CRITICAL: Severity.MEDIUM,
    Severity.HIGH: Severity.MEDIUM,
    Severity.MEDIUM: Severity.LOW,
    Severity.LOW: Severity.LOW,
}


def severity_in(path: str, severity: Severity, in_tests: Severity | None = None) -> Severity:
    """``severity``, lowered in tests and examples, whose code meets no stranger's input."""
    if not is_test_path(path):
        return severity
    return in_tests or _IN_TESTS[severity]


def is_marked_as_meant(line: str) -> bool:
    """Whether a person has told another tool that this line of dangerous code is meant: bandit,
    gosec, ruff, pylint or SonarQube. A mark without a name says too little."""
    return _MEANT.search(line) is not None


_MEANT = re.compile(
    r"(?:#|//|/\*)\s*(?:nosec\b|nolint:[\w,]*\bgosec\b|NOSONAR\b"
    r"|noqa:\s*(?:[A-Z]+\d+[,\s]+)*S\d{3}|pylint:\s*disable=[\w,-]*(?:exec|eval)-used)"
)


def location(source: SourceFile, line: int, end_line: int) -> Location:
    """``line`` to ``end_line``, within the file and never longer than can be shown."""
    first = min(max(line, 1), max(len(source.lines), 1))
    last = min(max(end_line, first), max(len(source.lines), 1), first + MAX_LINES - 1)
    return Location(source.path, first, last)


def evidence(source: SourceFile, line: int) -> str:
    return mask(source.line(line).strip())


def readable(text: str) -> str:
    """``text`` without lone surrogates, which neither parsers nor pipes take; as many lines."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def utf8(text: str) -> bytes:
    """The bytes that ``text`` was read from."""
    return text.encode("utf-8", "surrogateescape")
