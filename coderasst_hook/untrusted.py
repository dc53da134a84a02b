"""Text from outside (a model, a server) made fit to be shown and stored."""

from __future__ import annotations

import re
import unicodedata

# CSI, OSC (to BEL or ST) and two-character escapes. None nests, so each is linear.
_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -~]?|\x9b[0-?]*[ -/]*[@-~]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
# Format characters reorder or hide text; these two only join letters, in several scripts and emoji.
_JOINERS = "\u200c\u200d"


def printable(text: str, limit: int | None = None) -> str:
    """``text`` without terminal escapes, control characters, lone surrogates and hidden
    characters; newlines and tabs stay. Longer than ``limit`` characters: cut, with "…"."""
    text = _ESCAPES.sub("", text.replace("\r\n", "\n"))
    kept = "".join(character for character in text if _shown(character)).strip()
    if limit is not None and len(kept) > limit:
        return kept[: limit - 1].rstrip() + "…"
    return kept


def one_line(text: str, limit: int | None = None) -> str:
    """``printable`` text with every run of white space, newlines too, made one space."""
    return printable(" ".join(printable(text).split()), limit)


def encodable(text: str) -> str:
    """``text`` with each lone surrogate (a byte that was not UTF-8) as U+FFFD."""
    return _SURROGATES.sub("\ufffd", text)


def _shown(character: str) -> bool:
    if character in "\n\t" or character in _JOINERS:
        return True
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
