"""How a finding is told in Markdown, wherever it stands."""

from __future__ import annotations

import re
from urllib.parse import quote

from coderasst_hook.models import Finding, Location, Severity
from coderasst_hook.reporters.pull_request.markdown import code, link

LONGEST_NAME = 200
"""Characters shown of an id, a model's or an analyzer's name."""
LONGEST_PATH = 300
LONGEST_URL = 2_000

SYMBOLS = {
    Severity.CRITICAL: "🟣",
    Severity.HIGH: "🔴",
    Severity.MEDIUM: "🟠",
    Severity.LOW: "🔵",
}
"""For the eye alone: the word stands beside each."""

_CWE = re.compile(r"CWE-([0-9]{1,6})")
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40,64}")


def graded(severity: Severity) -> str:
    """``🔴 **High**``."""
    return f"{SYMBOLS[severity]} **{severity.value.capitalize()}**"


def kind(finding: Finding) -> str:
    """Category, rule and weakness: what the finding is an instance of."""
    parts = [finding.category.value, code(finding.rule_id, LONGEST_NAME), weakness(finding.cwe)]
    return " · ".join(part for part in parts if part)


def place(location: Location, blobs: str) -> str:
    """``path:line``, linked to the file at ``blobs`` (see ``blobs_url``) if there is one."""
    path, line, end = location.path, location.line, location.end_line
    name = path if len(path) <= LONGEST_PATH else f"…{path[1 - LONGEST_PATH :]}"
    shown = code(f"{name}:{line}" if end <= line else f"{name}:{line}-{end}")
    # Paths are bytes to git, and so is a URL's path.
    quoted = quote(path.encode("utf-8", "surrogateescape"))
    url = f"{blobs}/{quoted}#L{line}" + (f"-L{end}" if end > line else "")
    return link(shown, url) if blobs and len(url) <= LONGEST_URL else shown


def blobs_url(server_url: str, repository: str, commit: str) -> str:
    """Where the files of ``commit`` are shown; empty where that is not known."""
    if not (server_url and _REPOSITORY.fullmatch(repository) and _COMMIT.fullmatch(commit)):
        return ""
    return f"{server_url.rstrip('/')}/{repository}/blob/{commit}"


def weakness(cwe: str | None) -> str:
    match = _CWE.fullmatch(cwe or "")
    if match is None:
        return ""
    return link(f"CWE-{match[1]}", f"https://cwe.mitre.org/data/definitions/{int(match[1])}.html")
