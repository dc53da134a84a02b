"""What calls add to a text or a list: ``parts.append(x)``, ``sb.append(a).append(b)``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coderasst_hook.analyzers.nodes import call_parts

if TYPE_CHECKING:
    from ast_grep_py import SgNode

MOST = 30
"""Additions to one name that are looked at; whoever makes more puts data together, not text."""
_ADDING = re.compile(
    r"(\$?\w+)(?:(?:\.|->)\w+\(.*\))*(?:\.|->)(?:append|push|add|Append(?:Line|Format)?|push_str|extend"
    r"|write_str|WriteString|Add)",
    re.DOTALL,
)

_WRITING = frozenset({"fmt.Fprintf", "fmt.Fprint", "io.WriteString"})
"""Functions of Go that add to what they are given first."""


@dataclass(frozen=True, slots=True)
class Added:
    value: SgNode
    start: int
    """Where, as an offset in the file."""


def added(calls: Iterable[SgNode]) -> Mapping[str, list[Added]]:
    """By name, in the order of the text."""
    found: defaultdict[str, list[Added]] = defaultdict(list)
    for call in calls:
        callee, arguments = call_parts(call)
        target = _ADDING.fullmatch(callee)
        if target:
            found[target[1]] += [Added(one, one.range().start.index) for one in arguments]
        elif callee in _WRITING and arguments:
            name = arguments[0].text().lstrip("&")
            found[name] += [Added(one, one.range().start.index) for one in arguments[1:]]
    return {
        name: sorted(ones, key=lambda one: one.start)
        for name, ones in found.items()
        if len(ones) <= MOST
    }
