"""Runs a rule's own examples: it must fire on the ones and keep quiet on the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from coderasst_hook.analyzers.patterns import PatternAnalyzer
from coderasst_hook.analyzers.rule_file import Example, PatternRule, RuleError
from coderasst_hook.models import Finding
from coderasst_hook.source import SourceFile


class _One:
    """A store of one rule."""

    errors: Sequence[RuleError] = ()

    def __init__(self, rule: PatternRule) -> None:
        self._rules = (rule,)

    def matching(self, language: str, source: str) -> tuple[PatternRule, ...]:
        return tuple(
            rule
            for rule in self._rules
            if language in rule.rule.languages and rule.may_match(source)
        )

    def all(self) -> tuple[PatternRule, ...]:
        return self._rules

    def keep(self) -> None:
        pass


def problems(rule: PatternRule) -> Iterator[str]:
    """One sentence for each example that does not do what it should."""
    for example in rule.fires:
        for language in languages(rule, example):
            findings, reasons = run(rule, example, language)
            if reasons:
                yield f"{rule.rule.id}: {language}: {reasons[0]}"
            elif not findings:
                yield f"{rule.rule.id}: does not fire ({language}) on: {_short(example)}"
            elif any("$" in f.message and "…" in f.message for f in findings):
                yield f"{rule.rule.id}: its message has a capture that is not there"
    for example in rule.quiet:
        for language in languages(rule, example):
            findings, _ = run(rule, example, language)
            if findings:
                yield f"{rule.rule.id}: fires ({language}) on: {_short(example)}"


def languages(rule: PatternRule, example: Example) -> tuple[str, ...]:
    return (example.language,) if example.language else rule.rule.languages


def run(
    rule: PatternRule, example: Example, language: str
) -> tuple[tuple[Finding, ...], list[str]]:
    """The findings on ``example`` and what kept the rule from running."""
    lines = tuple(example.code.split("\n"))
    changed = frozenset(range(1, len(lines) + 1))
    source = SourceFile(example.path or "source", language, example.code, lines, changed)
    analysis = PatternAnalyzer(_One(rule)).analyze([source])
    return analysis.findings, [skip.reason for skip in analysis.skipped]


def _short(example: Example) -> str:
    text = " ".join(example.code.split())
    return text if len(text) <= 120 else text[:119] + "…"
