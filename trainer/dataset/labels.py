"""What the built-in analyzers say of real code, in the words of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache

from coderasst_hook.analyzers.base import Analyzer
from coderasst_hook.analyzers.merge import merge
from coderasst_hook.analyzers.patterns import PatternAnalyzer
from coderasst_hook.analyzers.registry import MODULES, all_rules, load
from coderasst_hook.analyzers.rule_store import ChosenRules, RuleStore
from coderasst_hook.analyzers.side_by_side import analyze
from coderasst_hook.changes import FileDiff, Status
from coderasst_hook.chunks import Chunk
from coderasst_hook.errors import ConfigurationError
from coderasst_hook.filtering import FindingFilter
from coderasst_hook.models import Category, Finding
from coderasst_hook.scopes import Outline
from coderasst_hook.settings import FilterMode, Settings
from coderasst_hook.source import SourceFile
from trainer.dataset.answers import Said
from trainer.dataset.change import Change
from trainer.dataset.issue_types import issue_type

SECRETS = "secrets/"
SYNTAX_ERROR = "python/syntax-error"
_JUDGES = ("ruff", "secrets")
"""Analyzers whose findings, those two, make a file or a change unfit."""
_FINDERS = ("ruff", "patterns")
"""Analyzers that are fast enough to look for rules in a whole corpus."""
_LOOK_FURTHER = frozenset(("documentation", "imports"))
"""Analyzers that compare with the rest of a file or repository: a hunk tells nothing of it."""
_LEAST_RULES = 5
"""Of a language that hunks without a finding are taken of: what nobody looks at is not clean."""

_OF_THE_FILE = frozenset(("ruff/F401", "ruff/F402", "ruff/F811", "ruff/F821", "ruff/F823"))
_OF_THE_FUNCTION = frozenset(("ruff/F841", "complexity/cyclomatic", "complexity/length"))
_FLOWS = frozenset((Category.SECURITY, Category.PERFORMANCE))
"""Where a value comes from and in which loop a call stands is told by the function."""
_OF_THE_LINES = ("ruff/S", "ruff/PERF", "ruff/C4", "python/weak-hash", "python/yaml-load")
"""Rules of these categories, by their beginning, that look at nothing but the lines themselves."""

_SETTINGS = Settings(filter=FilterMode.NONE)


@dataclass(frozen=True, slots=True)
class Analyzed:
    """``findings`` are what a person would be shown of the whole file. ``gap`` says why not all
    analyzers looked at all of it, and is empty where they did."""

    source: SourceFile
    findings: tuple[Finding, ...]
    gap: str = ""


@lru_cache(maxsize=1)
def judged_languages() -> frozenset[str]:
    """Languages in which the analyzers have enough rules to call code clean."""
    counts: dict[str, int] = {}
    for rule in all_rules(_SETTINGS):
        if rule.engine not in _LOOK_FURTHER | {"complexity"}:
            for language in rule.languages:
                counts[language] = counts.get(language, 0) + 1
    return frozenset(language for language, count in counts.items() if count >= _LEAST_RULES)


def check_taught(rules: Sequence[str]) -> None:
    """Raises ``ConfigurationError`` for an id that no rule has."""
    known = [rule.id for rule in all_rules(_SETTINGS)] if rules else []
    for rule in rules:
        if rule not in known:
            near = get_close_matches(rule, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ConfigurationError(
                f"dataset.rules: there is no rule {rule!r}{hint}", next_step="coderasst rules list"
            )


def analyzed(sources: Sequence[SourceFile], rules: frozenset[str] = frozenset()) -> list[Analyzed]:
    """Each source looked at as a whole, all of them in one go: a process is started for each
    call. Their paths may be equal. ``rules``: whose findings count, those that make a file unfit
    aside; empty means all."""
    apart = _apart(sources)
    analysis = analyze(_analyzers_of(rules), apart, processes=1)
    found: dict[str, list[Finding]] = {one.path: [] for one in apart}
    # Before they are merged, since one of another rule may stand for both.
    for finding in merge([f for f in analysis.findings if _counts(f, rules)]):
        found[finding.location.path].append(finding)
    gaps = {skip.path: skip.reason for skip in analysis.skipped}
    return [
        Analyzed(source, _shown(source, found[one.path]), gaps.get(one.path, ""))
        for source, one in zip(sources, apart, strict=True)
    ]


def found_rules(sources: Sequence[SourceFile], rules: frozenset[str]) -> list[frozenset[str]]:
    """Which of ``rules`` find something in each source, before anything is filtered: for choosing
    what to look at more closely. Those of other engines than ruff's and the patterns are left
    out."""
    apart = _apart(sources)
    names = [name for name in _FINDERS if _has_one_of(name, rules)]
    found: dict[str, set[str]] = {one.path: set() for one in apart}
    wanted = [_analyzer(name, rules) for name in names]
    for finding in analyze(wanted, apart, processes=1).findings:
        if finding.rule_id in rules:
            found[finding.location.path].add(finding.rule_id)
    return [frozenset(found[one.path]) for one in apart]


def _apart(sources: Sequence[SourceFile]) -> list[SourceFile]:
    # A folder of digits changes nothing about what a file is taken for.
    return [replace(one, path=f"{index}/{one.path}") for index, one in enumerate(sources)]


def _analyzers_of(rules: frozenset[str]) -> list[Analyzer]:
    """Those that have ``rules``, and those that tell which files are unfit. The others are slow for
    nothing."""
    names = (name for name in MODULES if name in _JUDGES or _has_one_of(name, rules))
    return [_analyzer(name, rules) for name in names if name not in _LOOK_FURTHER]


def _analyzer(name: str, rules: frozenset[str]) -> Analyzer:
    if name == "patterns" and rules:
        return PatternAnalyzer(ChosenRules(RuleStore(), rules))
    return load([name], _SETTINGS)[0]


def _has_one_of(name: str, rules: frozenset[str]) -> bool:
    """An engine's rules begin with its name; those of the patterns, with a language's."""
    if not rules:
        return True
    others = {f"{other}/" for other in MODULES if other != "patterns"}
    if name == "patterns":
        return any(not rule.startswith(tuple(others)) for rule in rules)
    return any(rule.startswith(f"{name}/") for rule in rules)


def _counts(finding: Finding, rules: frozenset[str]) -> bool:
    rule = finding.rule_id
    return not rules or rule in rules or rule.startswith(SECRETS) or rule == SYNTAX_ERROR


def _shown(source: SourceFile, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    own = [finding.at(replace(finding.location, path=source.path)) for finding in findings]
    file = FileDiff(source.path, source.path, Status.MODIFIED)
    whole = FindingFilter(_SETTINGS, [file], {source.path: source})
    return tuple(sorted(whole.apply(own).kept, key=lambda f: (f.location.line, f.rule_id)))


def on_added_lines(findings: Sequence[Finding], change: Change) -> list[Finding]:
    """Those that the review of ``change`` would show."""
    added = change.source.changed
    return [
        finding
        for finding in findings
        if any(n in added for n in range(finding.location.line, finding.location.end_line + 1))
    ]


def is_told_by(chunk: Chunk, finding: Finding, source: SourceFile, outline: Outline) -> bool:
    """Whether ``chunk`` shows what one must see to find it. An analyzer has seen the whole file,
    and a model that is taught to say what it cannot see learns to guess."""
    shown = {number for piece in chunk.hunks for number, _ in (*piece.above, *piece.below)}
    shown |= {line.new_number for line in chunk.hunk_lines() if line.new_number is not None}
    first, last = finding.location.line, finding.location.end_line
    if finding.rule_id in _OF_THE_FILE:
        first, last = 1, len(source.lines)
    elif _is_of_the_function(finding):
        around = outline.enclosing(first, last)
        function = next((scope for scope in reversed(around) if scope.kind == "function"), None)
        if function is not None:
            first, last = function.start, function.end
    return all(n in shown or not source.line(n).strip() for n in range(first, last + 1))


def _is_of_the_function(finding: Finding) -> bool:
    if finding.rule_id in _OF_THE_FUNCTION:
        return True
    return finding.category in _FLOWS and not finding.rule_id.startswith(_OF_THE_LINES)


def said_of(finding: Finding, change: Change) -> Said:
    """``finding`` in the words of an answer, at its first line that was added."""
    place = finding.location
    numbers = range(place.line, place.end_line + 1)
    line = next(n for n in numbers if n in change.source.changed)
    return Said(
        rule_id=finding.rule_id,
        issue_type=issue_type(finding.rule_id, finding.cwe, finding.category),
        line=line,
        message=finding.message,
        severity=finding.severity,
        confidence=finding.confidence,
        explanation=finding.explanation,
        suggestion=finding.suggestion,
        replacement=finding.replacement if len(numbers) == 1 else None,
    )
