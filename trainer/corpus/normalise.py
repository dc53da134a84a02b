"""One way of writing for all texts: Unicode NFC, "\\n", no invisible characters, no ragged ends.

What a program means stays: indentation and tabs of code are not touched, and mojibake is mended in
prose alone (an encoding table in a source file is no mistake). Doing it twice is doing it once.
"""

from __future__ import annotations

import re
import unicodedata

from trainer.corpus.drops import Dropped, noted
from trainer.corpus.kinds import is_prose_document
from trainer.documents import Document
from trainer.extras import need

VERSION = "1"

_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029")
# All controls but tab and newline; what is invisible, or turns the direction of reading. The
# joiners stay in the scripts that need them, and go where they only hide: among ASCII.
_ASCII_CONTROLS = bytes({*range(32), 127} - {9, 10})
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_LONELY_JOINER = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]+(?![^\x00-\x7f])")
_SURROGATES = re.compile("[\ud800-\udfff]")
REPLACEMENT = "\ufffd"
"""Stands where a byte could not be read."""
# They start with a fixed character, which makes them ten times as fast.
_RAGGED = re.compile(r"\n(?<=[^\S\n]\n)")
_MANY_BLANK_LINES = re.compile(r"\n{4,}")
MOST_REPLACED = 0.005
"""Share of characters that may be unreadable; beyond it, the encoding was guessed wrong."""
_LONGEST_MENDED = 10_000
"""Characters of a line; a longer one is no sentence that somebody garbled."""
_ROUNDS = 4
"""Mending may uncover what has to be mended again; hostile text could go on, so it is bounded."""


def normalise(document: Document) -> Document | Dropped:
    text = normal_text(document.text, prose=is_prose_document(document))
    if not text:
        return Dropped("empty")
    unreadable = text.count(REPLACEMENT)
    if unreadable > MOST_REPLACED * len(text):
        return Dropped("unreadable characters", f"{unreadable} of {len(text)}")
    if text == document.text:
        return document
    return noted(document, f"normalise: {len(document.text)} to {len(text)} characters", text)


def normal_text(text: str, *, prose: bool) -> str:
    """``text`` as above: no line ends in white space, no more than two blank lines in a row, one
    newline at the end; "" for text without a visible character."""
    if text.isascii():
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = text.encode("ascii").translate(None, _ASCII_CONTROLS).decode("ascii")
    else:
        text = _LINE_ENDS.sub("\n", text)
        for _ in range(_ROUNDS):
            before = text
            text = _readable(text, prose=prose)
            if text == before:
                break
    text = text.rstrip()
    if _RAGGED.search(text):
        text = "\n".join(map(str.rstrip, text.split("\n")))
    text = text.lstrip("\n")
    if "\n\n\n\n" in text:
        text = _MANY_BLANK_LINES.sub("\n\n\n", text)
    return f"{text}\n" if text else ""


def _readable(text: str, *, prose: bool) -> str:
    text = _SURROGATES.sub(REPLACEMENT, text)
    if prose:
        text = _mended(text)
    text = _INVISIBLE.sub("", text)
    if "\u200c" in text or "\u200d" in text:
        text = _LONELY_JOINER.sub("", text)
    return unicodedata.normalize("NFC", text)


def _mended(text: str) -> str:
    """Mojibake undone, and nothing else: quotation marks and ligatures are what was written."""
    ftfy = need("ftfy")
    settings = ftfy.TextFixerConfig(
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        unescape_html=False,
        normalization=None,
        explain=False,
    )
    # Line by line: ftfy costs some hundred times what the rest of this step does.
    return "\n".join(
        ftfy.fix_encoding(line, settings)
        if not line.isascii() and len(line) <= _LONGEST_MENDED and ftfy.is_bad(line)
        else line
        for line in text.split("\n")
    )
