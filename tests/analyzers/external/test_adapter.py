from __future__ import annotations

import pytest

from coderasst_hook.analyzers.external.adapter import as_finding, rule_id, tool_name
from coderasst_hook.analyzers.external.reported import Reported
from coderasst_hook.models import Category, Dropped, Finding, Severity
from tests.analyzers.external.programs import whole

SOURCE = whole("a.py", "one\n  password = 'hunter2hunter2X9'\nthree\n")


def made(line: int = 1, end_line: int = 1, **more: str) -> Finding | Dropped:
    reported = Reported(
        "a.py",
        line,
        end_line,
        more.pop("rule", "r"),
        more.pop("message", "m"),
        Severity.LOW,
        **more,  # type: ignore[arg-type]
    )
    return as_finding(reported, SOURCE, tool="tool")


def finding(line: int = 1, end_line: int = 1, **more: str) -> Finding:
    found = made(line, end_line, **more)
    assert isinstance(found, Finding)
    return found


def test_a_finding_in_full() -> None:
    found = finding(explanation="why", suggestion="how")
    assert (found.rule_id, found.source, found.category) == ("tool/r", "tool", Category.CODE_SMELL)
    assert (found.message, found.explanation, found.suggestion) == ("m", "why", "how")
    assert found.evidence == "one"
    assert len(found.fingerprint) == 16


def test_texts_are_cleaned_and_masked() -> None:
    found = finding(2, message="a\x1b[31m\nghp_" + "aB3" * 12 + "\x00", explanation="x\u202ey")
    assert found.message == "a ghp_…[masked]"
    assert found.explanation == "xy"
    assert "hunter2" not in found.evidence


def test_long_texts_are_cut() -> None:
    found = finding(message="x" * 9999, explanation="y" * 9999, rule="r" * 9999)
    assert (len(found.message), len(found.explanation), len(found.rule_id)) == (300, 1500, 125)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (4, "its line 4 is beyond the end of the file"),
        (0, "it names no line"),
        (-3, "it names no line"),
    ],
)
def test_a_line_that_is_not_there(line: int, reason: str) -> None:
    found = made(line, line)
    assert isinstance(found, Dropped)
    assert found.reason == reason


def test_an_end_beyond_the_file_is_its_end() -> None:
    assert finding(2, 99).location.end_line == 3
    assert finding(2, 1).location.end_line == 2


@pytest.mark.parametrize(
    ("tool", "rule", "expected"),
    [
        ("eslint", "no-eval", "eslint/no-eval"),
        ("eslint", "@typescript-eslint/no-x", "eslint/@typescript-eslint/no-x"),
        ("tool", "tool/r", "tool/r"),
        ("", "python/eval", "python/eval"),
        ("tool", "", "tool/unnamed"),
        ("tool", "a b\n[c]*?", "tool/a-b-c"),
    ],
)
def test_ids(tool: str, rule: str, expected: str) -> None:
    assert rule_id(tool, rule) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("ESLint", "eslint"), ("Semgrep OSS", "semgrep-oss"), ("…", "sarif"), ("", "sarif")],
)
def test_names(name: str, expected: str) -> None:
    assert tool_name(name) == expected
