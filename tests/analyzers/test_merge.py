from __future__ import annotations

from coderasst_hook.analyzers.merge import merge
from coderasst_hook.models import Category, Confidence, Finding, Location, Rule, Severity


def finding(
    rule_id: str,
    *,
    line: int = 1,
    cwe: str | None = None,
    engine: str = "patterns",
    severity: Severity = Severity.MEDIUM,
    confidence: Confidence = Confidence.MEDIUM,
) -> Finding:
    rule = Rule(
        id=rule_id,
        category=Category.SECURITY,
        severity=severity,
        languages=(),
        message=rule_id,
        cwe=cwe,
        engine=engine,
        confidence=confidence,
    )
    return Finding.of(rule, Location("a.py", line, line), "x")


def kept(*findings: Finding) -> list[str]:
    return [one.rule_id for one in merge(findings)]


def test_the_same_weakness_on_a_line_is_told_once() -> None:
    ours = finding("python/eval", cwe="CWE-95")
    theirs = finding("ruff/S307", cwe="CWE-94", engine="ruff")
    assert kept(theirs, ours) == ["python/eval"]
    assert kept(ours, theirs) == ["python/eval"]


def test_the_surer_and_graver_wins() -> None:
    sure = finding("ruff/X", cwe="CWE-1", engine="ruff", confidence=Confidence.HIGH)
    grave = finding("python/x", cwe="CWE-1", severity=Severity.CRITICAL)
    assert kept(grave, sure) == ["ruff/X"]
    assert kept(finding("python/y", cwe="CWE-1"), grave) == ["python/x"]


def test_different_things_stay() -> None:
    assert kept(
        finding("a", cwe="CWE-1"),
        finding("b", cwe="CWE-2"),
        finding("a", cwe="CWE-1", line=2),
        finding("c"),
        finding("d"),
    ) == ["a", "b", "a", "c", "d"]


def test_a_rule_that_fires_twice_on_a_line_is_told_once() -> None:
    assert kept(finding("c"), finding("c")) == ["c"]


def test_an_unknown_source_loses_a_tie() -> None:
    assert kept(finding("m", cwe="CWE-1", engine="own"), finding("p", cwe="CWE-1")) == ["p"]
