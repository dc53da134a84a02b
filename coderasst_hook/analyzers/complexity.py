"""The analyzer of complexity: lizard's measures of functions that the change touches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from coderasst_hook.analyzers import tuning
from coderasst_hook.analyzers.base import Analysis, Analyzer
from coderasst_hook.analyzers.registry import register
from coderasst_hook.models import Category, Confidence, Finding, Rule, Severity, Skipped
from coderasst_hook.settings import ComplexitySettings, Settings
from coderasst_hook.source import SourceFile

MAX_CHARACTERS = 400_000
"""Of one file: lizard reads about 1 MB in two seconds."""
MAX_LINE = 20_000
"""Characters of the longest line; beyond, the file was minified or generated."""

_BRANCH = r"\b(?:if\w*|el(?:se?)?if|for|foreach|while|case|catch)\b|&&|\|\||\?"
"""At least what lizard counts in all of its languages."""
_WORDS = r"\b(?:and|or|not|unless|until|when|except|rescue|ensure|finally)\b"
_DEFAULTS = r"(?:[(\[{,]\s*[\w$]+\s*(?::[^=,(){}]{0,99})?|[}\]]\s*|>\s+)=(?![=>])"
"""Of parameters, and of what is taken apart: each is a path of its own."""
_MORE = {
    "python": _WORDS,
    "ruby": _WORDS,
    "lua": _WORDS,
    "javascript": _DEFAULTS,
    "typescript": _DEFAULTS,
    "tsx": _DEFAULTS,
    "vue": _DEFAULTS,
    "kotlin": r"->",
    "php": r"=>|\bmatch\b",
    "rust": r"=>|\b(?:else|where)\b",
    "scala": r"\bdo\b",
    "swift": r"\bguard\b",
    "perl": rf"{_WORDS}|:|\b(?:do|sub|given|default)\b",
    "zig": rf"{_WORDS}|=>|\b(?:orelse|try)\b",
    "erlang": rf"{_WORDS}|\bfun\b|->",
    "r": r"[&|]|\b(?:switch|try|tryCatch|ifelse|repeat)\b",
    "fortran": r"\.(?:and|or)\.|\bdo\b",
}
"""And what it counts in these only."""
_LIST = re.compile(r"\([^()]*(?:\([^()]*\)[^()]*)*\)")

# A name that lizard knows the language by.
EXTENSIONS = {
    "python": "py",
    "javascript": "js",
    "typescript": "ts",
    "tsx": "tsx",
    "go": "go",
    "java": "java",
    "ruby": "rb",
    "php": "php",
    "c": "c",
    "cpp": "cpp",
    "csharp": "cs",
    "kotlin": "kt",
    "rust": "rs",
    "scala": "scala",
    "swift": "swift",
    "lua": "lua",
    "solidity": "sol",
    "objective-c": "m",
    "perl": "pl",
    "erlang": "erl",
    "zig": "zig",
    "r": "R",
    "fortran": "f90",
    "vue": "vue",
}


def _rule(name: str, severity: Severity, cwe: str | None, message: str, why: str, how: str) -> Rule:
    return Rule(
        id=f"complexity/{name}",
        category=Category.MAINTAINABILITY,
        severity=severity,
        languages=tuple(sorted(EXTENSIONS)),
        message=message,
        explanation=why,
        suggestion=how,
        cwe=cwe,
        engine="complexity",
        confidence=Confidence.HIGH,
    )


CYCLOMATIC = _rule(
    "cyclomatic",
    Severity.MEDIUM,
    "CWE-1121",
    "Function with too many branches",
    "Each branch is a path to understand and to test; mistakes gather where there are many.",
    "Split it where its branches belong to different decisions, or turn them into a table.",
)
LENGTH = _rule(
    "length",
    Severity.LOW,
    "CWE-1080",
    "Function too long",
    "A reader cannot hold it in mind, and its parts cannot be tested alone.",
    "Give the steps of the function names of their own.",
)
PARAMETERS = _rule(
    "parameters",
    Severity.LOW,
    "CWE-1064",
    "Function with too many parameters",
    "Callers mix up arguments, and every new need adds another one.",
    "Group what belongs together in a value, or split the function.",
)


def branches(source: SourceFile) -> int:
    """At least as many as lizard counts in the whole file."""
    pattern = "|".join(filter(None, (_BRANCH, _MORE.get(source.language or ""))))
    return sum(1 for _ in re.finditer(pattern, source.text, re.IGNORECASE))


class ComplexityAnalyzer:
    name = "complexity"
    by_file = True

    def __init__(self, limits: ComplexitySettings) -> None:
        self._limits = limits

    def rules(self) -> Sequence[Rule]:
        return [CYCLOMATIC, LENGTH, PARAMETERS]

    def analyze(self, files: Sequence[SourceFile]) -> Analysis:
        findings: list[Finding] = []
        skipped: list[Skipped] = []
        for source in files:
            if source.language not in EXTENSIONS or not source.changed or not source.complete:
                continue
            if not self._can_exceed(source):
                continue
            reason = _too_much(source)
            functions: Sequence[Any] = ()
            if reason is None:
                functions, reason = _functions(source)
            if reason is not None:
                skipped.append(Skipped(source.path, "analyzer:complexity", reason))
            for function in functions:
                findings.extend(self._judge(source, function))
        return Analysis(tuple(findings), tuple(skipped))

    def _can_exceed(self, source: SourceFile) -> bool:
        """Whether any function could reach a limit: spares most files, and often the import."""
        limits = self._limits
        return (
            len(source.lines) >= limits.length
            or branches(source) >= limits.cyclomatic - 1
            or any(
                found.group().count(",") >= limits.parameters - 1
                for found in _LIST.finditer(source.text)
            )
        )

    def _judge(self, source: SourceFile, function: Any) -> Iterator[Finding]:
        first, last = function.start_line, function.end_line
        touched = sorted(n for n in source.changed if first <= n <= last)
        if not touched:
            return
        # A finding must be on a changed line to be shown.
        line = first if first in source.changed else touched[0]
        limits = self._limits
        measures = (
            (CYCLOMATIC, function.cyclomatic_complexity, limits.cyclomatic, "independent paths"),
            (LENGTH, function.nloc, limits.length, "lines of code"),
            (PARAMETERS, _parameters(function), limits.parameters, "parameters"),
        )
        name = str(function.name)[:80]
        for rule, value, limit, unit in measures:
            if value < limit or (rule is PARAMETERS and line != first):
                continue
            yield Finding.of(
                rule,
                tuning.location(source, line, line),
                tuning.evidence(source, first),
                message=f"`{name}` has {value} {unit}; reported from {limit} on",
                severity=tuning.severity_in(source.path, _severity(rule, value, limit)),
            )


def _severity(rule: Rule, value: int, limit: int) -> Severity:
    """A function just over the limit is worth a word; one of twice that is worth the work."""
    return rule.severity if value >= 2 * limit else Severity.LOW


def _parameters(function: Any) -> int:
    """What callers pass: Python's receiver is none of it."""
    return sum(1 for name in function.parameters if name not in {"self", "cls"})


def _too_much(source: SourceFile) -> str | None:
    if len(source.text) > MAX_CHARACTERS:
        return "the file is too large to measure"
    if max(map(len, source.lines), default=0) > MAX_LINE:
        return "its lines are too long to measure"
    return None


def _functions(source: SourceFile) -> tuple[Sequence[Any], str | None]:
    """lizard's functions, or why there are none."""
    # lizard sets its own recursion and import paths; nothing else here needs it.
    from lizard import analyze_file

    name = f"source.{EXTENSIONS[source.language or '']}"
    try:
        result = analyze_file.analyze_source_code(name, tuning.readable(source.text))
    except (
        ArithmeticError,
        AttributeError,
        AssertionError,
        LookupError,
        RecursionError,
        RuntimeError,  # also a StopIteration inside one of its generators
        StopIteration,
        TypeError,
        ValueError,
    ) as error:
        return (), f"it cannot be measured ({type(error).__name__})"
    return result.function_list, None


@register("complexity")
def create(settings: Settings, rule_folders: Sequence[Path], root: Path | None) -> Analyzer:
    return ComplexityAnalyzer(settings.complexity)
