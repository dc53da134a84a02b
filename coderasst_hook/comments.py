"""Where the comments of a file are, so that a marker in a string is not taken for one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from coderasst_hook import syntax
from coderasst_hook.languages import CommentSyntax, ast_grep_name, comment_syntax
from coderasst_hook.source import SourceFile

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_MOST_OPENERS = 50
"""Of one line; more of them are no code that a person wrote."""


@dataclass(frozen=True, slots=True)
class CommentLine:
    """One line of a comment. ``text`` goes from its start to the end of the line, or of the
    comment; ``alone`` says that nothing but the comment stands on the line."""

    line: int
    text: str
    alone: bool


_COMMENT_KINDS: dict[str, tuple[str, ...]] = {
    "dart": ("comment", "block_comment", "documentation_block_comment"),
    "haskell": ("comment", "haddock"),
    "java": ("line_comment", "block_comment"),
    "javascript": ("comment", "html_comment"),
    "tsx": ("comment", "html_comment"),
    "typescript": ("comment", "html_comment"),
    "kotlin": ("line_comment", "multiline_comment"),
    "rust": ("line_comment", "block_comment"),
    "scala": ("comment", "block_comment"),
    "swift": ("comment", "multiline_comment"),
    "css": ("comment", "js_comment"),
}
# These embed other languages, whose comments are plain text to the grammar.
_LEXICAL = frozenset({"html", "markdown"})


def comment_lines(source: SourceFile, word: str) -> Iterator[CommentLine]:
    """The lines of comments that hold ``word``: by the syntax tree where there is one, else by the
    looks of each line, as best it can."""
    if word not in source.text:
        return iter(())
    grammar = ast_grep_name(source.language)
    if grammar and grammar not in _LEXICAL and source.complete:
        root = syntax.parse(source.text, grammar)
        if root is not None:
            return _from_tree(root, grammar, source, word)
    return _from_lines(source, word)


def _from_tree(root: SgNode, grammar: str, source: SourceFile, word: str) -> Iterator[CommentLine]:
    for node in syntax.find_kinds(root, _COMMENT_KINDS.get(grammar, ("comment",))):
        place = node.range()
        start, end = place.start, place.end
        for index in range(start.line, end.line + 1):
            line = source.line(index + 1)
            left = start.column if index == start.line else 0
            right = end.column if index == end.line else len(line)
            if word not in line[left:right]:
                continue
            alone = _nothing(line[:left]) and _nothing(line[right:])
            yield CommentLine(index + 1, line[left:right], alone)


def _from_lines(source: SourceFile, word: str) -> Iterator[CommentLine]:
    comments = comment_syntax(source.language)
    opener = _openers(comments)
    closers = dict(comments.block)
    for number, line in enumerate(source.lines, 1):
        if word not in line:
            continue
        for match in islice(opener.finditer(line), _MOST_OPENERS):
            if _quoted(line, match.start()):
                continue
            text = line[match.start() :]
            closer = closers.get(match[0], "")
            close = text.find(closer, len(match[0])) if closer else -1
            rest = text[close + len(closer) :] if close >= 0 else ""
            text = text[:close] if close >= 0 else text
            alone = _nothing(line[: match.start()]) and _nothing(rest)
            yield CommentLine(number, text, alone)
            break


def _nothing(text: str) -> bool:
    """Nothing but space, and the braces that JSX wants around a comment."""
    return not text.strip(" \t\r\x0c{}")


def _openers(comments: CommentSyntax) -> re.Pattern[str]:
    """Longest first, so that ``--[[`` is not read as ``--``. A word must not end another one."""
    every = sorted((*comments.line, *(start for start, _ in comments.block)), key=len, reverse=True)
    return re.compile(
        "|".join((r"(?<!\w)" if word[0].isalpha() else "") + re.escape(word) for word in every)
    )


def _quoted(line: str, place: int) -> bool:
    """Whether ``place`` lies in a string that opens before it and closes after it on the line."""
    quote = ""
    index = 0
    while index < place:
        character = line[index]
        if character == "\\":
            index += 1
        elif quote:
            quote = "" if character == quote else quote
        elif character in "\"'`":
            quote = character
        index += 1
    return bool(quote) and quote in line[place:]
