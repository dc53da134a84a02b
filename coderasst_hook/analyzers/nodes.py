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
    first = next((part for part in call.children() if part.is_named()), None)
    if first is None or first.kind() in syntax.ARGUMENTS:
        return None
    if any(part.text() in {".", "->", "::", "?->", "&."} for part in call.children()):
        return first
    if first.kind() in syntax.MEMBERS:
        return next((part for part in first.children() if part.is_named()), None)
    return None


def operator(node: SgNode) -> str:
    """Of a binary expression."""
    return next((part.text() for part in node.children() if not part.is_named()), "")


def branches(conditional: SgNode) -> list[SgNode]:
    """What a conditional expression may be, without its condition."""
    parts = [part for part in conditional.children() if part.is_named()]
    is_python = any(part.text() == "if" for part in conditional.children())
    return [parts[0], parts[-1]] if is_python else parts[1:]
