"""Runs one pattern rule over one file, and says where it matched and what it captured."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from coderasst_hook.analyzers import syntax
from coderasst_hook.analyzers.code import Code
from coderasst_hook.analyzers.flow import Flow, State
from coderasst_hook.analyzers.nodes import named
from coderasst_hook.analyzers.rule_file import Condition, PatternRule
from coderasst_hook.analyzers.taint import Borders, Marks, Source, Taint
from coderasst_hook.models import Severity

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_CAPTURE = re.compile(r"\$\$\$([A-Z][A-Z0-9_]*)|\$([A-Z][A-Z0-9_]*)")
_MAX_CAPTURE = 60
"""Characters of a capture that a message shows."""
_GIVEN = re.compile(
    r"([$@]?[A-Za-z_]\w*)(?:(?:\.|->)\w+|\[[^\]]*\])*(?:(?:\.|->)(?:get|fetch|at)\([^()]*\))?\Z"
)
"""A name, what belongs to it, and an entry of it; not what a call answers."""
_NUMBER = re.compile(r"(?i)(?:\A|[\W_])(?:[pug]id|port|index|count|width|height)\Z")
_PLAIN = re.compile(r"\$?[A-Za-z_]\w*")
_PROCESS_INPUT = re.compile(
    r"\b(?:raw_)?input\(|\bargv\b|\bos\.Args\b|\bstdin\b|\bSystem\.in\b|\breadLine\(|\brecv\(|\bgets\b"
    r"|\bARGV\b|\benviron\b|\bgetenv\b|process\.env|\bENV\b",
    re.IGNORECASE,
)
_LONG_LINE = re.compile(r".{2001,}")
"""Data, or generated; and where a regular expression that looks ahead takes for ever."""


class UnusableRuleError(Exception):
    """ast-grep refuses the rule for this language."""


class TookTooLongError(Exception):
    """The time that one file may take is over."""


@dataclass(frozen=True, slots=True)
class Match:
    line: int
    end_line: int
    captures: dict[str, str]
    fixed: str | None = None
    """The whole file after the rule's fix, None where it has none."""
    severity: Severity | None = None
    """Where it is not the rule's own."""


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """``text`` is free of surrogates; ``code`` is None where the language has no parser."""

    text: str
    code: Code | None
    is_over: Callable[[], bool] = lambda: False
    """Whether it has taken all the time that it may take."""
    _flows: dict[tuple[str, ...], Flow] = field(default_factory=dict)
    _marks: dict[str, Marks] = field(default_factory=dict)
    _taints: dict[tuple[str, tuple[str, ...]], Taint] = field(default_factory=dict)

    def flow(self, code: Code, safe: tuple[str, ...]) -> Flow:
        """One for all rules that trust the same functions."""
        if safe not in self._flows:
            self._flows[safe] = Flow(code, safe)
        return self._flows[safe]

    def taint(self, code: Code, borders: Borders, safe: tuple[str, ...]) -> Taint:
        """One for all rules that also have the same sources."""
        key = (borders.key, safe)
        if key not in self._taints:
            self._taints[key] = Taint(code, self.marks(code, borders), safe)
        return self._taints[key]

    def marks(self, code: Code, borders: Borders) -> Marks:
        if borders.key not in self._marks:
            with _refusals():
                self._marks[borders.key] = Marks.of(code.root, borders)
        return self._marks[borders.key]


def matches(rule: PatternRule, file: ParsedFile) -> Iterator[Match]:
    """Raises ``UnusableRuleError``, and ``TookTooLongError`` as soon as ``file.is_over``."""
    if rule.is_regex:
        yield from _regex_matches(rule, file.text)
    elif file.code is not None:
        yield from _tree_matches(rule, file, file.code)


def _tree_matches(rule: PatternRule, file: ParsedFile, code: Code) -> Iterator[Match]:
    matcher: Any = rule.matcher
    if rule.borders is not None and any(condition.outside for condition in rule.where):
        marks = file.marks(code, rule.borders)
        if not marks.sources and not marks.parameters:  # nothing can come from outside
            return
    with _refusals():
        nodes = code.root.find_all(matcher)
    for node in nodes:
        # Values that are made of each other in turn take a tenth of a second each.
        if file.is_over():
            raise TookTooLongError
        looked = _Looked(rule, file, code, node)
        found = looked.captures()
        if found is None:
            continue
        where = node.range()
        yield Match(
            line=where.start.line + 1,
            # A node that ends with a newline ends on the line before.
            end_line=max(where.start.line, where.end.line - (where.end.column == 0)) + 1,
            captures=found,
            severity=looked.severity(),
            fixed=None if rule.fix is None else _fixed(code.root, node, rule.fix, found),
        )


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001 - ast-grep raises no narrower type
        cause = [line.strip() for line in str(error).splitlines() if line.strip()]
        cause = [line for line in cause if not line.startswith(("Stack backtrace", "Caused by"))]
        raise UnusableRuleError("; ".join(cause[:3])[:300]) from None


@dataclass(frozen=True, slots=True)
class _Looked:
    """One node that a rule's matcher found, and the rule's conditions on it."""

    rule: PatternRule
    file: ParsedFile
    code: Code
    node: SgNode

    def captures(self) -> dict[str, str] | None:
        """What was captured, and as ``DYNAMIC`` and ``SOURCE`` what a condition found to be so and
        to come from outside; None if a condition fails."""
        found = _captures(self.rule, self.node)
        for condition in self.rule.where:
            told = next(
                (told for part in self._meant(condition) if (told := self._holds(condition, part))),
                None,
            )
            if told is None:
                return None
            found |= told
        return found

    def _meant(self, condition: Condition) -> list[SgNode]:
        """What was captured; of a list of arguments, each of them: one has to fit."""
        captured = self.node.get_match(condition.var)
        if captured is None:
            return []
        if captured.kind() in syntax.ARGUMENTS:
            return named(captured)
        return [captured]

    def _asked(self) -> Iterator[tuple[Condition, SgNode]]:
        for condition in self.rule.where:
            for part in self._meant(condition):
                yield condition, part

    def _holds(self, condition: Condition, node: SgNode) -> dict[str, str] | None:
        value = self.file.flow(self.code, condition.safe).value(node)
        if value.state.value not in condition.states or not _text_fits(condition, value.text):
            return None
        told = {condition.var: node.text()}
        if value.state is not State.CONSTANT and value.dynamic:
            told["DYNAMIC"] = value.dynamic[0]
        if condition.outside:
            source = self._source(condition, node)
            if source is None:
                return None
            told["SOURCE"] = source.text
        return told

    def _source(self, condition: Condition, node: SgNode) -> Source | None:
        if self.rule.borders is None:
            return None
        return self.file.taint(self.code, self.rule.borders, condition.safe).source(node)

    def severity(self) -> Severity | None:
        """None for the rule's own. A lower one where nothing that the conditions are about is sure
        to come from outside, and again where the function was not given it either: then it is what
        its author or the object chose."""
        asks = any(condition.outside for condition in self.rule.where)
        lower = self.rule.severity_unless_outside
        weighs = asks or lower is not None or self.rule.medium_if is not None
        if not weighs or self._is_surely_outside():
            return None
        own = self.rule.rule.severity
        if self._is_mild() or (self.rule.borders is not None and (asks and lower is None)):
            return min(own, Severity.MEDIUM)
        if lower is None or self.rule.borders is None:
            return None
        return lower if self._is_handed_in() else min(lower, Severity.MEDIUM)

    def _is_mild(self) -> bool:
        mild: Any = self.rule.medium_if
        with _refusals():
            return mild is not None and self.node.matches(**mild)

    def _is_surely_outside(self) -> bool:
        sources = (self._source(condition, part) for condition, part in self._asked())
        return any(source is not None and source.is_sure for source in sources)

    def _is_handed_in(self) -> bool:
        """Whether a parameter takes part, or a variable where the program reads its input. What a
        private function is given, its own file chose; what is called a number mostly is one."""
        values = (
            self.file.flow(self.code, condition.safe).value(part)
            for condition, part in self._asked()
        )
        names = [name for value in values for name in value.dynamic if not _NUMBER.search(name)]
        functions = self.code.functions
        given = {
            name
            for scope in self.node.ancestors()
            if scope.kind() in syntax.SCOPES and not functions.is_private(scope)
            for name in functions.parameters(scope)
        }
        if any((found := _GIVEN.match(name)) and found[1] in given for name in names):
            return True
        reads = _PROCESS_INPUT.search(self.file.text) is not None
        return reads and any(_PLAIN.fullmatch(name) for name in names)


def _text_fits(condition: Condition, text: str) -> bool:
    if condition.text is not None and not _compiled(condition.text).search(text):
        return False
    return condition.unless is None or not _compiled(condition.unless).search(text)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Of the rules read, few ever get as far as to ask for it."""
    return re.compile(pattern, re.MULTILINE)


def _captures(rule: PatternRule, node: SgNode) -> dict[str, str]:
    wanted = {
        (many or one, bool(many))
        for text in (rule.message, rule.fix or "", rule.rule.suggestion)
        for many, one in _CAPTURE.findall(text)
    }
    found: dict[str, str] = {}
    for name, is_many in wanted:
        if is_many:
            parts = node.get_multiple_matches(name)
            found[name] = "".join(part.text() for part in parts)
        else:
            part = node.get_match(name)
            if part is not None:
                found[name] = part.text()
    return found


def _fixed(root: SgNode, node: SgNode, fix: str, captures: dict[str, str]) -> str:
    text = _CAPTURE.sub(lambda found: captures.get(found[1] or found[2], ""), fix)
    return root.commit_edits([node.replace(text)])


def _regex_matches(rule: PatternRule, text: str) -> Iterator[Match]:
    unless = rule.matcher.get("unless")
    text = _LONG_LINE.sub("", text)
    for found in re.finditer(rule.matcher["regex"], text, re.MULTILINE):
        if found.end() == found.start():
            continue
        last = text.find("\n", found.end() - 1)
        whole = text[text.rfind("\n", 0, found.start()) + 1 : None if last < 0 else last]
        if unless and re.search(unless, whole, re.MULTILINE):
            continue
        line = text.count("\n", 0, found.start()) + 1
        yield Match(
            line=line,
            end_line=line + found.group().rstrip("\n").count("\n"),
            captures={name: value for name, value in found.groupdict().items() if value},
        )


def interpolate(template: str, captures: dict[str, str]) -> str:
    """``template`` with what was captured in place of each ``$NAME``, shortened to one line."""

    def shown(found: re.Match[str]) -> str:
        text = " ".join(captures.get(found[1] or found[2], "…").split())
        return text if len(text) <= _MAX_CAPTURE else text[: _MAX_CAPTURE - 1] + "…"

    return _CAPTURE.sub(shown, template)
