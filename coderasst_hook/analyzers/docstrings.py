"""Where documentation stands in a file: Python's strings that are statements of their own, and the
block comments of other languages."""

from __future__ import annotations

from functools import lru_cache

from coderasst_hook.languages import ast_grep_name
from coderasst_hook.source import SourceFile
from coderasst_hook.syntax import parse


def in_docstring(source: SourceFile, line: int) -> bool:
    """Whether ``line`` belongs to a docstring or a block comment of more than one line."""
    grammar = ast_grep_name(source.language)
    return grammar is not None and any(
        first <= line <= last for first, last in _spans(source.text, grammar)
    )


@lru_cache(maxsize=4)
def _spans(text: str, grammar: str) -> tuple[tuple[int, int], ...]:
    """First and last lines, from 1; none where the file is too large to parse."""
    root = parse(text, grammar)
    if root is None:
        return ()
    if grammar == "python":
        # Also behind an assignment: some write the documentation of an attribute so.
        found = root.find_all(kind="string", inside={"kind": "expression_statement"})
    else:
        # Not by kind: it has another name in each grammar, and none may be asked for in another.
        opened = root.find_all(regex=r"^(?:/\*|<!--|--\[|\{-|\(\*|=begin)")
        found = [node for node in opened if "comment" in node.kind()]
    spans = ((node.range().start.line + 1, node.range().end.line + 1) for node in found)
    return tuple((first, last) for first, last in spans if last > first)
