"""Workflow commands of GitHub Actions."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from coderasst_hook.models import Finding, Location, Report, Severity
from coderasst_hook.reporters.annotations import PER_LEVEL, REPORTER, command
from testing.sample_report import COMPLETE, EVAL, sample_context, sample_report

LEVEL = re.compile(r"^::(error|warning|notice) ")


def lines(report: Report) -> list[str]:
    return REPORTER.render(report, sample_context()).splitlines()


def many(**counts: int) -> Report:
    findings = tuple(
        replace(
            Finding.of(EVAL, Location("a.py", number, number), "x"),
            severity=Severity(severity),
            rule_id=f"{severity}-{number:02}",
        )
        for severity, count in counts.items()
        for number in range(1, count + 1)
    )
    return Report("d", findings, COMPLETE)


def levels(shown: list[str]) -> list[str]:
    return [match[1] for line in shown if (match := LEVEL.match(line))]


def test_a_finding_is_one_command() -> None:
    assert lines(sample_report())[3] == (
        "::warning file=app/handlers.py,line=17,endLine=17,"
        "title=medium security%3A weak-hash (CWE-327)::"
        "`md5` is broken for anything that an attacker can choose"
        "%0ATwo bodies with the same digest can be made in seconds.%0AUse SHA-256."
    )


def test_severities_become_levels_worst_first() -> None:
    assert levels(lines(sample_report())) == ["error"] * 3 + ["warning", "notice"]


def test_the_last_line_says_how_much_was_reviewed() -> None:
    assert lines(sample_report())[-1].startswith("Reviewed 3 of 4 files")


@pytest.mark.parametrize(
    ("message", "escaped"),
    [
        ("100%", "100%25"),
        ("a\nb", "a%0Ab"),
        ("a\rb", "a%0Db"),
        ("%0A", "%250A"),
        ("a:b,c", "a:b,c"),
    ],
)
def test_escapes_of_the_message(message: str, escaped: str) -> None:
    assert command("error", message, {"line": 1}) == f"::error line=1::{escaped}"


@pytest.mark.parametrize(
    ("value", "escaped"),
    [("a,b:c", "a%2Cb%3Ac"), ("100%", "100%25"), ("a\r\nb", "a%0D%0Ab"), ("%2C", "%252C")],
)
def test_escapes_of_a_property(value: str, escaped: str) -> None:
    assert command("error", "m", {"file": value, "line": 1}) == f"::error file={escaped},line=1::m"


def test_no_text_can_smuggle_in_another_command() -> None:
    text = "x\n::add-mask::y\r::stop-commands::z\u2028::error::\x0b::a"
    finding = replace(
        sample_report().findings[0],
        message=text,
        explanation=text,
        suggestion=text,
        rule_id=text,
        cwe=text,
        location=Location(text, 1, 1),
    )
    report = Report(text, (finding,), replace(COMPLETE, queued=1), model_note=text)
    shown = lines(report)
    assert levels(shown) == ["error", "warning"]
    assert len([line for line in shown if line.lstrip().startswith("::")]) == 2
    assert not set("".join(shown)) & set("\r\u2028\x0b")


def test_as_many_as_github_keeps_the_worst_first() -> None:
    shown = lines(many(low=15, medium=3, high=8, critical=7))
    assert levels(shown) == ["error"] * 10 + ["warning"] * 3 + ["notice"] * 10
    errors = [line for line in shown if line.startswith("::error")]
    assert [("critical" in line) for line in errors] == [True] * 7 + [False] * 3
    # 5 of high, and 6 of low: the tenth notice is the one that says so.
    assert "11 findings (5 high, 6 low) more than GitHub shows" in shown[-2]
    assert shown[-2].startswith("::notice title=More findings::")
    assert shown[-1].startswith("Reviewed")


def test_what_fits_exactly_leaves_nothing_out() -> None:
    assert not any("More findings" in line for line in lines(many(high=10, medium=10, low=9)))


def test_that_the_review_is_partial_is_never_what_is_cut() -> None:
    report = many(medium=40, low=40)
    shown = lines(replace(report, coverage=replace(report.coverage, queued=1)))
    assert all(levels(shown).count(level) <= PER_LEVEL for level in ("error", "warning", "notice"))
    assert any(line.startswith("::warning title=The review is not complete::") for line in shown)
    assert any("31 medium, 31 low" in line for line in shown)


def test_a_clean_review_is_one_plain_line() -> None:
    assert lines(replace(sample_report(), findings=())) == [
        "No findings in 3 of 4 files (1 left out: binary file), 7 hunks, 120 added lines. "
        "Model: qwen2.5-coder:7b, 7 of 7 hunks, 3 of 5 answers cached. 3.2 s"
    ]


def test_an_absent_model_is_a_plain_line() -> None:
    report = replace(sample_report(), model=None, model_note="no Ollama")
    assert lines(report)[-2].startswith("No model took part: no Ollama")
