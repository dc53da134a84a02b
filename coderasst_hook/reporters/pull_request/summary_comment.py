"""The one comment that sums a pull request up, updated in place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from coderasst_hook.github.markers import StateMarker
from coderasst_hook.models import Category, Finding, Report, Severity
from coderasst_hook.redact import mask
from coderasst_hook.reporters import summary
from coderasst_hook.reporters.masking import masked
from coderasst_hook.reporters.pull_request.coverage_words import coverage_list
from coderasst_hook.reporters.pull_request.finding_list import listed
from coderasst_hook.reporters.pull_request.limits import LONGEST_BODY, size
from coderasst_hook.reporters.pull_request.markdown import code, details, inline, link
from coderasst_hook.reporters.pull_request.summary_input import (
    Links,
    Rendered,
    SummaryInput,
    Tally,
)
from coderasst_hook.reporters.pull_request.words import SYMBOLS, blobs_url
from coderasst_hook.wording import count

__all__ = ["Links", "Rendered", "SummaryInput", "Tally", "render_summary", "summary_comment"]

LEAST_FOR_LIST = 4_000
"""Bytes that the list of findings has before anything that can be missed better."""
# What stands above the list has room beside the largest marker, whatever its texts are.
LONGEST_SENTENCE = 600
LONGEST_SCOPE = 1_200
LONGEST_NOTES = 600
LONGEST_REASON = 150
MOST_REASONS = 3
MOST_REPORTS = 8

_ANSWERS = (
    "<sub>Answer a comment with 👍 or 👎, or reply `/coderasst explain`, `/coderasst fix`, "
    "`/coderasst recheck`, or `/coderasst dismiss` with a reason.</sub>"
)
_NONE: tuple[Finding, ...] = ()
_COMMIT = re.compile(r"[0-9a-f]{40,64}")


def summary_comment(given: SummaryInput) -> str:
    return render_summary(given).text


def render_summary(given: SummaryInput) -> Rendered:
    """The body of the comment, with the state as its last line."""
    state = _masked_state(given.state).encode()
    return render(given, LONGEST_BODY, (_ANSWERS, state) if _has_comments(given) else (state,))


def render(given: SummaryInput, limit: int, end: tuple[str, ...] = ()) -> Rendered:
    """At most ``limit`` bytes. ``end`` is never cut; the list of findings is, and below it, from
    the last part on, what would leave it no room."""
    given = replace(given, report=_masked_report(given.report))
    above = [part for part in (_title(given), _table(given.counted), _said(given)) if part]
    below = [part for part in _below(given) if part]
    heading = _heading(given)
    while below and _joined_size([*above, heading, *below, *end]) > limit - LEAST_FOR_LIST:
        below.pop()
    findings, left_out = "", _NONE
    if given.not_inline:
        room = limit - _joined_size([*above, heading, *below, *end])
        blobs = blobs_url(given.links.server_url, given.links.repository, given.state.head_sha)
        findings, left_out = listed(
            given.not_inline, room, blobs=blobs, elsewhere=_elsewhere(given.links)
        )
    parts = (*above, heading, findings, *below, *end)
    return Rendered("\n\n".join(part for part in parts if part), left_out)


def _joined_size(parts: list[str]) -> int:
    return sum(size(part) + len("\n\n") for part in parts)


def _title(given: SummaryInput) -> str:
    found = summary.findings_in_words(given.counted)
    partial = "" if given.report.coverage.complete else ", and not all was reviewed"
    return f"### coderasst: {found}{partial}"


def _table(findings: tuple[Finding, ...]) -> str:
    """Severities from left to right, worst first; categories that have findings."""
    if not findings:
        return ""
    severities = tuple(reversed(Severity))
    heads = (f"{SYMBOLS[severity]} {severity.value}" for severity in severities)
    rows = [_row("Category", *heads, "all"), _row(":--", *["--:"] * (len(severities) + 1))]
    groups = [[f for f in findings if f.category is category] for category in Category]
    for category, group in zip(Category, groups, strict=True):
        if group:
            rows.append(_row(category.value, *_counts(group)))
    if sum(map(bool, groups)) > 1:
        rows.append(_row("all", *_counts(findings)))
    return "\n".join(rows)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _counts(findings: tuple[Finding, ...] | list[Finding]) -> list[str]:
    numbers = [*summary.by_severity(findings).values(), len(findings)]
    return [f"{number:,}" if number else "" for number in numbers]


def _said(given: SummaryInput) -> str:
    """What was reviewed, and what that is worth."""
    report = given.report
    lines = [*_within(LONGEST_SCOPE, map(mask, given.scope))]
    lines.append(inline(summary.outcome(report), LONGEST_SENTENCE))
    for warning in (summary.incomplete(report), summary.absent_model(report)):
        if warning:
            lines.append(f"⚠️ {inline(warning, LONGEST_SENTENCE)}")
    lines += _within(LONGEST_NOTES, report.notes)
    return "\n\n".join(lines)


def _within(room: int, texts: Iterable[str]) -> Iterator[str]:
    """``texts`` until they have ``room`` characters; what is cut off there ends in "…"."""
    for text in texts:
        yield inline(text, max(1, room))
        room -= len(text)
        if room < 0:
            return


def _heading(given: SummaryInput) -> str:
    if not given.not_inline:
        return ""
    number = len(given.not_inline)
    reasons = [
        f"{inline(why, LONGEST_REASON)}: {n:,}" for why, n in given.why_not_inline.items() if n
    ]
    because = f" ({'; '.join(reasons[:MOST_REASONS])})" if reasons else ""
    return f"**{count(number, 'finding')} without a comment of their own**{because}"


def _below(given: SummaryInput) -> Iterator[str]:
    yield _tally(given.tally)
    yield details("What was reviewed, and how", coverage_list(given.report, given.requests))
    yield _links(given.links)
    yield _locally(given.state)


def _tally(tally: Tally) -> str:
    counts = (
        (tally.posted, "comment posted", "comments posted"),
        (tally.already, "comment was there already", "comments were there already"),
        (tally.resolved, "thread resolved", "threads resolved"),
        (tally.reopened, "thread opened again", "threads opened again"),
        (tally.dismissed, "dismissed finding left alone", "dismissed findings left alone"),
    )
    said = [f"{number:,} {one if number == 1 else more}" for number, one, more in counts if number]
    return f"This run: {', '.join(said)}." if said else ""


def _links(links: Links) -> str:
    named = [link("This run", links.run_url)] if links.run_url else []
    named += [_report(name, where) for name, where in links.reports[:MOST_REPORTS]]
    return " · ".join(named)


def _report(name: str, where: str) -> str:
    shown = inline(name, LONGEST_REASON)
    linked = link(shown, where)
    return linked if linked != shown else f"{shown}: {code(where, LONGEST_REASON)}"


def _elsewhere(links: Links) -> str:
    if links.reports:
        return f"see the {_report(*links.reports[0])}"
    return f"see {link('the report of this run', links.run_url)}"


def _locally(state: StateMarker) -> str:
    if not (_COMMIT.fullmatch(state.base_sha) and _COMMIT.fullmatch(state.head_sha)):
        return ""
    command = f"coderasst review --range {state.base_sha}...{state.head_sha}"
    return f"The same on your machine: `{command}`"


def _has_comments(given: SummaryInput) -> bool:
    return bool(given.tally.posted or given.tally.already or given.state.fingerprints)


def _masked_report(report: Report) -> Report:
    return replace(
        masked(report),
        model_note=mask(report.model_note),
        notes=tuple(mask(note) for note in report.notes),
    )


def _masked_state(state: StateMarker) -> StateMarker:
    carried = (replace(finding, message=mask(finding.message)) for finding in state.carried)
    return replace(state, carried=tuple(carried))
