from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from coderasst_hook.analyzers.patterns import MAX_CHARACTERS, PatternAnalyzer
from coderasst_hook.analyzers.rule_store import RuleStore
from coderasst_hook.models import Finding, Location, Severity
from tests.analyzers.sources import source

RULE = """\
id: own/{name}
category: code-smell
severity: high
languages: [python]
message: "`$WHAT` is printed"
explanation: why
suggestion: log $WHAT
rule: {rule}
fix: log($WHAT)
examples: {{fires: [a, b], quiet: [a, b]}}
"""


@pytest.fixture
def analyzer() -> PatternAnalyzer:
    return PatternAnalyzer(RuleStore())


def own(folder: Path, **rules: str) -> PatternAnalyzer:
    for name, rule in rules.items():
        (folder / f"{name}.yaml").write_text(RULE.format(name=name, rule=rule))
    return PatternAnalyzer(RuleStore([folder], built_in=False))


def only(analyzer: PatternAnalyzer, path: str, text: str) -> Finding:
    analysis = analyzer.analyze([source(path, text)])
    assert analysis.skipped == ()
    (finding,) = analysis.findings
    return finding


def test_eval_of_an_argument(analyzer: PatternAnalyzer) -> None:
    found = only(analyzer, "app.py", "x = 1\ndef process_data(data): return eval(data)\n")
    assert found.rule_id == "python/eval"
    assert found.location == Location("app.py", 2, 2)
    assert found.message == "`eval` runs `data` as Python code"
    assert found.evidence == "def process_data(data): return eval(data)"
    assert found.severity is Severity.HIGH
    assert found.cwe == "CWE-95"


@pytest.mark.parametrize(
    ("mark", "severity"),
    [
        ("", Severity.HIGH),
        ("  # nosec B307", Severity.MEDIUM),
        ("  # noqa: E501, S307", Severity.MEDIUM),
        ("  # pylint: disable=eval-used", Severity.MEDIUM),
        ("  # NOSONAR", Severity.MEDIUM),
        ("  # noqa: E501", Severity.HIGH),  # says nothing about what is dangerous
        ("  # noqa", Severity.HIGH),
        ("  # no secret", Severity.HIGH),
    ],
)
def test_what_another_tool_was_told_is_meant_weighs_less(
    analyzer: PatternAnalyzer, mark: str, severity: Severity
) -> None:
    found = only(analyzer, "app.py", f"def f(data):\n    return eval(data){mark}\n")
    assert found.severity is severity


def test_a_mark_speaks_of_its_line_alone(analyzer: PatternAnalyzer) -> None:
    found = only(analyzer, "app.py", "def f(data):\n    # nosec\n    return eval(data)\n")
    assert found.severity is Severity.HIGH


def test_tests_are_lowered(analyzer: PatternAnalyzer) -> None:
    found = only(analyzer, "tests/test_app.py", "def f(data):\n    eval(data)\n")
    assert found.severity is Severity.MEDIUM


def test_secrets_in_a_line_are_masked(analyzer: PatternAnalyzer) -> None:
    text = 'def f(d):\n    eval(d, {"password": "hG7$kk2LmPq"})\n'
    assert "hG7$kk2LmPq" not in repr(only(analyzer, "app.py", text))


def test_surrogates_and_carriage_returns_shift_nothing(analyzer: PatternAnalyzer) -> None:
    text = "# \udcff\udcfe\r\n\x0c\r\ndef f(d):\r\n    return eval(d)\r\n"
    assert only(analyzer, "a\udcff.py", text).location.line == 4


def test_a_fix_becomes_the_text_of_the_lines(tmp_path: Path) -> None:
    found = only(
        own(tmp_path, a="{pattern: print($WHAT)}"), "a.py", "if x:\n    print(a +\n     b)\n"
    )
    assert found.location == Location("a.py", 2, 3)
    assert found.replacement == "    log(a +\n     b)"


def test_no_fix_over_bytes_that_are_no_text(tmp_path: Path) -> None:
    found = only(own(tmp_path, a="{pattern: print($WHAT)}"), "a.py", "print('\udcff')\n")
    assert found.replacement is None


@pytest.mark.parametrize("refused", ["{kind: nonsense}", "{kind: call, field: name}"])
def test_a_rule_that_ast_grep_refuses_is_told_once(tmp_path: Path, refused: str) -> None:
    analyzer = own(tmp_path, a=refused, b="{pattern: print($WHAT)}")
    files = [source("a.py", "print(1)\n"), source("b.py", "print(2)\n")]
    analysis = analyzer.analyze(files)
    assert len(analysis.findings) == 2
    (skip,) = analysis.skipped
    assert skip.path.endswith("a.yaml")
    assert "own/a" in skip.reason
    assert skip.stage == "analyzer:patterns"


def test_a_broken_rule_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("id: a\nodd: 1\n")
    analysis = own(tmp_path, b="{pattern: print($WHAT)}").analyze([source("a.py", "print(1)")])
    assert len(analysis.findings) == 1
    assert [skip.reason for skip in analysis.skipped] == ["line 2: unknown key 'odd'"]


def test_too_large_and_unknown(analyzer: PatternAnalyzer) -> None:
    large = source("a.py", "eval(x)\n" * (MAX_CHARACTERS // 8 + 1))
    analysis = analyzer.analyze([large, source("a.unknown", "eval(x)"), source("a.txt", "eval(x)")])
    assert analysis.findings == ()
    assert [skip.path for skip in analysis.skipped] == ["a.py"]


def test_time_is_limited(tmp_path: Path) -> None:
    own(tmp_path, a="{pattern: print($WHAT)}")
    ticks = count(0, 60)
    slow = PatternAnalyzer(RuleStore([tmp_path], built_in=False), clock=lambda: float(next(ticks)))
    analysis = slow.analyze([source("a.py", "print(1)")])
    assert analysis.findings == ()
    assert "too long" in analysis.skipped[0].reason


def test_long_matches_are_capped(tmp_path: Path) -> None:
    text = "print(\n" + "a,\n" * 30 + ")\n"
    found = only(own(tmp_path, a="{kind: call}"), "a.py", text)
    assert found.location == Location("a.py", 1, 12)
    assert found.replacement is None


@pytest.mark.parametrize(
    "text",
    ["(" * 5000, "eval(" * 3000, "\0eval(x)\0", "eval(x)" + "\u2028" * 50, "def f(:\n  eval(x\n"],
)
def test_hostile_text(analyzer: PatternAnalyzer, text: str) -> None:
    analyzer.analyze([source("a.py", text), source("a.js", text), source("a.php", "<?php " + text)])


def test_partial_files_are_searched(analyzer: PatternAnalyzer) -> None:
    partial = source("a.py", "\n\n    return eval(data)\n", changed=[3], complete=False)
    assert [f.location.line for f in analyzer.analyze([partial]).findings] == [3]


def test_a_long_line_is_left_out_by_regular_expressions(analyzer: PatternAnalyzer) -> None:
    # Looked through at every place it would take minutes.
    text = "<img " * 100_000 + "\n<img src='a.png'>\n"
    found = analyzer.analyze([source("a.html", text)]).findings
    assert [(one.rule_id, one.location.line) for one in found] == [("html/image-without-text", 2)]


def test_one_rule_does_not_take_all_the_time_either() -> None:
    ticks = count()
    slow = PatternAnalyzer(RuleStore(), clock=lambda: float(next(ticks)))
    analysis = slow.analyze([source("app.py", "eval(a)\n" * 100)])
    assert 0 < len(analysis.findings) < 100
    assert [skip.reason for skip in analysis.skipped] == ["took too long; rules were left out"]
