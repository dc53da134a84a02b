"""What the summaries of a pull request are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from coderasst_hook.github.markers import StateMarker
from coderasst_hook.models import Finding, Report


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of findings and their threads in this run."""

    posted: int = 0
    already: int = 0
    """Posted by an earlier run, and still there."""
    resolved: int = 0
    reopened: int = 0
    dismissed: int = 0


@dataclass(frozen=True, slots=True)
class Links:
    """Where things are; what is empty is not mentioned."""

    server_url: str = ""
    repository: str = ""
    """ "owner/name", whose page shows the files of the head commit."""
    run_url: str = ""
    reports: Sequence[tuple[str, str]] = ()
    """Where every finding is: what it is ("SARIF report"), and its URL, file or artifact."""


@dataclass(frozen=True, slots=True)
class SummaryInput:
    """``report`` is this run's, ``not_inline`` the findings that no comment shows, those carried
    from earlier runs included. Texts are masked and defused where they are rendered."""

    report: Report
    state: StateMarker
    scope: Sequence[str] = ()
    """Sentences: which range was covered, and why not another."""
    not_inline: Sequence[Finding] = ()
    why_not_inline: Mapping[str, int] = field(default_factory=dict)
    """How many of them for which reason: {"more than the comments of one run": 12}."""
    current: Sequence[Finding] | None = None
    """All findings that the pull request has now, for the title and the table; None: those of the
    report and those not inline."""
    tally: Tally = Tally()
    links: Links = Links()
    requests: int = 0
    """Sent to GitHub so far."""

    @property
    def counted(self) -> tuple[Finding, ...]:
        if self.current is not None:
            return tuple(self.current)
        reported = {finding.fingerprint for finding in self.report.findings}
        carried = (f for f in self.not_inline if f.fingerprint not in reported)
        return (*self.report.findings, *carried)


@dataclass(frozen=True, slots=True)
class Rendered:
    """``left_out``: those of ``not_inline`` that the text had no room for."""

    text: str
    left_out: tuple[Finding, ...] = ()
