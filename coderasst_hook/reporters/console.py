"""``text``: what people read in a terminal or a log."""

from __future__ import annotations

import io
from collections.abc import Callable

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from coderasst_hook.models import Finding, Report, Severity
from coderasst_hook.reporters import summary
from coderasst_hook.reporters.base import ReportContext
from coderasst_hook.reporters.excerpt import ExcerptLine, Excerpts
from coderasst_hook.reporters.summary import by_file
from coderasst_hook.reporters.terminal import (
    Glyphs,
    crop,
    encodable,
    glyphs_for,
    put,
    put_wrapped,
    spans,
)
from coderasst_hook.visible import inert, one_line, prose
from coderasst_hook.wording import count

# The sixteen colours of the terminal's own theme: its user chose them to be readable.
STYLES = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
}
LONGEST_CHANGE = 12
"""Lines shown of a suggested replacement."""


class TextReporter:
    name = "text"

    def render(self, report: Report, context: ReportContext) -> str:
        return _captured(lambda out: print_report(out, report, context), context)


REPORTER = TextReporter()


def render_finding(finding: Finding, report: Report, context: ReportContext) -> str:
    """One ``finding`` of a ``report`` whose texts are masked, as the report shows it."""

    def print_it(out: Console) -> None:
        excerpts = Excerpts(context.sources, report.findings)
        _print_finding(out, finding, excerpts, glyphs_for(context.encoding), context.verbose)

    return _captured(print_it, context)


def render_end(report: Report, context: ReportContext) -> str:
    """What a report says below its findings: notes, the outcome, what is missing."""
    return _captured(lambda out: _print_end(out, report, glyphs_for(context.encoding)), context)


def _captured(print_it: Callable[[Console], None], context: ReportContext) -> str:
    # Everything is given: what the environment says, the caller has already judged.
    written = io.StringIO()
    out = Console(
        file=written,
        force_terminal=context.color,
        color_system="standard" if context.color else None,
        no_color=not context.color,
        legacy_windows=False,
        width=max(40, context.width),
        height=25,
    )
    print_it(out)
    return encodable(inert(written.getvalue()), context.encoding)


def print_report(out: Console, report: Report, context: ReportContext) -> None:
    """Print ``report`` on ``out``, which may be one that records, for a picture of it."""
    glyphs = glyphs_for(context.encoding)
    excerpts = Excerpts(context.sources, report.findings)
    for path, findings in by_file(report.findings).items():
        _print_file(out, path, findings, excerpts, glyphs, context.verbose)
    if context.verbose:
        _print_details(out, report)
    _print_end(out, report, glyphs)


def _print_file(
    out: Console,
    path: str,
    findings: list[Finding],
    excerpts: Excerpts,
    glyphs: Glyphs,
    verbose: bool,
) -> None:
    number = f" {glyphs.rule * 2} {count(len(findings), 'finding')}"
    put(out, spans((f"{glyphs.rule * 2} ", "dim"), (one_line(path), "bold"), (number, "dim")))
    put(out, Text())
    for finding in findings:
        _print_finding(out, finding, excerpts, glyphs, verbose)


def _print_finding(
    out: Console, finding: Finding, excerpts: Excerpts, glyphs: Glyphs, verbose: bool
) -> None:
    style = STYLES[finding.severity]
    message = spans((prose(finding.message), "bold"))
    put_wrapped(out, spans((f"{finding.severity.value}: ", style)), message)
    put_wrapped(out, spans(("  --> ", "blue")), _facts(finding, glyphs, verbose))
    excerpt = excerpts.of(finding)
    gutter = max(len(str(line.number or "")) for line in excerpt)
    for line in excerpt:
        _print_line(out, line, gutter, style, glyphs)
    for label, text in (("why", finding.explanation), ("fix", finding.suggestion)):
        if text.strip():
            put_wrapped(out, spans((f"  {label}: ", "green")), Text(prose(text)))
    _print_change(out, excerpts.change(finding), glyphs)
    put(out, Text())


def _facts(finding: Finding, glyphs: Glyphs, verbose: bool) -> Text:
    where = finding.location
    lines = f"{where.line}-{where.end_line}" if where.end_line > where.line else f"{where.line}"
    facts = [
        finding.category.value,
        one_line(finding.rule_id),
        one_line(finding.cwe or ""),
        f"{finding.confidence.value} confidence",
        f"from {one_line(finding.source)}",
        # What `coderasst feedback` takes.
        finding.fingerprint if verbose else "",
    ]
    rest = "".join(f" {glyphs.dot} {fact}" for fact in facts if fact)
    return spans((f"{one_line(where.path)}:{lines}", ""), (rest, "dim"))


def _print_line(out: Console, line: ExcerptLine, gutter: int, style: str, glyphs: Glyphs) -> None:
    mark = ("> " if line.marked else "  ", style)
    if line.number is None:
        put(out, spans(mark, (f"{'':{gutter}} {glyphs.ellipsis}", "dim")))
        return
    room = max(20, out.width - gutter - 5)
    shown, spot = crop(line.text, room, line.spot, glyphs.ellipsis)
    code = spans(mark, (f"{line.number:>{gutter}} {glyphs.bar} ", "dim"))
    start = len(code)
    code.append(shown)
    if spot is not None:
        code.stylize(style, start + spot[0], start + spot[1])
    code.rstrip()
    put(out, code)
    if spot is not None:
        before = " " * cell_len(shown[: spot[0]])
        carets = "^" * max(1, cell_len(shown[slice(*spot)]))
        put(out, spans((f"  {'':{gutter}} {glyphs.bar} {before}", "dim"), (carets, style)))


def _print_change(out: Console, change: tuple[tuple[str, str], ...], glyphs: Glyphs) -> None:
    colors = {"-": "red", "+": "green", " ": "dim"}
    for sign, text in change[:LONGEST_CHANGE]:
        shown, _ = crop(text, max(20, out.width - 9), None, glyphs.ellipsis)
        put(out, spans((f"       {sign} {shown}".rstrip(), colors[sign])))
    if len(change) > LONGEST_CHANGE:
        more = count(len(change) - LONGEST_CHANGE, "more line")
        put(out, spans((f"         {glyphs.ellipsis} {more}", "dim")))


def _print_details(out: Console, report: Report) -> None:
    """What was dropped and skipped, one by one."""
    for drop in report.dropped:
        where = one_line(drop.path) + (f":{drop.line}" if drop.line else "")
        said = f"{where} {one_line(drop.rule_id)}: {prose(drop.reason)} ({prose(drop.message)})"
        put_wrapped(out, spans(("dropped: ", "dim")), Text(said))
    for skip in report.coverage.skipped:
        said = f"{summary.place(skip)}: {prose(skip.reason)} ({one_line(skip.stage)})"
        put_wrapped(out, spans(("skipped: ", "dim")), Text(said))
    if report.dropped or report.coverage.skipped:
        put(out, Text())


def _print_end(out: Console, report: Report, glyphs: Glyphs) -> None:
    for note in report.notes:
        put_wrapped(out, spans(("note: ", "dim")), Text(prose(note)))
    if report.model_note:
        _sentence(out, spans((summary.absent_model(report), "dim")))
    missing, outcome = summary.incomplete(report), summary.outcome(report)
    if report.findings:
        _sentence(out, spans((outcome, "bold")))
    elif missing or not report.coverage.files_reviewed:
        _sentence(out, Text(outcome))
    else:
        _sentence(out, spans((f"{glyphs.clean} ", "green"), (outcome, "")))
    if missing:
        _sentence(out, spans((missing, "bold yellow")))


def _sentence(out: Console, text: Text) -> None:
    """Wrapped for a terminal; one whole line in a log, where it is searched for."""
    if out.is_terminal:
        put_wrapped(out, Text(), text)
    else:
        put(out, text)
