"""``html``: one file that needs nothing else: no server, no network, no other file."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from coderasst_hook import __version__
from coderasst_hook.markup import Markup, element, join, text, trusted
from coderasst_hook.models import Report, worst_first
from coderasst_hook.reporters import summary
from coderasst_hook.reporters.base import ReportContext
from coderasst_hook.reporters.excerpt import Excerpts
from coderasst_hook.reporters.html_coverage import coverage_section
from coderasst_hook.reporters.html_finding import article


class HtmlReporter:
    name = "html"

    def render(self, report: Report, context: ReportContext) -> str:
        return page(report, context).html


REPORTER = HtmlReporter()


def page(report: Report, context: ReportContext) -> Markup:
    style, script = _asset("html_report.css"), _asset("html_report.js")
    title = f"Code review: {report.description}"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", text(title)),
        # Without it a browser would ask the server for an icon.
        element("link", rel="icon", href="data:,"),
        element("style", trusted(style)),
    )
    body = element(
        "body",
        element("a", text("Skip to the findings"), class_="skip", href="#findings"),
        _header(report),
        element(
            "main",
            _filters(report),
            _findings(report, context),
            coverage_section(report),
        ),
        element("footer", element("p", text(f"Made by coderasst {__version__}."))),
        element("script", trusted(script)),
    )
    return join(trusted("<!doctype html>\n"), element("html", head, body, lang="en"), trusted("\n"))


def _asset(name: str) -> str:
    return files("coderasst_hook.reporters").joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Nothing but this style and this script: markup smuggled into the page could do nothing."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def _header(report: Report) -> Markup:
    missing, absent = summary.incomplete(report), summary.absent_model(report)
    counts = [
        element(
            "li",
            element("b", text(str(number)), class_="tone"),
            text(f" {severity.value}"),
            class_=severity.value,
        )
        for severity, number in summary.by_severity(report.findings).items()
    ]
    return element(
        "header",
        element("h1", text("Code review")),
        element("p", text(report.description), class_="quiet lead"),
        element("p", text(summary.outcome(report))),
        element("p", text(missing), class_="banner", role="alert") if missing else None,
        element("p", text(absent), class_="quiet") if absent else None,
        *(element("p", text(f"Note: {note}"), class_="quiet") for note in report.notes),
        element("ul", *counts, class_="counts", aria_label="Findings by severity")
        if report.findings
        else None,
    )


def _filters(report: Report) -> Markup | None:
    """Hidden until the script that makes them work has run."""
    if not report.findings:
        return None
    ordered = worst_first(report.findings)
    paths = sorted({finding.location.path for finding in ordered})
    return element(
        "form",
        _select("severity", "Severity", list(dict.fromkeys(f.severity.value for f in ordered))),
        _select("category", "Category", sorted({f.category.value for f in ordered})),
        _select("path", "File", paths),
        element("output", id="shown", aria_live="polite"),
        id="filters",
        class_="filters",
        aria_label="Filter findings",
        hidden=True,
    )


def _select(name: str, label: str, values: list[str]) -> Markup:
    options = [element("option", text(value), value=value) for value in values]
    return element(
        "label",
        text(label),
        element("select", element("option", text("All"), value=""), *options, name=name),
    )


def _findings(report: Report, context: ReportContext) -> Markup:
    excerpts = Excerpts(context.sources, report.findings)
    sections = [
        element(
            "section",
            element("h2", text(path), class_="path"),
            *(article(finding, excerpts) for finding in findings),
            class_="file",
        )
        for path, findings in summary.by_file(report.findings).items()
    ]
    if not sections:
        complete = report.coverage.complete
        said = "No findings." if complete else "No findings in what was reviewed."
        sections = [element("p", text(said), class_="lead")]
    return element("div", *sections, id="findings")
