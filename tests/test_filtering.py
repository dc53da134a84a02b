"""What of the findings is shown, and why the rest is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coderasst_hook.changes import FileDiff, Hunk, Line, LineKind, Status
from coderasst_hook.errors import ConfigurationError
from coderasst_hook.filtering import FindingFilter, drop
from coderasst_hook.models import Category, Confidence, Finding, Location, Rule, Severity
from coderasst_hook.settings import FilterMode, PathSettings, Settings
from coderasst_hook.source import SourceFile

RULE = Rule("python/eval", Category.SECURITY, Severity.HIGH, (), "eval", cwe="CWE-95")
MODEL = Rule("model/code-injection", Category.SECURITY, Severity.CRITICAL, (), "x", cwe="CWE-94")
TEXT = "".join(f"value_{number} = {number}\n" for number in range(1, 21))


def finding(line: int = 10, rule: Rule = RULE, path: str = "src/a.py", end: int = 0) -> Finding:
    return Finding.of(rule, Location(path, line, end or line), "evidence")


def the_filter(
    settings: Settings, text: str = TEXT, path: str = "src/a.py", deletion: bool = False
) -> FindingFilter:
    """Of a file with one hunk: line 10 was added (or removed below line 9) between 7 and 13."""
    lines = tuple(text.splitlines())
    changed = Line(LineKind.ADDED, lines[9], None, 10)
    hunk = Hunk(7, 6, 7, 7, "", (changed,))
    if deletion:
        hunk = Hunk(10, 1, 9, 0, "", (Line(LineKind.DELETED, "gone", 10, None),))
    file = FileDiff(path, path, Status.MODIFIED, (hunk,))
    source = SourceFile(path, "python", text, lines, frozenset(file.added_lines))
    return FindingFilter(settings, [file], {path: source})


def reason(found: Finding, settings: Settings | None = None, text: str = TEXT) -> str | None:
    result = the_filter(settings or Settings(), text, found.location.path).apply([found])
    assert len(result.kept) + len(result.dropped) == 1
    return result.dropped[0].reason if result.dropped else None


@pytest.mark.parametrize(
    ("mode", "shown"),
    [
        (FilterMode.ADDED, [10]),
        (FilterMode.DIFF_CONTEXT, [7, 10, 13]),
        (FilterMode.FILE, [1, 6, 7, 10, 13, 14, 20]),
        (FilterMode.NONE, [1, 6, 7, 10, 13, 14, 20]),
    ],
)
def test_the_lines_that_are_asked_for(mode: FilterMode, shown: list[int]) -> None:
    settings = Settings(filter=mode)
    lines = [1, 6, 7, 10, 13, 14, 20]
    result = the_filter(settings).apply([finding(line) for line in lines])
    assert [kept.location.line for kept in result.kept] == shown
    assert {dropped.reason for dropped in result.dropped} <= {
        f"outside the lines asked for (filter: {mode.value})"
    }


def test_a_finding_of_many_lines_needs_one_of_them() -> None:
    assert reason(finding(8, end=10)) is None
    assert reason(finding(8, end=9)) is not None


def test_where_lines_were_removed_the_line_above_counts() -> None:
    settings = Settings(filter=FilterMode.DIFF_CONTEXT)
    result = the_filter(settings, deletion=True).apply([finding(8), finding(9), finding(10)])
    assert [kept.location.line for kept in result.kept] == [9]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (Settings(), None),
        (Settings(categories=(Category.PERFORMANCE,)), "category security is not asked for"),
        (Settings(ignore=("python/eval",)), "rule is off in the configuration"),
        (Settings(ignore=("ruff/*", "python/*")), "rule is off in the configuration"),
        (Settings(ignore=("eval",)), None),
        (Settings(ignore=("PYTHON/eval",)), None),
        (Settings(min_severity=Severity.HIGH), None),
        (
            Settings(min_severity=Severity.CRITICAL),
            "below the least severity shown (critical)",
        ),
        (Settings(min_confidence=Confidence.MEDIUM), None),
        (
            Settings(min_confidence=Confidence.HIGH),
            "below the least confidence shown (high)",
        ),
    ],
)
def test_what_the_configuration_holds_back(settings: Settings, expected: str | None) -> None:
    assert reason(finding(), settings) == expected


@pytest.mark.parametrize(
    ("pattern", "applies"),
    [
        ("src/", True),
        ("*.py", True),
        ("**/a.py", True),
        ("/a.py", False),
        ("tests/", False),
        ("!src/a.py", False),
    ],
)
def test_settings_of_a_path_are_gitignore_patterns(pattern: str, applies: bool) -> None:
    settings = Settings(paths=(PathSettings(pattern, ignore=("python/*",)),))
    assert (reason(finding(), settings) is not None) is applies


def test_a_pattern_that_is_none_is_an_error_of_the_configuration() -> None:
    with pytest.raises(ConfigurationError, match=r"paths\.pattern"):
        reason(finding(), Settings(paths=(PathSettings("!"),)))


def test_the_lowest_cap_of_a_path_counts_and_raises_nothing() -> None:
    paths = (
        PathSettings("src/", severity=Severity.LOW),
        PathSettings("*.py", severity=Severity.MEDIUM),
        PathSettings("docs/"),
    )
    low = replace(RULE, severity=Severity.LOW)
    result = the_filter(Settings(paths=paths)).apply([finding(), finding(rule=low)])
    assert [kept.severity for kept in result.kept] == [Severity.LOW, Severity.LOW]
    result = the_filter(Settings(paths=paths[1:])).apply([finding(), finding(rule=low)])
    assert [kept.severity for kept in result.kept] == [Severity.MEDIUM, Severity.LOW]


def test_the_cap_comes_before_the_threshold() -> None:
    settings = Settings(
        paths=(PathSettings("src/", severity=Severity.LOW),), min_severity=Severity.MEDIUM
    )
    assert reason(finding(), settings) == "below the least severity shown (medium)"


IGNORED = TEXT.replace("value_10 = 10", "value_10 = 10  # coderasst: ignore[python/eval] ours")


def test_an_inline_suppression_with_its_reason() -> None:
    assert reason(finding(), text=IGNORED) == "ignored inline at line 10: ours"
    other = replace(RULE, id="python/exec", cwe="CWE-1")
    assert reason(finding(rule=other), text=IGNORED) is None


def test_the_configuration_is_the_more_telling_reason() -> None:
    assert reason(finding(), Settings(ignore=("*",)), IGNORED) == "rule is off in the configuration"


def test_what_is_ignored_under_one_name_is_ignored_under_another() -> None:
    findings_filter = the_filter(Settings(), IGNORED)
    assert findings_filter.apply([finding()]).kept == ()
    other = replace(MODEL, cwe="CWE-89")
    result = findings_filter.apply([finding(rule=MODEL), finding(rule=other)])
    assert [kept.cwe for kept in result.kept] == ["CWE-89"]
    assert [dropped.reason for dropped in result.dropped] == ["ignored inline at line 10: ours"]


def test_the_other_name_counts_on_the_same_lines_only() -> None:
    findings_filter = the_filter(Settings(filter=FilterMode.FILE), IGNORED)
    findings_filter.apply([finding()])
    assert findings_filter.apply([finding(11, rule=MODEL)]).kept
    # And nobody has ignored it where the analyzers said nothing.
    assert the_filter(Settings(), IGNORED).apply([finding(rule=MODEL)]).kept


def test_a_drop_tells_what_was_dropped() -> None:
    found = finding()
    dropped = drop(found, "because")
    assert (dropped.reason, dropped.path, dropped.line) == ("because", "src/a.py", 10)
    assert (dropped.rule_id, dropped.message) == ("python/eval", "eval")
    assert dropped.fingerprint == found.fingerprint
