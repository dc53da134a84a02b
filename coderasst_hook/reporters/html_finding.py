"""One finding of the HTML report."""

from __future__ import annotations

import re

from coderasst_hook.markup import Markup, element, join, text
from coderasst_hook.models import Finding
from coderasst_hook.reporters.excerpt import ExcerptLine, Excerpts

LONGEST_LINE = 2000
"""Characters shown of one line; a minified file would make the page unusable."""

_CODE = re.compile(r"`([^`\n]+)`")


def article(finding: Finding, excerpts: Excerpts) -> Markup:
    where = finding.location
    lines = f"{where.line}-{where.end_line}" if where.end_line > where.line else f"{where.line}"
    change = excerpts.change(finding)
    return element(
        "article",
        element(
            "h3",
            element("span", text(finding.severity.value), class_="severity"),
            text(" "),
            _with_code(finding.message),
        ),
        _facts(finding, f"{where.path}:{lines}"),
        _code(f"Source at line {where.line}", [_source_row(line) for line in excerpts.of(finding)]),
        _paragraph("Why", finding.explanation),
        _paragraph("How to fix", finding.suggestion),
        element("h4", text("Suggested change")) if change else None,
        _code("Suggested change", [_change_row(*line) for line in change]) if change else None,
        class_=f"finding {finding.severity.value}",
        data_severity=finding.severity.value,
        data_category=finding.category.value,
        data_path=where.path,
    )


def _facts(finding: Finding, where: str) -> Markup:
    facts = [
        element("span", text(where), class_="path"),
        text(finding.category.value),
        text(finding.rule_id),
        text(finding.cwe) if finding.cwe else None,
        text(f"{finding.confidence.value} confidence"),
        text(f"from {finding.source}"),
    ]
    return element("ul", *(element("li", fact) for fact in facts if fact), class_="facts")


def _paragraph(title: str, content: str) -> Markup | None:
    if not content.strip():
        return None
    paragraphs = (element("p", _with_code(part)) for part in content.strip().split("\n\n"))
    return join(element("h4", text(title)), *paragraphs)


def _with_code(content: str) -> Markup:
    """Text whose `quoted` parts are code; nothing else is taken for formatting."""
    parts = _CODE.split(content)
    return join(
        *(element("code", text(p)) if index % 2 else text(p) for index, p in enumerate(parts))
    )


def _code(label: str, rows: list[Markup]) -> Markup:
    # Focusable, so that a keyboard can scroll long lines into view.
    inner = element("div", *rows, class_="rows")
    return element("div", inner, class_="code", role="region", aria_label=label, tabindex="0")


def _source_row(line: ExcerptLine) -> Markup:
    number = element("i", text("" if line.number is None else str(line.number)))
    if line.number is None:
        return element("span", number, text("…"), class_="row")
    return element("span", number, _spotted(line), class_="row marked" if line.marked else "row")


def _spotted(line: ExcerptLine) -> Markup:
    if line.spot is None:
        return _cut(line.text)
    start, end = line.spot
    return join(
        text(
            ("…" if start > LONGEST_LINE else "") + line.text[max(0, start - LONGEST_LINE) : start]
        ),
        element("mark", _cut(line.text[start:end])),
        _cut(line.text[end:]),
    )


def _cut(content: str) -> Markup:
    return text(content if len(content) <= LONGEST_LINE else content[:LONGEST_LINE] + "…")


def _change_row(sign: str, content: str) -> Markup:
    kind = {"-": "row removed", "+": "row added"}.get(sign, "row")
    return element("span", element("i", text(sign)), _cut(content), class_=kind)
