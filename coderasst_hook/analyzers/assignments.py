"""What gives names their values in one parsed file: assignments, declarations, loops."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coderasst_hook.analyzers import syntax
from coderasst_hook.analyzers.nodes import entry_asked_for, named, operator
from coderasst_hook.syntax import find_kinds

if TYPE_CHECKING:
    from ast_grep_py import SgNode


@dataclass(frozen=True, slots=True)
class Assignment:
    statement: SgNode
    value: SgNode
    appends: bool
    """Whether the value is only added to what was there."""
    start: int
    end: int
    """Of the statement, as offsets in the file."""


class Assignments:
    """Every assignment in a file, by name. Found once: flows ask for hundreds of names."""

    def __init__(self, root: SgNode, language: str) -> None:
        self._by_name: defaultdict[str, list[Assignment]] = defaultdict(list)
        self.into_tables: defaultdict[str, list[tuple[str, SgNode]]] = defaultdict(list)
        """``table["x"] = y`` by the table: which entry, where that is told, and the value."""
        kinds = syntax.ASSIGNMENTS.get(language, ())
        if not kinds:
            return
        for node in find_kinds(root, kinds):
            if node.kind() == "binary" and operator(node) != "<<":  # Ruby's way to append
                continue
            for target, value in _targets(node):
                if target.kind() in syntax.SUBSCRIPTS and (table := named(target)[:1]):
                    entry = entry_asked_for(target)
                    self.into_tables[_bare(table[0].text())].append((entry, value))
                    if target.text().endswith("[]"):  # PHP's way to append
                        self._add(table[0], node, value, appends=True)
                self._add(target, node, value, appends=_appends(node))

    def _add(self, target: SgNode, node: SgNode, value: SgNode, *, appends: bool) -> None:
        where = node.range()
        self._by_name[_bare(target.text())].append(
            Assignment(node, value, appends, where.start.index, where.end.index)
        )

    def within(self, scope: SgNode, name: str) -> list[Assignment]:
        """Those to ``name`` anywhere in ``scope``, latest first."""
        where = scope.range()
        first, last = where.start.index, where.end.index
        known = self._by_name.get(_bare(name), ())
        return [one for one in reversed(known) if first <= one.start and one.end <= last]


def _targets(node: SgNode) -> Iterator[tuple[SgNode, SgNode]]:
    """The pairs of target and value in an assignment, declaration or loop."""
    target = node.field("left") or node.field("name") or node.field("pattern")
    value = node.field("right") or node.field("value")
    parts = named(node)
    if target is None or value is None:
        if len(parts) < 2:
            return
        signs = [i for i, part in enumerate(node.children()) if part.text() in _SIGNS]
        if signs:
            before = [part for part in node.children()[: signs[0]] if part.is_named()]
            after = [part for part in node.children()[signs[0] + 1 :] if part.is_named()]
            if not before or not after:
                return
            target, value = target or before[-1], value or after[0]
        elif node.kind() in {"variable_declarator", "var_spec", "property_declaration"}:
            return
        else:
            target, value = target or parts[0], value or parts[1]
    targets, values = _elements(target), _elements(value)
    if len(targets) == len(values) and len(targets) > 1:
        yield from zip(targets, values, strict=True)
    else:
        for one in targets:
            yield one, value


_SIGNS = frozenset({"=", ":=", "+=", ".=", "in", "of", "as", "<<", "||=", "range"})


def _elements(node: SgNode) -> list[SgNode]:
    if node.kind() in {
        "pattern_list",
        "expression_list",
        "tuple_pattern",
        "left_assignment_list",
        "right_assignment_list",
        "object_pattern",
        "array_pattern",
    }:
        return named(node)
    return [node]


def _appends(node: SgNode) -> bool:
    return any(part.text() in {"+=", ".=", "<<"} for part in node.children())


def _bare(text: str) -> str:
    """A name without its type, ``*`` and ``$``: ``q: String`` is ``q``."""
    return re.split(r"\s*:(?!:)", text)[0].strip("*&${} ")
