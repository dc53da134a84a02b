"""The licence at the top of a source file: the same words a thousand times over in a corpus.

Only comments above the first line of code are looked at, and of them only the paragraphs that speak
of a licence or a copyright are taken out. A line of SPDX stays: it is short, and says it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from coderasst_hook.languages import CommentSyntax, comment_syntax

SHORTEST = 200
"""Characters of what is worth taking out."""
_MOST_LINES = 400
"""Of a head. The longest licences that stand in a file have fewer."""
_LONGEST_LINE = 400

_LICENCE = re.compile(
    r"licen[cs]ed? (?:under|to)|permission (?:is hereby granted|to use, copy)|redistributions? "
    r"|gnu (?:lesser |affero |library )?general public|warrant(?:y|ies)\b|without limitation"
    r"|this (?:software|program|file|library) is (?:free|provided|distributed|licensed|part)"
    r"|copyright (?:\(c\)|©|\d{4}|notice|holder|the|by)"
    r"|all rights reserved|\(c\) \d{4}|(?:apache|mozilla|eclipse|gnu|mit|bsd)[\w ]{0,20} licen[cs]e"
    r"|licenses/|liab(?:le|ility) for|written permission|obtain a copy|contributor license",
    re.IGNORECASE,
)
_OPENS_A_FILE = re.compile(
    r"#!|<\?(?:php|xml)|#.*?coding[:=]|<!doctype|//go:build|// \+build|%YAML", re.IGNORECASE
)
_SPDX = "SPDX-License-Identifier"
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class _Block:
    """A comment from line ``start`` to line ``end``, both inclusive."""

    start: int
    end: int
    opener: str
    closer: str


def without_licence_header(text: str, language: str) -> str:
    """``text`` without it; ``text`` itself where there is none that is long enough."""
    lines, blocks = _head(text, comment_syntax(language))
    taken = {
        index
        for paragraph in _paragraphs(lines)
        if any(_LICENCE.search(lines[index]) for index in paragraph)
        for index in paragraph
        if _SPDX not in lines[index]
    }
    if sum(len(lines[index]) for index in taken) < SHORTEST:
        return text
    rest = text.split("\n", len(lines))[len(lines) :]
    return "\n".join([*_remaining(lines, blocks, taken), *rest]).lstrip("\n")


def _head(text: str, syntax: CommentSyntax) -> tuple[list[str], list[_Block]]:
    """The lines above the first code (comments, blank lines, what has to open a file), and the
    comments among them that are blocks."""
    lines: list[str] = []
    blocks: list[_Block] = []
    opened: tuple[int, str, str] | None = None
    for index, line in enumerate(text.split("\n", _MOST_LINES)[:_MOST_LINES]):
        stripped = line.strip()
        if len(line) > _LONGEST_LINE:
            break
        if opened is None and stripped and not _whole_line(stripped, syntax):
            pair = next((pair for pair in syntax.block if stripped.startswith(pair[0])), None)
            if pair is None:
                break
            opened, stripped = (index, *pair), stripped[len(pair[0]) :]
        if opened is not None and opened[2] in stripped:
            if not stripped.endswith(opened[2]):
                break  # code stands behind the comment
            blocks.append(_Block(opened[0], index, opened[1], opened[2]))
            opened = None
        lines.append(line)
    # What is not closed here is left alone.
    return (lines, blocks) if opened is None else (lines[: opened[0]], blocks)


def _whole_line(stripped: str, syntax: CommentSyntax) -> bool:
    if any(stripped.startswith(opener) for opener, _ in syntax.block):
        return False
    return bool(_OPENS_A_FILE.match(stripped)) or stripped.startswith(syntax.line)


def _paragraphs(lines: list[str]) -> Iterator[list[int]]:
    """Runs of lines that have words."""
    paragraph: list[int] = []
    for index, line in enumerate(lines):
        if _WORD.search(line) and not _OPENS_A_FILE.match(line.strip()):
            paragraph.append(index)
        elif paragraph:
            yield paragraph
            paragraph = []
    if paragraph:
        yield paragraph


def _remaining(lines: list[str], blocks: list[_Block], taken: set[int]) -> list[str]:
    """Without the lines taken, and so that each comment that has words left still opens and
    closes."""
    kept = {index: line for index, line in enumerate(lines) if index not in taken}
    in_blocks: set[int] = set()
    for block in blocks:
        inside = range(block.start, block.end + 1)
        in_blocks.update(inside)
        if taken.isdisjoint(inside):
            continue
        if not any(index in kept and _WORD.search(kept[index]) for index in inside):
            for index in inside:
                kept.pop(index, None)
            continue
        kept.setdefault(block.start, block.opener)
        kept.setdefault(block.end, block.closer)
    for index in sorted(kept):
        # The "#" between two paragraphs that are gone.
        lonely = index not in in_blocks and kept[index].strip() and not _WORD.search(kept[index])
        if lonely and ({index - 1, index + 1} & taken):
            del kept[index]
            taken.add(index)
    return [kept[index] for index in sorted(kept)]
