"""What a reporter is: it turns a ``Report`` into text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from coderasst_hook.models import Report, Rule, Severity
from coderasst_hook.source import SourceFile


@dataclass(frozen=True, slots=True)
class ReportContext:
    """What a reporter may need beside the report itself."""

    sources: Mapping[str, SourceFile] = field(default_factory=dict)
    """By path, for excerpts."""
    rules: Sequence[Rule] = ()
    fail_on: Severity = Severity.HIGH
    verbose: bool = False
    color: bool = False
    width: int = 100
    root: str = ""
    """Absolute path of the repository, for SARIF's ``originalUriBaseIds``; may be empty."""
    encoding: str = "utf-8"
    """Of the stream that the text is written to; what it lacks is shown in another way."""


class Reporter(Protocol):
    name: str

    def render(self, report: Report, context: ReportContext) -> str: ...
