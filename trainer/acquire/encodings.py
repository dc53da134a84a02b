"""Bytes to text: which encoding a file is in, or that it is no text at all."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_MARKS = (
    # UTF-32's mark begins with UTF-16's.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# PEP 263, XML and HTML: all three stand in ASCII, near the start.
_DECLARED = re.compile(
    rb"""(?:coding[:=][ \t]*|<\?xml[^>]{0,100}encoding=["']|<meta[^>]{0,200}charset=["']?)"""
    rb"""([-\w.]{2,40})""",
    re.IGNORECASE,
)
_HEAD = 1024
_PROBE = 65536
_SAMPLE = 32768
"""Bytes that are guessed from: a guess takes a millisecond for each kilobyte."""
# Controls that are in no text. Form feed (Python's sources) and escape (logs) are in some.
_CONTROLS = bytes(byte for byte in (*range(0x20), 0x7F) if byte not in b"\t\n\f\r\x1b")
_MOST_CONTROLS = 0.01
_FOREIGN = re.compile(rb"[^\n]*[\x80-\xff][^\n]*\n?")
# Decoders that turn text into something else, or never fail whatever they are given.
_NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined"})


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    encoding: str
    """Python's name, with "-sig" where a byte order mark was cut off."""
    guessed: bool = False


def decode(content: bytes) -> Decoded | None:
    """The text of ``content``, or None where it is binary.

    A byte order mark decides, then whether it is UTF-8, then what the file declares; what is left
    is guessed from the lines that are no ASCII, and Latin-1 where nothing fits.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _with_mark(content[len(mark) :], encoding)
    if b"\0" in content[:_PROBE]:
        return _without_mark(content)
    if _is_binary(content):
        return None
    if content.isascii():
        return Decoded(content.decode("ascii"), "ascii")
    text = _decoded(content, "utf-8")
    if text is not None:
        return Decoded(text, "utf-8")
    return _declared(content) or _guessed(content)


def _with_mark(content: bytes, encoding: str) -> Decoded | None:
    text = _decoded(content, encoding)
    return None if text is None or "\0" in text else Decoded(text, f"{encoding}-sig")


def _without_mark(content: bytes) -> Decoded | None:
    """UTF-16 without a mark, as Windows writes it: every second byte of mostly Latin text is 0."""
    head = content[:_PROBE]
    if len(content) % 2:
        return None
    even, odd = head[::2], head[1::2]
    for zeros, others, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros.count(0) > 0.7 * len(zeros) and others.count(0) == 0:
            text = _decoded(content, encoding)
            if text is not None and "\0" not in text:
                return Decoded(text, encoding, guessed=True)
    return None


def _is_binary(content: bytes) -> bool:
    head = content[:_PROBE]
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls > _MOST_CONTROLS * len(head)


def _declared(content: bytes) -> Decoded | None:
    match = _DECLARED.search(content[:_HEAD])
    if match is None:
        return None
    try:
        codec = codecs.lookup(match[1].decode("ascii"))
    except (LookupError, UnicodeDecodeError):
        return None
    if codec.name in _NO_CHARSETS or codec.name.startswith("utf"):
        return None
    text = _decoded(content, codec.name)
    return None if text is None else Decoded(text, codec.name)


def _guessed(content: bytes) -> Decoded:
    from charset_normalizer import from_bytes

    sample = b"".join(_FOREIGN.findall(content[: 8 * _PROBE]))[:_SAMPLE]
    best = from_bytes(sample).best()
    for encoding in (best.encoding if best is not None else "", "cp1252"):
        text = _decoded(content, encoding) if encoding else None
        if text is not None and "\0" not in text:
            return Decoded(text, encoding.replace("_", "-"), guessed=True)
    return Decoded(content.decode("latin-1"), "latin-1", guessed=True)


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        # Not codecs.decode, which also knows what is no charset ("hex", "rot13").
        return content.decode(encoding)
    except (LookupError, ValueError):
        return None
