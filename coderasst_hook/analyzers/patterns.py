"""The analyzer of the YAML rules: parses a file once, and only if a rule can match it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from coderasst_hook.analyzers import tuning
from coderasst_hook.analyzers.base import Analysis, Analyzer
from coderasst_hook.analyzers.code import Code
from coderasst_hook.analyzers.matching import (
    Match,
    ParsedFile,
    TookTooLongError,
    UnusableRuleError,
    interpolate,
    matches,
)
from coderasst_hook.analyzers.registry import register
from coderasst_hook.analyzers.rule_file import PatternRule
from coderasst_hook.analyzers.rule_store import Rules, RuleStore
from coderasst_hook.languages import ast_grep_name
from coderasst_hook.models import Category, Finding, Rule, Severity, Skipped
from coderasst_hook.redact import mask
from coderasst_hook.settings import Settings
from coderasst_hook.source import SourceFile

MAX_CHARACTERS = 1_000_000
"""Of one file; a larger one is data or was generated."""
MAX_LINE = 600
"""Characters of a line; a longer one is data or was generated, and nobody reads a finding there."""
FILE_SECONDS = 10.0
"""After which the remaining rules leave a file alone."""


class PatternAnalyzer:
    """``clock`` gives seconds, for the limit on one file."""

    name = "patterns"
    by_file = True

    def __init__(self, store: Rules, *, clock: object = None) -> None:
        self._store = store
        self._clock = clock if callable(clock) else time.monotonic

    def rules(self) -> Sequence[Rule]:
        return [rule.rule for rule in self._store.all()]

    def analyze(self, files: Sequence[SourceFile]) -> Analysis:
        findings: list[Finding] = []
        skipped = [
            Skipped(error.path, "analyzer:patterns", f"line {error.line}: {error.reason}")
            for error in self._store.errors
        ]
        broken: set[str] = set()
        for source in files:
            for outcome in self._file(source, broken):
                if isinstance(outcome, Finding):
                    findings.append(outcome)
                else:
                    skipped.append(outcome)
        self._store.keep()
        return Analysis(tuple(findings), tuple(skipped))

    def _file(self, source: SourceFile, broken: set[str]) -> Iterator[Finding | Skipped]:
        if source.language is None:
            return
        if len(source.text) > MAX_CHARACTERS:
            yield Skipped(source.path, "analyzer:patterns", "the file is too large to parse")
            return
        text = tuning.readable(source.text)
        rules = self._store.matching(source.language, text)
        if not rules:
            return
        started = self._clock()
        code = _parse(text, source.language) if any(not r.is_regex for r in rules) else None
        parsed = ParsedFile(text, code, lambda: self._clock() - started > FILE_SECONDS)
        for rule in rules:
            if rule.origin in broken:
                continue
            try:
                if parsed.is_over():
                    raise TookTooLongError
                for match in matches(rule, parsed):
                    if len(source.line(match.line)) <= MAX_LINE:
                        yield _finding(rule, source, match)
            except TookTooLongError:
                reason = "took too long; rules were left out"
                yield Skipped(source.path, "analyzer:patterns", reason)
                return
            except UnusableRuleError as error:
                broken.add(rule.origin)
                yield Skipped(rule.origin, "analyzer:patterns", f"rule {rule.rule.id}: {error}")


def _parse(text: str, language: str) -> Code | None:
    """None where the language has no parser."""
    name = ast_grep_name(language)
    if name is None:
        return None
    from ast_grep_py import SgRoot

    return Code(SgRoot(text, name).root(), name)


def _finding(rule: PatternRule, source: SourceFile, match: Match) -> Finding:
    location = tuning.location(source, match.line, match.end_line)
    captures = {name: mask(text) for name, text in match.captures.items()}
    return Finding.of(
        rule.rule,
        location,
        tuning.evidence(source, location.line),
        message=interpolate(rule.message, captures),
        suggestion=interpolate(rule.rule.suggestion, captures),
        replacement=_replacement(source, match),
        severity=tuning.severity_in(
            source.path, _severity(rule, source, match), rule.tests_severity
        ),
    )


def _severity(rule: PatternRule, source: SourceFile, match: Match) -> Severity:
    severity = match.severity or rule.rule.severity
    if rule.rule.category is not Category.SECURITY:
        return severity
    lines = range(match.line, match.end_line + 1)
    is_meant = any(tuning.is_marked_as_meant(source.line(number)) for number in lines)
    return min(severity, Severity.MEDIUM) if is_meant else severity


def _replacement(source: SourceFile, match: Match) -> str | None:
    """The fixed text of exactly the matched lines; None where surrogates or length forbid it."""
    if match.fixed is None or match.end_line - match.line >= tuning.MAX_LINES:
        return None
    original = tuning.readable(source.text)
    if original != source.text:
        return None
    lines = match.fixed.split("\n")
    grown = len(lines) - len(original.split("\n"))
    return "\n".join(lines[match.line - 1 : match.end_line + grown])


@register("patterns")
def create(settings: Settings, rule_folders: Sequence[Path], root: Path | None) -> Analyzer:
    return PatternAnalyzer(RuleStore(rule_folders))
