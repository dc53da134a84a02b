"""Under which licence a text stands, as the text itself says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from trainer import spdx
from trainer.acquire.licence_names import FILLING, NAMES
from trainer.acquire.licence_phrases import PHRASES

LONGEST = 200_000
"""Characters of a licence file that are read. GPL-3.0 has 35,000; collections have more."""
HEAD = 4_000
"""Characters from the start of a file in which it may say what it stands under."""

_SEPARATORS = re.compile(r"[^a-z0-9]+")
# Comment marks at the start of lines would tear phrases apart: "rem" and "dnl" are letters.
_COMMENT_WORDS = re.compile(r"^[ \t]*(?:rem|dnl|\.\\\")(?=[ \t])", re.MULTILINE | re.IGNORECASE)
# The expression ends with the line, or with the comment.
_SPDX = re.compile(
    r"SPDX-License-Identifier:[ \t]*((?:\(?[\w.+-]+\)?[ \t]*(?:/[ \t]*(?=\w))?){1,40})",
    re.IGNORECASE | re.ASCII,
)
_NOTICE_WORDS = ("licen", "permission", "redistribution", "public domain")
_MOST_IDENTIFIERS = 20
_LONGEST_NAME = 120
"""Characters: what is shorter may be no more than the name of a licence."""


def recognise(text: str) -> str | None:
    """The SPDX expression for a licence file or a notice; None where nothing in it is known.

    More than one licence is told as ``A AND B``: a text does not say whether one may choose, and
    what is not allowed must not hide behind what is. The text of a GNU licence alone is "-only".
    """
    words = _words(text[:LONGEST])
    named = by_name(text) if len(words) <= _LONGEST_NAME else None
    if named is not None:
        return named
    found = [name for name, rules in _RULES if any(rule.matches(words) for rule in rules)]
    return spdx.all_of(found) if found else None


def by_name(name: str) -> str | None:
    """The expression that people mean by ``name``, such as "Apache License, Version 2.0"; None for
    what is unknown, or could be one of several, as "BSD" could."""
    expression = spdx.normal(name)
    if expression is not None:
        return expression
    words = _words(name[:_LONGEST_NAME].replace("+", " or later ")).split()
    return NAMES.get(" ".join(word for word in words if word not in FILLING))


def recognise_head(text: str) -> tuple[str, str] | None:
    """What the head of a source file says of its own licence, and where: in an
    "SPDX-License-Identifier" line or in a notice. None where it says nothing that is known."""
    head = text[:HEAD]
    declared = spdx_lines(head)
    if declared is not None:
        return declared, "SPDX-License-Identifier"
    lowered = head.lower()
    # Nearly all files say nothing, and most of the work can be spared for them.
    if not any(word in lowered for word in _NOTICE_WORDS):
        return None
    notice = recognise(head)
    return None if notice is None else (notice, "notice in the file")


def spdx_lines(head: str) -> str | None:
    """The expression of all "SPDX-License-Identifier" lines; None where there is none, or one that
    is malformed."""
    # Put together here, so that a reader of this file does not take the word for its licence.
    lines = [match[1] for match in _SPDX.finditer(head)][:_MOST_IDENTIFIERS]
    found = {expression for line in lines if (expression := _expression(line))}
    return spdx.all_of(found) if found else None


def _expression(line: str) -> str | None:
    """The longest beginning of ``line`` that is an expression: prose may follow on its line."""
    words = line.split()
    while words:
        found = spdx.normal(" ".join(words))
        if found is not None:
            return found
        words.pop()
    return None


@dataclass(frozen=True, slots=True)
class _Rule:
    needed: tuple[str, ...]
    forbidden: tuple[str, ...]

    def matches(self, words: str) -> bool:
        return all(part in words for part in self.needed) and not any(
            part in words for part in self.forbidden
        )


def _rule(line: str) -> _Rule:
    parts = line.split("…")
    return _Rule(
        needed=tuple(f" {part} " for part in parts if not part.startswith("!")),
        forbidden=tuple(f" {part[1:]} " for part in parts if part.startswith("!")),
    )


def _words(text: str) -> str:
    return f" {_SEPARATORS.sub(' ', _COMMENT_WORDS.sub(' ', text).lower())} "


_RULES = tuple((name, tuple(map(_rule, lines))) for name, lines in PHRASES.items())
