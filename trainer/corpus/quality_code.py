"""Code that a person wrote and can read: no data, nothing generated, nothing minified.

The thresholds are those of BigCode, named S for The Stack and StarCoder (Kocetkov et al. 2022; Li
et al. 2023, section 3), S2 for StarCoder2 (Lozhkov et al. 2024), and of CodeParrot, named C
(Tunstall et al. 2022, chapter 10), where nothing else is said.
"""

from __future__ import annotations

import re
import zlib
from functools import cache

from coderasst_hook.exclude import Exclusions
from coderasst_hook.languages import comment_syntax, is_data
from coderasst_hook.source import SourceFile
from trainer.corpus.drops import Dropped
from trainer.corpus.kinds import GATHERED_FOR_THE_DATASET, is_prose_document
from trainer.corpus.measures import repeated
from trainer.corpus.parse_errors import broken_share
from trainer.documents import Document

VERSION = "1"

LONGEST_LINE = 1000
"""S, C: characters of a line."""
MEAN_LINE = 100
"""S, C: characters of a line on average."""
FEWEST_ALPHANUMERIC = 0.25
"""S, C: share of letters and digits among all characters."""
FEWEST_CHARACTERS = 30
"""Of a file; S has 50 for JSON and YAML alone. What is shorter says nothing: ``__init__.py``."""
MOST_LINES = 100_000
"""S2."""
LARGEST_DATA = 5_000
"""S: characters of a file of JSON or YAML; further formats of data are treated as these are."""
FEWEST_LETTERS_IN_DATA = 0.5
"""S: share of letters in such a file, without its white space."""
XML_OPENING = 100
"""S: "<?xml version=" within so many characters means data, whatever the file is called."""
LONG_WORD = 60
"""Characters of a line without a space in it that is taken for encoded data, base64 mostly."""
MEAN_WORD = 12
"""Characters of a word and the space behind it, on average, below which nothing is encoded."""
MOST_ENCODED = 0.5
"""S2: share of characters in such lines, or of characters that write numbers."""
MOST_REPEATED = 0.6
"""Share of characters in lines that were there before. Gopher (see ``quality_prose``) has 0.2 for
prose; code repeats itself."""
LONG_ENOUGH = 20
"""Characters of a line that counts when it is repeated: closing brackets do not."""
SHORTEST_REPEATING = 1_000
"""Bytes of a file; the few lines of a shorter one may well be alike."""
MOST_PACKED = 0.04
"""Size by zlib in relation to the text's: what shrinks to less is one phrase, again and again."""
MOST_PACKED_BYTES = 8_192
"""Bytes behind the middle that are packed for it."""
MOST_COMMENTS = 0.9
"""Share of lines that are comments: a file that is commented out. S has 0.8 of characters."""
MOST_BROKEN = 0.5
"""Share of characters that the grammar cannot make sense of: the extension lies."""

_NOT_VENDORED = {"linguist-vendored": "unset"}
# Bytes of what is not ASCII are letters, as good as always.
_NOT_ASCII = bytes(range(128, 256))
_LETTERS = bytes(range(65, 91)) + bytes(range(97, 123)) + _NOT_ASCII
_ALPHANUMERIC = bytes(range(48, 58)) + _LETTERS
_SPACE = b" \t\n"
# 12, 0x1f, "\\x1f": of ordinary code it is a twentieth.
_NUMBERS = b"0123456789,\\x"


def judge_code(document: Document) -> Document | Dropped:
    if is_prose_document(document) or document.origin.kind in GATHERED_FOR_THE_DATASET:
        return document
    text, language = document.text, document.language
    lines = text.split("\n")
    raw = text.encode("utf-8", "surrogatepass")
    return (
        _size(text, lines)
        or _generated(document, lines)
        or _letters(raw)
        or _data(text, raw, language)
        or _encoded(raw, lines)
        or _repeats(raw, lines)
        or _comments(text, lines, language)
        or _broken(text, language)
        or document
    )


def _size(text: str, lines: list[str]) -> Dropped | None:
    if len(text) < FEWEST_CHARACTERS:
        return Dropped("too short", f"{len(text)} characters")
    if len(lines) > MOST_LINES:
        return Dropped("too long", f"{len(lines)} lines")
    longest = max(map(len, lines))
    if longest > LONGEST_LINE:
        return Dropped("long lines", f"one of {longest} characters")
    if len(text) > MEAN_LINE * len(lines):
        return Dropped("long lines", f"{len(text) / len(lines):.0f} characters on average")
    return None


def _generated(document: Document, lines: list[str]) -> Dropped | None:
    """By the conventions that the hook goes by. What is vendored stays: a package's sources may
    well lie in "vendor", and what is there twice falls out as a duplicate."""
    path = document.origin.location
    exclusions = Exclusions(attributes={path: _NOT_VENDORED})
    source = SourceFile(path, document.language, document.text, tuple(lines), frozenset())
    reason = exclusions(source)
    # "generated file (by its name)": what is in brackets is the detail.
    what, _, how = (reason or "").partition(" (")
    return Dropped(what, how.rstrip(")")) if what else None


def _letters(raw: bytes) -> Dropped | None:
    share = 1 - len(raw.translate(None, _ALPHANUMERIC)) / len(raw)
    if share < FEWEST_ALPHANUMERIC:
        return Dropped("too few letters and digits", f"{share:.2f}")
    return None


def _data(text: str, raw: bytes, language: str) -> Dropped | None:
    if not is_data(language) and "<?xml version=" not in text[:XML_OPENING]:
        return None
    if len(text) > LARGEST_DATA:
        return Dropped("data", f"{len(text)} characters of {language or 'XML'}")
    visible = raw.translate(None, _SPACE)
    share = 1 - len(visible.translate(None, _LETTERS)) / max(1, len(visible))
    if share < FEWEST_LETTERS_IN_DATA:
        return Dropped("data", f"{share:.2f} are letters")
    return None


def _encoded(raw: bytes, lines: list[str]) -> Dropped | None:
    visible = raw.translate(None, _SPACE)
    numbers = len(visible) - len(visible.translate(None, _NUMBERS))
    if numbers > MOST_ENCODED * len(visible):
        return Dropped("data", f"{numbers / len(visible):.2f} are numbers")
    if len(raw) < MEAN_WORD * len(raw.split()):
        return None
    words = sum(len(line) for line in lines if len(line) >= LONG_WORD and " " not in line.strip())
    if words > MOST_ENCODED * len(raw):
        return Dropped("data", f"{words / len(raw):.2f} in lines of one word")
    return None


def _repeats(raw: bytes, lines: list[str]) -> Dropped | None:
    if len(raw) < SHORTEST_REPEATING:
        return None
    long_enough = [line for line in map(str.strip, lines) if len(line) >= LONG_ENOUGH]
    _, share = repeated(long_enough)
    if share > MOST_REPEATED:
        return Dropped("repeated lines", f"{share:.2f} of characters")
    middle = raw[len(raw) // 2 :][:MOST_PACKED_BYTES]
    packed = len(zlib.compress(middle, 1)) / len(middle)
    if packed < MOST_PACKED:
        return Dropped("repeated phrases", f"packs to {packed:.3f}")
    return None


def _comments(text: str, lines: list[str], language: str) -> Dropped | None:
    if not language or is_data(language):
        return None
    pattern = _comment_lines(language)
    if pattern is None:
        return None
    written = len(lines) - lines.count("")
    comments = len(pattern.findall(f"\n{text}"))
    if comments > MOST_COMMENTS * written:
        return Dropped("nothing but comments", f"{comments} of {written} lines")
    return None


@cache
def _comment_lines(language: str) -> re.Pattern[str] | None:
    syntax = comment_syntax(language)
    starts = (*syntax.line, *(("/*", "*") if ("/*", "*/") in syntax.block else ()))
    # It starts with a fixed character, which is what makes it fast.
    return re.compile(rf"\n[ \t]*(?:{'|'.join(map(re.escape, starts))})") if starts else None


def _broken(text: str, language: str) -> Dropped | None:
    share = broken_share(text, language)
    if share > MOST_BROKEN:
        return Dropped(f"no {language}", f"{share:.2f} cannot be parsed")
    return None
