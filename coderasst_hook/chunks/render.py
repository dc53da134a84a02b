"""The text that the model sees of a chunk.

    file: src/shop.py (python)
    <<<code>>>
    imports
       1   import os
    hunk 1 in class Shop > function buy
       9   class Shop:
      14     def buy(self, item):
      20         total = 0
      21 +       os.system(item)
         -       self.pay(item)
    <<<end>>>

Every line of code starts with its new number, or with blanks where it was deleted, so that no code
can pass for a label; and the marks around the code are numbered until the code does not hold them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from coderasst_hook.changes import Line
from coderasst_hook.chunks.tokens import shorten
from coderasst_hook.chunks.values import Chunk, ChunkHunk

Mask = Callable[[str], str]
"""Replaces every secret in a text by a mark."""

_PATH_TOKENS = 40
_NAMES_TOKENS = 30
# What ends a line for some readers, and what cannot be encoded.
_BREAKS = re.compile(r"[\ud800-\udfff\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")
# Bidirectional controls make a text read otherwise than it runs: let the model see them.
_HIDDEN = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def render(chunk: Chunk, mask: Mask) -> str:
    """``mask`` is ``redact.mask``; it is applied to everything that the text is made of."""
    body = "".join(f"{line}\n" for line in _body(chunk, mask))
    number = ""
    while f"<<<code{number}>>>" in body or f"<<<end{number}>>>" in body:
        number = str(int(number or 1) + 1)
    head = "".join(f"{line}\n" for line in _head(chunk, mask))
    return f"{head}<<<code{number}>>>\n{body}<<<end{number}>>>\n"


def _head(chunk: Chunk, mask: Mask) -> Iterator[str]:
    language = f" ({chunk.language})" if chunk.language else ""
    yield f"file: {_label(chunk.path, mask, _PATH_TOKENS)}{language}"
    if chunk.old_path is not None and chunk.old_path != chunk.path:
        yield f"renamed from: {_label(chunk.old_path, mask, _PATH_TOKENS)}"
    if chunk.instructions:
        yield "instructions:"
        yield from (f"  {visible(line)}" for line in mask(chunk.instructions).split("\n"))


def _body(chunk: Chunk, mask: Mask) -> Iterator[str]:
    if chunk.imports:
        yield "imports"
        yield from _numbered(chunk.imports, mask, chunk.line_limit)
    for piece in chunk.hunks:
        yield label(piece, mask)
        yield from _numbered(piece.headers, mask, chunk.line_limit)
        yield from _numbered(piece.above, mask, chunk.line_limit)
        texts = _masked([line.text for line in piece.hunk.lines], mask)
        for line, text in zip(piece.hunk.lines, texts, strict=True):
            yield code_line(line, text, chunk.line_limit)
        yield from _numbered(piece.below, mask, chunk.line_limit)


def label(piece: ChunkHunk, mask: Mask = str) -> str:
    part = f" part {piece.part} of {piece.parts}" if piece.parts > 1 else ""
    names = " > ".join(str(scope) for scope in piece.scopes)
    place = f" in {_label(names, mask, _NAMES_TOKENS)}" if names else ""
    return f"hunk {piece.index + 1}{part}{place}"


def code_line(line: Line, text: str, limit: int) -> str:
    number = "" if line.new_number is None else str(line.new_number)
    end = "" if line.newline else "  [no newline at end of file]"
    return f"{number:>4} {line.kind.value} {shorten(visible(text), limit)}{end}"


def numbered_line(number: int, text: str, limit: int) -> str:
    return f"{number or '':>4}   {shorten(visible(text), limit)}"


def visible(text: str) -> str:
    """On one line, encodable, nothing hidden; a carriage return of CRLF goes."""
    text = text.removesuffix("\r")
    if text.isascii() and text.isprintable():
        return text
    text = _BREAKS.sub("\ufffd", text)
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _numbered(lines: Iterable[tuple[int, str]], mask: Mask, limit: int) -> Iterator[str]:
    numbered = tuple(lines)
    texts = _masked([text for _, text in numbered], mask)
    for (number, _), text in zip(numbered, texts, strict=True):
        yield numbered_line(number, text, limit)


def _label(text: str, mask: Mask, limit: int) -> str:
    return shorten(visible(mask(text)), limit)


def _masked(lines: list[str], mask: Mask) -> list[str]:
    """Masked together, since a private key has many lines; each alone if that moved a line."""
    together = mask("\n".join(lines)).split("\n") if lines else []
    return together if len(together) == len(lines) else [mask(line) for line in lines]
