"""One pattern rule, ready to be run: what `rule_yaml` reads, or `rule_cache` has kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coderasst_hook.analyzers.taint import Borders
from coderasst_hook.models import Category, Confidence, Rule, Severity


class RuleError(Exception):
    """A rule file cannot be used; ``str`` is "path:line: what is wrong"."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold for one capture: its ``flow.State`` and the constant part of its text."""

    var: str
    states: frozenset[str]
    text: str | None = None
    unless: str | None = None
    """Regular expressions; in both, ``^`` and ``$`` are a line's."""
    safe: tuple[str, ...] = ()
    outside: bool = False
    """Whether it must be seen to come from a request."""


@dataclass(frozen=True, slots=True)
class Example:
    code: str
    language: str | None = None
    """None means every language of the rule."""
    path: str = ""


@dataclass(frozen=True, slots=True)
class PatternRule:
    rule: Rule
    origin: str
    """The file that it comes from, for error messages."""
    message: str
    """With ``$NAME`` for what was captured; ``rule.message`` is the title."""
    matcher: Mapping[str, Any]
    """ast-grep's ``rule``, ``constraints`` and ``utils``; or ``regex`` and ``unless``."""
    is_regex: bool
    prefilter: tuple[str, ...]
    where: tuple[Condition, ...]
    file_has: re.Pattern[str] | None
    file_lacks: re.Pattern[str] | None
    fix: str | None
    tests_severity: Severity | None
    severity_unless_outside: Severity | None
    medium_if: Mapping[str, Any] | None
    """A matcher for what weighs no more than that, unless it surely comes from outside."""
    borders: Borders | None
    """Where it matters what comes from outside, and the folder says what does."""
    owasp: str
    fires: tuple[Example, ...]
    quiet: tuple[Example, ...]

    def may_match(self, text: str) -> bool:
        """A cheap look, before anything is parsed."""
        if self.prefilter and not any(word in text for word in self.prefilter):
            return False
        if self.file_has is not None and not self.file_has.search(text):
            return False
        return self.file_lacks is None or not self.file_lacks.search(text)


def build(data: Mapping[str, Any], path: str) -> PatternRule:
    """The rule of what ``known_data`` gave for the file at ``path``."""
    is_regex = data.get("engine") == "regex"
    unless_outside = data.get("severity_unless_outside")
    return PatternRule(
        rule=Rule(
            id=data["id"],
            category=Category(data["category"]),
            severity=Severity(data["severity"]),
            languages=tuple(data["languages"]),
            message=data.get("title") or _title(data["id"]),
            explanation=" ".join(data["explanation"].split()),
            suggestion=" ".join(data["suggestion"].split()),
            cwe=data.get("cwe"),
            engine="patterns",
            confidence=Confidence(data.get("confidence", "medium")),
            limits=_limits(data),
        ),
        origin=path,
        message=" ".join(data["message"].split()),
        matcher=data["rule" if is_regex else "matcher"],
        is_regex=is_regex,
        prefilter=tuple(data.get("prefilter", ())),
        where=tuple(_condition(entry) for entry in data.get("where", ())),
        file_has=_compiled(data.get("file_has")),
        file_lacks=_compiled(data.get("file_lacks")),
        fix=data.get("fix"),
        tests_severity=Severity(data["tests_severity"]) if "tests_severity" in data else None,
        severity_unless_outside=Severity(unless_outside) if unless_outside else None,
        medium_if=data.get("medium_if"),
        borders=Borders.of(data["borders"]) if data.get("borders") else None,
        owasp=data.get("owasp", ""),
        fires=_examples(data["examples"]["fires"]),
        quiet=_examples(data["examples"]["quiet"]),
    )


_ACRONYMS = {"sql", "html", "tls", "jwt", "xml", "io", "nan", "php", "http", "cors", "yaml", "ssh"}


def _limits(data: Mapping[str, Any]) -> str:
    asks = data.get("where", ())
    if any("from" in entry for entry in asks):
        return (
            "Requests that reach this place through another file or through a field of another"
            " object; a check that another function makes, and tells by raising."
        )
    if asks:
        return (
            "What other files make of a value: a parameter that they may give, and whatever their"
            " functions return, counts as coming from elsewhere."
        )
    return ""


def _title(rule_id: str) -> str:
    words = rule_id.partition("/")[2].split("-")
    text = " ".join(word.upper() if word in _ACRONYMS else word for word in words)
    return text[0].upper() + text[1:]


def _condition(entry: Mapping[str, Any]) -> Condition:
    states = entry.get("is", "dynamic")
    if states == "dynamic":
        # Text built around something dynamic is no constant either.
        states = ["dynamic", "built"]
    return Condition(
        var=entry["var"],
        states=frozenset([states] if isinstance(states, str) else states),
        text=entry.get("text"),
        unless=entry.get("unless"),
        safe=tuple(entry.get("safe", ())),
        outside="from" in entry,
    )


def _compiled(pattern: str | None) -> re.Pattern[str] | None:
    return None if pattern is None else re.compile(pattern, re.MULTILINE)


def _examples(entries: Sequence[str | Mapping[str, str]]) -> tuple[Example, ...]:
    return tuple(
        Example(entry)
        if isinstance(entry, str)
        else Example(entry["code"], entry.get("language"), entry.get("path", ""))
        for entry in entries
    )
