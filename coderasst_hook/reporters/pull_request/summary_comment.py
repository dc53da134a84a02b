"""The one comment that sums a pull request up, updated in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coderasst_hook.github.markers import StateMarker
from coderasst_hook.models import Finding, Report


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of findings in this run."""

    posted: int = 0
    already: int = 0
    """Posted by an earlier run, and still open."""
    resolved: int = 0
    reopened: int = 0
    dismissed: int = 0


@dataclass(frozen=True, slots=True)
class Links:
    """Where things are; what is empty is not mentioned."""

    server_url: str = ""
    repository: str = ""
    """ "owner/name"."""
    run_url: str = ""
    files: Sequence[tuple[str, str]] = ()
    """Where all findings are: what to call it ("SARIF report") and its URL or file name."""


@dataclass(frozen=True, slots=True)
class SummaryInput:
    """``report`` is this run's; ``not_inline`` are the findings that no comment shows, those
    carried from earlier runs included."""

    report: Report
    state: StateMarker
    scope: Sequence[str] = ()
    """Sentences: which range was covered, why not more."""
    not_inline: Sequence[Finding] = ()
    tally: Tally = Tally()
    links: Links = Links()
    requests: int = 0
    """Sent to GitHub."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """``left_out``: those of ``not_inline`` that the text had no room for."""

    text: str
    left_out: tuple[Finding, ...] = ()


def render_summary(given: SummaryInput) -> Rendered:
    """The body of the summary comment."""
    raise NotImplementedError


def summary_comment(given: SummaryInput) -> str:
    return render_summary(given).text
