"""Where documentation stands in a file: Python's strings that are statements of their own, and the
block comments of other languages."""

from __future__ import annotations

import re
from functools import lru_cache

from coderasst_hook.analyzers import tuning
from coderasst_hook.source import SourceFile

MAX_CHARACTERS = 1_000_000
"""Of one file; in a larger one nothing is taken for documentation."""


_STARRED = re.compile(r"\s*\*(?:\s|$)")


def in_docstring(source: SourceFile, line: int) -> bool:
    """Whether ``line`` belongs to a docstring of more than one line, or to the inner lines of a
    block comment in the manner of JavaDoc."""
    if source.language != "python":
        return _STARRED.match(source.line(line)) is not None and _opened(source, line)
    if len(source.text) > MAX_CHARACTERS:
        return False
    return any(first <= line <= last for first, last in _docstrings(tuning.readable(source.text)))


def _opened(source: SourceFile, line: int) -> bool:
    """Whether the lines above that begin with a star lead to where a comment begins."""
    for number in range(line - 1, 0, -1):
        if not _STARRED.match(source.line(number)):
            return source.line(number).lstrip().startswith("/*")
    return False


@lru_cache(maxsize=4)
def _docstrings(text: str) -> tuple[tuple[int, int], ...]:
    """First and last lines, from 1."""
    from ast_grep_py import SgRoot

    # Also behind an assignment: some write the documentation of an attribute so.
    found = (
        SgRoot(text, "python")
        .root()
        .find_all({"rule": {"kind": "string", "inside": {"kind": "expression_statement"}}})
    )
    spans = ((node.range().start.line + 1, node.range().end.line + 1) for node in found)
    return tuple((first, last) for first, last in spans if last > first)
