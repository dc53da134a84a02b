"""Paragraphs that many documents share: licence headers, cookie notices, footers.

In code a paragraph is cut only where it is nothing but comment, so that what is left still parses;
in data (JSON, YAML) none is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from coderasst_hook.languages import CommentSyntax, comment_syntax, is_data, is_prose
from trainer.corpus.signatures import normalised_hash

VERSION = "1"
SHORTEST = 60
"""Characters of a paragraph that counts: shorter ones ("Examples", "}") repeat by nature."""
_BETWEEN = re.compile(r"(\n(?:[^\S\n]*\n)+)")


def paragraph_hashes(text: str, language: str) -> list[int]:
    """64 bits of each paragraph that may be cut, each once, in order."""
    may_be_cut = _may_be_cut(language)
    known: dict[int, None] = {}
    for paragraph in _BETWEEN.split(text)[::2]:
        if may_be_cut(paragraph):
            known[normalised_hash(paragraph)] = None
    return list(known)


def without_paragraphs(
    text: str, language: str, repeated: Callable[[int], bool]
) -> tuple[str, int]:
    """``text`` without the paragraphs whose hashes are ``repeated``, and how many those were."""
    may_be_cut = _may_be_cut(language)
    pieces = _BETWEEN.split(text)
    kept: list[str] = []
    cut = 0
    # Each paragraph goes together with the empty lines behind it.
    for number in range(0, len(pieces), 2):
        paragraph = pieces[number]
        if may_be_cut(paragraph) and repeated(normalised_hash(paragraph)):
            cut += 1
        else:
            kept.extend(pieces[number : number + 2])
    return "".join(kept), cut


def _may_be_cut(language: str) -> Callable[[str], bool]:
    if not language or language.startswith("prose-") or is_prose(language):
        return lambda paragraph: len(paragraph) >= SHORTEST
    if is_data(language):
        return lambda paragraph: False
    comments = comment_syntax(language)
    openings = (*comments.line, *(opening for opening, _ in comments.block))

    def is_comment(paragraph: str) -> bool:
        if len(paragraph) < SHORTEST:
            return False
        # Most of a program is none, which its first characters tell.
        stripped = paragraph.strip()
        return stripped.startswith(openings) and _is_comment(stripped, comments)

    return is_comment


def _is_comment(stripped: str, comments: CommentSyntax) -> bool:
    for opening, closing in comments.block:
        if stripped.startswith(opening):
            end = stripped.find(closing, len(opening))
            return end >= 0 and end + len(closing) == len(stripped)
    return bool(comments.line) and all(line.startswith(comments.line) for line in _lines(stripped))


def _lines(text: str) -> Iterator[str]:
    return (line.lstrip() for line in text.split("\n"))
