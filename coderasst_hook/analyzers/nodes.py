"""What is asked of single nodes of a parsed file, whatever their language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from coderasst_hook.analyzers import syntax

if TYPE_CHECKING:
    from ast_grep_py import SgNode

Span = tuple[int, int]


def span(node: SgNode) -> Span:
    """As offsets in the file."""
    where = node.range()
    return where.start.index, where.end.index


def named(node: SgNode) -> list[SgNode]:
    """The children that are no punctuation."""
    return [part for part in node.children() if part.is_named()]


def scope_of(node: SgNode) -> SgNode | None:
    """The nearest function, class or file around it."""
    return next((one for one in node.ancestors() if one.kind() in syntax.SCOPES), None)


def last_name(callee: str) -> str:
    """Of what is called, by its text: ``quote`` of ``shlex.quote``."""
    return re.split(r"[^\w$]+", callee.rstrip("!?"))[-1]


def call_parts(node: SgNode) -> tuple[str, list[SgNode]]:
    """The callee's text without spaces, and the arguments."""
    arguments: list[SgNode] = []
    callee: list[str] = []
    for child in node.children():
        inner = child
        if child.kind() == "call_suffix":
            inner = next((c for c in child.children() if c.kind() in syntax.ARGUMENTS), child)
        if inner.kind() in syntax.ARGUMENTS:
            arguments = [
                part
                for part in inner.children()
                if part.is_named() and "comment" not in part.kind()
            ]
            break
        if child.text() != "new":
            callee.append(child.text())
    return re.sub(r"\s+", "", "".join(callee)), arguments


def receiver_of(call: SgNode) -> SgNode | None:
    """What a method is called on, where the grammar tells it from a plain function."""
    first = next(iter(named(call)), None)
    if first is None or first.kind() in syntax.ARGUMENTS:
        return None
    if any(part.text() in {".", "->", "::", "?->", "&."} for part in call.children()):
        return first
    if first.kind() in syntax.MEMBERS:
        return next(iter(named(first)), None)
    return None


def entries(table: SgNode) -> dict[str, SgNode] | None:
    """The values of a literal table by their keys; None where not all of the keys are told."""
    found: dict[str, SgNode] = {}
    for part in named(table):
        key, value = part.field("key"), part.field("value")
        if part.kind() == "shorthand_property_identifier":
            found[part.text()] = part
        elif key is not None and value is not None and (name := _key(key)):
            found[name] = value
        elif "comment" not in part.kind():
            return None
    return found


def entry_asked_for(node: SgNode) -> str:
    """The name of what ``node``, a member or a subscript, takes out of a table; "" where it is not
    told."""
    last = named(node)[-1:]
    return _key(last[0]) if last else ""


def _key(node: SgNode) -> str:
    if node.kind() in syntax.KEYS_BY_NAME:
        return node.text()
    found = _CONSTANT_KEY.fullmatch(node.text())
    return found[1] if found and node.kind() not in syntax.NAMES else ""


_CONSTANT_KEY = re.compile(r"""[:"']?([\w-]+)[:"']?""")


def operator(node: SgNode) -> str:
    """Of a binary expression."""
    return next((part.text() for part in node.children() if not part.is_named()), "")


def branches(conditional: SgNode) -> list[SgNode]:
    """What a conditional expression may be, without its condition."""
    parts = named(conditional)
    kind = conditional.kind()
    if kind in _BY_CASES:
        arms = [arm for part in parts for arm in ([part, *named(part)]) if arm.kind() in _ARMS]
        given = [named(arm)[-1:] for arm in arms]
        found = [_value_of(arm[0]) for arm in given if arm]
    elif kind == "if_expression":
        found = [_value_of(part) for part in parts[1:]]
    else:
        is_python = any(part.text() == "if" for part in conditional.children())
        found = [parts[0], parts[-1]] if is_python else parts[1:]
    return [one for one in found if one.kind() not in syntax.NO_VALUE and not _ends(one)]


_BY_CASES = frozenset({"match_expression", "when_expression", "switch_expression"})
_ARMS = frozenset(
    {
        *("match_arm", "when_entry", "case_clause", "switch_rule", "switch_expression_arm"),
        *("match_conditional_expression", "match_default_expression"),
    }
)
_BODIES = frozenset(
    {"block", "control_structure_body", "else_clause", "statements", "indented_block"}
)
_ENDING = re.compile(
    r"(?:panic|bail|unreachable|todo|unimplemented|ensure)!|(?:error|TODO|fatalError)\("
)


def _value_of(part: SgNode) -> SgNode:
    """Of a block: its last expression."""
    while part.kind() in _BODIES and (inner := named(part)):
        part = inner[-1]
    return part


def _ends(node: SgNode) -> bool:
    return _ENDING.match(node.text()) is not None or (
        node.kind() == "expression_statement" and node.text().startswith(("throw", "return"))
    )
