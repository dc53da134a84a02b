"""What was reviewed and what was not, in the HTML report."""

from __future__ import annotations

from collections.abc import Sequence

from coderasst_hook.markup import Markup, element, text
from coderasst_hook.models import Coverage, Dropped, ModelUse, Report
from coderasst_hook.reporters import summary
from coderasst_hook.wording import count


def coverage_section(report: Report) -> Markup:
    coverage = report.coverage
    return element(
        "section",
        element("h2", text("What was reviewed"), id="coverage"),
        element("dl", *(_number(*item) for item in _numbers(report)), class_="numbers"),
        _skipped(coverage),
        _dropped(report.dropped),
        aria_labelledby="coverage",
    )


def _numbers(report: Report) -> list[tuple[str, str]]:
    coverage = report.coverage
    numbers = [
        ("Complete", "yes" if coverage.complete else "no"),
        ("Files", f"{coverage.files_reviewed:,} of {coverage.files:,}"),
        ("Hunks", f"{coverage.hunks:,}"),
        ("Added lines", f"{coverage.added_lines:,}"),
        ("Analyzers", ", ".join(coverage.analyzers) or "none"),
    ]
    if report.model:
        numbers += _model_numbers(report.model, coverage)
    if coverage.queued:
        numbers.append(("Queued chunks", f"{coverage.queued:,}"))
    if "total" in report.timing:
        numbers.append(("Time", summary.seconds(report.timing["total"])))
    return numbers


def _model_numbers(model: ModelUse, coverage: Coverage) -> list[tuple[str, str]]:
    return [
        ("Model", model.name),
        ("Hunks seen by the model", f"{coverage.hunks_reviewed_by_model:,} of {coverage.hunks:,}"),
        ("Answers from the cache", f"{coverage.chunks_from_cache:,} of {coverage.chunks:,}"),
        ("Tokens, in and out", f"{model.prompt_tokens:,} + {model.answer_tokens:,}"),
        ("Server time", summary.seconds(model.server_seconds)),
    ]


def _number(name: str, value: str) -> Markup:
    return element("div", element("dt", text(name)), element("dd", text(value)))


def _skipped(coverage: Coverage) -> Markup | None:
    if not coverage.skipped:
        return None
    failures = summary.by_reason(coverage.failures)
    rows = [
        (summary.place(skip), summary.who(group.stage), group.reason)
        for group in (*failures, *summary.left_out(coverage))
        for skip in group.skips
    ]
    return _table("Not reviewed", ("Where", "By", "Why"), rows)


def _dropped(dropped: tuple[Dropped, ...]) -> Markup | None:
    if not dropped:
        return None
    rows = [
        (
            f"{drop.path}:{drop.line}" if drop.line else drop.path,
            drop.rule_id,
            drop.message,
            drop.reason,
        )
        for drop in dropped
    ]
    table = _table("Candidates that are not reported", ("Where", "Rule", "Claim", "Why not"), rows)
    title = f"{count(len(dropped), 'candidate')} dropped"
    return element("details", element("summary", text(title)), table)


def _table(caption: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Markup:
    head = element("tr", *(element("th", text(name), scope="col") for name in columns))
    body = (element("tr", *(element("td", text(cell)) for cell in row)) for row in rows)
    table = element(
        "table",
        element("caption", text(caption)),
        element("thead", head),
        element("tbody", *body),
    )
    return element("div", table, class_="scroll", role="region", aria_label=caption, tabindex="0")
