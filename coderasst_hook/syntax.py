"""One safe way to a syntax tree: hostile text neither raises nor hangs, and no line moves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ast_grep_py import SgNode

MAX_CHARACTERS = 512 * 1024
MAX_LINES = 20_000
_MAX_BY_GRAMMAR = {"bash": 64 * 1024}
"""The bash grammar needs time that grows with the square of what it cannot parse."""
_MAX_UNCLOSED = 400
"""Brackets that nothing closes: error recovery grows with their square, too."""

# tree-sitter wants valid UTF-8, and a control character makes some grammars slow. One character
# for one, so that no column moves; a carriage return is a space to every grammar.
_UNPARSABLE = re.compile(r"[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def parse(text: str, grammar: str) -> SgNode | None:
    """The root of the tree, its lines and columns (in characters, from 0) those of ``text``.

    ``grammar`` is a name of ``languages.ast_grep_name``. None where the text is too large, or too
    broken to be worth the time.
    """
    if len(text) > _MAX_BY_GRAMMAR.get(grammar, MAX_CHARACTERS) or text.count("\n") > MAX_LINES:
        return None
    if any(abs(text.count(a) - text.count(b)) > _MAX_UNCLOSED for a, b in ("()", "[]", "{}")):
        return None
    from ast_grep_py import SgRoot

    return SgRoot(_UNPARSABLE.sub(" ", text), grammar).root()


def span(node: SgNode) -> tuple[int, int]:
    """First and last line, from 1; a node that ends before a line's first column ends above it."""
    place = node.range()
    start, end = place.start.line, place.end.line
    if place.end.column == 0 and end > start:
        end -= 1
    return start + 1, end + 1


def find_kinds(root: SgNode, kinds: tuple[str, ...]) -> list[SgNode]:
    """All nodes of these kinds, in the order of the text; the grammar must know each kind."""
    return root.find_all(any=[{"kind": kind} for kind in kinds])
