"""Checks that a value has passed before it is used: that it is one of what is allowed, or that it
has nothing but harmless characters.

A check counts where the use lies inside of it (``if name in ALLOWED: use(name)``), or behind one
that leaves otherwise (``if name not in ALLOWED: raise …``), the value being the same since.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from coderasst_hook.analyzers import syntax
from coderasst_hook.analyzers.assignments import Assignments
from coderasst_hook.analyzers.nodes import Span, named, scope_of, span

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_NEAREST = 100
"""Statements before a use among which a check is looked for, at each level."""
_LONGEST = 400
"""Characters of a condition that is looked at."""
_IFS = frozenset(
    {"if_statement", "if_expression", "if", "unless", "if_modifier", "unless_modifier"}
    | {"elif_clause", "guard_statement"}
)
_INVERTED = frozenset({"unless", "unless_modifier", "guard_statement"})
_LEAVES = re.compile(
    r"(?:return|raise|throw|continue|break|next|die|exit|abort|panic|halt|os\.Exit|sys\.exit"
    r"|process\.exit|(?:log|t)\.Fatal\w*)\b|.*\band return\b"
)

# What is asked for membership must not itself be what a stranger has sent.
_OUTSIDE = re.compile(
    r"(?i)request|\breq\b|params|query|\bbody\b|input|\bargs?\b|argv|\bform\b|\$_|header|cookie"
    r"|\bdata\b|payload|json"
)
_OF = (
    r"(?P<of>[\w.$@>?-]+(?:\(\))?(?:::[\w.]+)*|\[[^\[\]]*\]|\{[^{}]*\}|\([^()]*\)|%w[\[(][^\])]*[\])]"
    r"|(?:new\s+Set|frozenset|set|tuple|list|array|Set\.of|List\.of|Arrays\.asList|setOf|listOf|Set)\([^()]*\)"
    r"|\[\]string\{[^{}]*\})"
)
_LEAD = r"(?P<lead>(?:^|[(!&|]|\b(?:and|or|not))\s*)"
"""Before what is all that is compared: ``typeof name == "string"`` says nothing of the value."""
_PLAIN_PATTERN = r"""/\^(?:[^/.\\]|\\[^sSDW]|\.(?![*+]))*\$/[a-z]*"""
"""A regular expression for a whole text, without what matches anything."""


@lru_cache(maxsize=512)
def _tests(name: str) -> tuple[re.Pattern[str], ...]:
    """What asks whether ``name`` is harmless, as the languages write it. A group ``not`` that takes
    part turns the answer round."""
    owner = rf"(?<![\w$.]){re.escape(name)}"
    n = rf"{owner}(?![\w(.])"
    return tuple(
        re.compile(pattern, re.DOTALL)
        for pattern in (
            rf"{_LEAD}{n}\s+(?P<not>not\s+)?in\s+{_OF}",
            rf"{_LEAD}{n}\s*(?P<not>!)in\s+{_OF}",
            rf"{_OF}\??\.(?:includes|has|contains\w*|Contains\w*|include\?|member\?|key\?|has_key\?|exists"
            rf"|hasOwnProperty|containsKey|ContainsKey)\(\s*&?{n}\s*\)",
            rf"{_OF}\.indexOf\(\s*{n}\s*\)\s*(?:(?P<not>===?\s*-1|<\s*0)|!==?\s*-1|>=?\s*(?:0|-1))",
            rf"\bin_array\(\s*{n}\s*,\s*{_OF}",
            rf"\b(?:array_key_exists|key_exists)\(\s*{n}\s*,\s*{_OF}",
            rf"\bisset\(\s*{_OF}\[\s*{n}\s*\]\s*\)",
            rf"\b(?:slices\.Contains|lo\.Contains|Object\.hasOwn)\(\s*{_OF}\s*,\s*{n}\s*\)",
            rf"(?:^|[!(\s]){_OF}\[\s*{n}\s*\]\s*(?:$|\)|;|&&|\|\||===?|!==?)",
            # one of a few constants
            rf"{_LEAD}{n}\s*(?:===?|(?P<not>!==?))\s*(?:[\"'][^\"'\\]*[\"']|\d+)",
            # nothing but harmless characters
            rf"\b(?:re|regex)\.fullmatch\([^,]+,\s*{n}\s*\)",
            rf"\b\w*(?:PATTERN|RE|REGEX|_re|_pattern|pattern|regex)\.fullmatch\(\s*{n}\s*\)",
            rf"{_PLAIN_PATTERN}\.test\(\s*{n}\s*\)",
            rf"\bpreg_match\(\s*[\"']{_PLAIN_PATTERN}[\"']\s*,\s*{n}\b",
            rf"{owner}\.(?:isdigit|isalnum|isdecimal|isnumeric|isidentifier|isalpha)\(\)",
            rf"\b(?:ctype_digit|ctype_alnum|ctype_alpha|is_numeric|is_int)\(\s*{n}\s*\)",
        )
    )


class Guards:
    """Of one parsed file."""

    def __init__(self, assignments: Assignments) -> None:
        self._assignments = assignments
        self._answers: dict[Span, bool] = {}

    def hold(self, use: SgNode) -> bool:
        """Whether the name ``use`` can only have a value there that was found harmless."""
        where = span(use)
        if where not in self._answers:
            self._answers[where] = self._hold(use)
        return self._answers[where]

    def _hold(self, use: SgNode) -> bool:
        name = use.text()
        scope = scope_of(use)
        if scope is None or len(name) > 60:
            return False
        return any(
            not self._is_set_between(scope, name, check, use) for check in _checks(use, name, scope)
        )

    def _is_set_between(self, scope: SgNode, name: str, check: SgNode, use: SgNode) -> bool:
        start, end = check.range().start.index, use.range().start.index
        known = self._assignments.within(scope, name)
        return any(start < one.start and one.end < end for one in known)


def _checks(use: SgNode, name: str, scope: SgNode) -> Iterator[SgNode]:
    """The checks of ``name`` that ``use`` has passed, by the nodes that they are."""
    inner = use
    for outer in use.ancestors():
        if outer.kind() in _IFS and _is_inside(outer, inner, name):
            yield outer
        for before in islice(_before(inner), _NEAREST):
            if _refuses(before, name):
                yield before
        if outer == scope:
            return
        inner = outer


def _before(node: SgNode) -> Iterator[SgNode]:
    before = node.prev()
    while before is not None:
        yield before
        before = before.prev()


def _is_inside(conditional: SgNode, part: SgNode, name: str) -> bool:
    """Whether ``part`` is what is done where the condition finds ``name`` harmless."""
    condition = conditional.field("condition")
    done = conditional.field("consequence") or conditional.field("body")
    if condition is None or done is None or part != done:
        return False
    return _demands(_condition_of(conditional, condition), name, alternatives=("||", " or ")) is (
        conditional.kind() not in _INVERTED
    )


def _refuses(statement: SgNode, name: str) -> bool:
    """Whether ``statement`` leaves where ``name`` is not harmless."""
    if statement.kind() == "expression_statement" and len(named(statement)) == 1:
        statement = named(statement)[0]
    if statement.kind() not in _IFS or name not in statement.text()[:_LONGEST]:
        return False
    condition = statement.field("condition")
    done = statement.field("consequence") or statement.field("body")
    if statement.kind() == "guard_statement":
        done = next((one for one in named(statement)[::-1] if one != condition), None)
    elif statement.field("alternative") is not None:
        return False
    if condition is None or done is None or not _leaves(done):
        return False
    return _demands(_condition_of(statement, condition), name, alternatives=("&&", " and ")) is (
        statement.kind() in _INVERTED
    )


def _condition_of(conditional: SgNode, condition: SgNode) -> str:
    """With what Go declares before it: ``_, ok := allowed[name]; !ok``."""
    declared = conditional.field("initializer")
    text = condition.text()
    if declared is not None and (found := _OK.fullmatch(declared.text())):
        return re.sub(rf"\b{found['ok']}\b", found["what"], text)
    return text


_OK = re.compile(r"_,\s*(?P<ok>\w+)\s*:=\s*(?P<what>.+)", re.DOTALL)


def _leaves(done: SgNode) -> bool:
    last = done
    while (parts := [one for one in named(last) if "comment" not in one.kind()]) and (
        last.kind() in syntax.BLOCKS or last.kind() in {"then", "expression_statement", "else"}
    ):
        last = parts[-1]
    return _LEAVES.match(last.text()) is not None


def _demands(condition: str, name: str, alternatives: tuple[str, str]) -> bool | None:
    """True where ``condition`` asks that ``name`` is harmless, False where it asks that it is not,
    None where it asks neither, or something else will do as well."""
    if len(condition) > _LONGEST or any(one in condition for one in alternatives):
        return None
    for test in _tests(name):
        found = test.search(condition)
        if found is None:
            continue
        groups = found.groupdict()
        if _OUTSIDE.search(groups.get("of", "")):
            continue
        start = found.end("lead") if "lead" in groups else found.start()
        before = condition[:start].rstrip(" (")
        is_negated = before.endswith(("!", "not")) or found.group().startswith("!")
        is_negated ^= re.match(r"\s*\)?\s*===?\s*false\b", condition[found.end() :]) is not None
        return bool(groups.get("not")) is is_negated
    return None
