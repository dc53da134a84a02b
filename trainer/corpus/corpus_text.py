"""``preprocessed_corpus.txt``: one text behind the other, with a marker behind each.

A text that holds the marker itself has it escaped, reversibly, so that no document can end another
one, and a tokenizer never meets the end of a text inside a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

END_OF_TEXT = "<|endoftext|>"
_SEPARATOR = f"{END_OF_TEXT}\n"
# With backslashes too, so that what looks escaped already survives the way back.
_MARKER = re.compile(r"<(\\*)\|endoftext\|>")
_ESCAPED = re.compile(r"<\\(\\*)\|endoftext\|>")


def entry(text: str) -> str:
    """``text`` as it stands in the corpus, with the marker that ends it."""
    return escape(text) + _SEPARATOR


def escape(text: str) -> str:
    return _MARKER.sub(r"<\\\1|endoftext|>", text) if "|endoftext|>" in text else text


def unescape(text: str) -> str:
    return _ESCAPED.sub(r"<\1|endoftext|>", text) if "|endoftext|>" in text else text


def texts(pieces: Iterable[str]) -> Iterator[str]:
    """The documents of a corpus that is read piece by piece, wherever the pieces end."""
    rest: list[str] = []
    tail = ""
    for piece in pieces:
        *whole, last = (tail + piece).split(_SEPARATOR)
        for text in whole:
            yield unescape("".join((*rest, text)))
            rest.clear()
        # The marker may be divided between two pieces: so much is looked at again.
        cut = max(0, len(last) - len(_SEPARATOR))
        rest.append(last[:cut])
        tail = last[cut:]
    if "".join(rest) + tail:
        yield unescape("".join(rest) + tail)
