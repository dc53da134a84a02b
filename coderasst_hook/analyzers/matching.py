"""Runs one pattern rule over one file, and says where it matched and what it captured."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coderasst_hook.analyzers.flow import Flow, State
from coderasst_hook.analyzers.rule_file import Condition, PatternRule
from coderasst_hook.models import Severity

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_CAPTURE = re.compile(r"\$\$\$([A-Z][A-Z0-9_]*)|\$([A-Z][A-Z0-9_]*)")
_MAX_CAPTURE = 60
"""Characters of a capture that a message shows."""
_LONG_LINE = re.compile(r".{2001,}")
"""Data, or generated; and where a regular expression that looks ahead takes for ever."""


class UnusableRuleError(Exception):
    """ast-grep refuses the rule for this language."""


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
    """``text`` is free of surrogates; ``root`` is None where the language has no parser."""

    text: str
    language: str
    root: SgNode | None
    flows: dict[tuple[str, ...], Flow] = field(default_factory=dict)

    def flow(self, safe: tuple[str, ...]) -> Flow:
        """One for all rules that trust the same functions: it remembers what it found."""
        if safe not in self.flows:
            self.flows[safe] = Flow(self.language, safe)
        return self.flows[safe]


def matches(rule: PatternRule, file: ParsedFile) -> Iterator[Match]:
    """Raises ``UnusableRuleError``."""
    if rule.is_regex:
        yield from _regex_matches(rule, file.text)
    elif file.root is not None:
        yield from _tree_matches(rule, file, file.root)


def _tree_matches(rule: PatternRule, file: ParsedFile, root: SgNode) -> Iterator[Match]:
    matcher: Any = rule.matcher
    try:
        nodes = root.find_all(matcher)
    except Exception as error:  # noqa: BLE001 - ast-grep raises no narrower type
        cause = [line.strip() for line in str(error).splitlines() if line.strip()]
        cause = [line for line in cause if not line.startswith(("Stack backtrace", "Caused by"))]
        raise UnusableRuleError("; ".join(cause[:3])[:300]) from None
    for node in nodes:
        found = _conditions_hold(rule, file, node)
        if found is None:
            continue
        where = node.range()
        yield Match(
            line=where.start.line + 1,
            # A node that ends with a newline ends on the line before.
            end_line=max(where.start.line, where.end.line - (where.end.column == 0)) + 1,
            captures=found,
            severity=_severity(rule, file, node),
            fixed=None if rule.fix is None else _fixed(root, node, rule.fix, found),
        )


def _conditions_hold(rule: PatternRule, file: ParsedFile, node: SgNode) -> dict[str, str] | None:
    """The captures, and as ``DYNAMIC`` what a condition found to be so; None if one fails."""
    found = _captures(rule, node)
    for condition in rule.where:
        captured = node.get_match(condition.var)
        if captured is None:
            return None
        value = file.flow(condition.safe).value(captured)
        if value.state.value not in condition.states or not _text_fits(condition, value.text):
            return None
        if value.state is not State.CONSTANT and value.dynamic:
            found["DYNAMIC"] = value.dynamic[0]
    return found


def _severity(rule: PatternRule, file: ParsedFile, node: SgNode) -> Severity | None:
    """A lower one where nothing that the conditions are about is seen to come from outside."""
    if rule.outside is None or file.root is None:
        return None
    outside: Any = rule.outside
    captured = (node.get_match(condition.var) for condition in rule.where)
    # Only there: in a whole file, what looks upwards from each name takes a second and more.
    if any(one is not None and one.find(outside) is not None for one in captured):
        return None
    return rule.severity_unless_outside


def _text_fits(condition: Condition, text: str) -> bool:
    if condition.text is not None and not condition.text.search(text):
        return False
    return condition.unless is None or not condition.unless.search(text)


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
