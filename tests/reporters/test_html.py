"""The HTML report: one file, nothing else, and nothing in it but what we wrote."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from coderasst_hook.models import Finding, Location, Report, Severity, Skipped
from coderasst_hook.reporters.base import ReportContext
from coderasst_hook.reporters.html import REPORTER
from coderasst_hook.reporters.html_finding import LONGEST_LINE
from testing.sample_report import (
    COMPLETE,
    EVAL,
    FINDINGS,
    sample_context,
    sample_report,
    source,
)

VOID = {"meta", "link", "br"}


class Page(HTMLParser):
    """Elements in order, with their attributes and the text inside each."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs)
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self._open):
            self.texts[tag][-1] += data

    def with_class(self, name: str) -> list[dict[str, str | None]]:
        return [a for _, a in self.elements if name in (a.get("class") or "").split()]


def page(report: Report, **context: object) -> Page:
    return Page(REPORTER.render(report, sample_context(**context)))  # type: ignore[arg-type]


def test_the_page_is_well_formed_and_named() -> None:
    shown = page(sample_report(partial=True))
    assert shown.texts["title"] == ["Code review: staged changes"]
    assert shown.elements[0] == ("html", {"lang": "en"})
    names = [tag for tag, _ in shown.elements]
    for landmark in ("header", "main", "footer"):
        assert names.count(landmark) == 1


def test_headings_go_down_one_level_at_a_time() -> None:
    levels = [int(tag[1]) for tag, _ in page(sample_report()).elements if re.match(r"h[1-6]$", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_it_asks_nothing_of_any_server() -> None:
    text = REPORTER.render(sample_report(partial=True), sample_context())
    shown = Page(text)
    for _, attributes in shown.elements:
        assert not {"src", "srcset", "action", "style"} & set(attributes)
        assert (attributes.get("href") or "#").startswith(("#", "data:,"))
    assert "url(" not in text
    assert "@import" not in text
    assert "http:" not in text
    assert "https:" not in text


def test_the_policy_allows_this_style_and_this_script_alone() -> None:
    shown = page(sample_report())
    (policy,) = [
        a["content"] for _, a in shown.elements if a.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        (content,) = shown.texts[tag]
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


HOSTILE = (
    "</script></style><script>alert(1)</script><img src=x onerror=alert(1)>"
    " \"' &amp; \u202e\udcff\x1b"
)


def test_hostile_text_is_text() -> None:
    finding = replace(
        FINDINGS[0],
        message=HOSTILE + " `<b>`",
        explanation=HOSTILE,
        suggestion=HOSTILE,
        replacement=HOSTILE,
        rule_id=HOSTILE,
        cwe=HOSTILE,
        source=HOSTILE,
        evidence=HOSTILE,
        location=Location(HOSTILE, 1, 1),
    )
    report = replace(
        sample_report(),
        description=HOSTILE,
        findings=(finding,),
        coverage=replace(COMPLETE, skipped=(Skipped(HOSTILE, HOSTILE, HOSTILE),)),
        dropped=(replace(sample_report().dropped[0], message=HOSTILE, path=HOSTILE),),
        model_note=HOSTILE,
        notes=(HOSTILE,),
    )
    text = REPORTER.render(report, ReportContext({HOSTILE: source(HOSTILE, HOSTILE + "\n")}))
    shown = Page(text)
    names = [tag for tag, _ in shown.elements]
    assert names.count("script") == 1
    assert "img" not in names
    # One for the count of each severity, none for the one in the message.
    assert names.count("b") == len(Severity)
    assert not any("onerror" in attributes for _, attributes in shown.elements)
    (article,) = shown.with_class("finding")
    visible = (
        HOSTILE.replace("\u202e", r"\u202e").replace("\udcff", r"\xff").replace("\x1b", r"\x1b")
    )
    assert article["data-path"] == visible
    assert any(visible in cell for cell in shown.texts["td"])
    text.encode("utf-8")


def test_a_finding_shows_its_line_its_reason_and_its_change() -> None:
    shown = page(replace(sample_report(), findings=FINDINGS[:1]))
    assert shown.texts["h3"] == ["critical eval runs data as code"]
    assert shown.texts["h4"] == ["Why", "How to fix", "Suggested change"]
    assert len(shown.with_class("marked")) == 1
    assert shown.texts["mark"] == ["eval"]
    assert len(shown.with_class("removed")) == len(shown.with_class("added")) == 1
    assert {"CWE-95", "security", "dynamic-code", "high confidence"} <= set(shown.texts["li"])


def test_every_finding_can_be_filtered_by_every_value_that_there_is() -> None:
    shown = page(sample_report())
    options = {a["value"] for tag, a in shown.elements if tag == "option"}
    for article in shown.with_class("finding"):
        assert {article["data-severity"], article["data-category"], article["data-path"]} <= options
    assert [a["name"] for tag, a in shown.elements if tag == "select"] == [
        "severity",
        "category",
        "path",
    ]


def test_the_filters_are_hidden_until_the_script_runs() -> None:
    (form,) = page(sample_report()).with_class("filters")
    assert "hidden" in form


def test_a_partial_review_is_announced() -> None:
    shown = page(sample_report(partial=True))
    (banner,) = shown.with_class("banner")
    assert banner["role"] == "alert"
    assert any(text.startswith("Not complete: the model did not") for text in shown.texts["p"])
    assert not page(sample_report()).with_class("banner")


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (replace(sample_report(), findings=()), "No findings."),
        (replace(sample_report(partial=True), findings=()), "No findings in what was reviewed."),
    ],
)
def test_without_findings(report: Report, said: str) -> None:
    shown = page(report)
    assert said in shown.texts["p"]
    assert not shown.with_class("filters")


def test_coverage_lists_each_skipped_part() -> None:
    shown = page(sample_report(partial=True))
    cells = shown.texts["td"]
    assert cells[:3] == ["app/handlers.py:6-17", "the model", "no answer within 300 s"]
    assert "docs/logo.png" in cells
    assert "same as a finding of patterns" in cells
    assert "4 of 7" in shown.texts["dd"]


def test_a_report_without_a_model_has_no_numbers_of_one() -> None:
    shown = page(Report("x", model_note="no Ollama"))
    assert "Model" not in shown.texts["dt"]
    assert any("No model took part: no Ollama" in text for text in shown.texts["p"])


def test_a_line_without_end_does_not_make_the_page_unusable() -> None:
    text = "x" * 50_000 + " eval(y) " + "z" * 50_000 + "\n"
    finding = Finding.of(EVAL, Location("m.js", 1, 1), "x")
    shown = REPORTER.render(Report("d", (finding,)), ReportContext({"m.js": source("m.js", text)}))
    assert "<mark>eval</mark>" in shown
    assert len(shown) < 4 * LONGEST_LINE + 20_000


def test_a_gap_has_no_number() -> None:
    text = "".join(f"l{n}\n" for n in range(1, 60))
    finding = Finding.of(EVAL, Location("a.py", 5, 50), "l5")
    shown = REPORTER.render(Report("d", (finding,)), ReportContext({"a.py": source("a.py", text)}))
    assert "<i></i>…" in shown
    assert "a.py:5-50" in shown
