"""Lines that a step may have to change, found in one pass.

RE2 looks for all alternatives at once, at 130 MB/s; Python's ``re`` takes one after another. It
knows no look-around, so that what it names is a superset: what of those lines is hidden, the hook's
own expressions say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from trainer.extras import need

_MEMORY = 64 << 20
"""Bytes for RE2's automaton, which is built as it is needed: this one never grows so large."""


def changed_lines(text: str, expression: str, change: Callable[[str], str]) -> str:
    """``text``, with ``change`` made to the lines that match ``expression``, all at once, one below
    the other. ``change`` gives back as many lines as it gets.

    ``expression`` is of RE2, and of the bytes of UTF-8: a letter that is not ASCII is two to four.
    """
    raw = text.encode("utf-8", "surrogatepass")
    spans = list(_lines(raw, expression))
    if not spans:
        return text
    before = b"\n".join(raw[start:end] for start, end in spans).decode("utf-8", "surrogatepass")
    after = change(before)
    if after == before:
        return text
    out: list[bytes] = []
    position = 0
    changed = after.encode("utf-8", "surrogatepass").split(b"\n")
    for (start, end), line in zip(spans, changed, strict=True):
        out += (raw[position:start], line)
        position = end
    return b"".join((*out, raw[position:])).decode("utf-8", "surrogatepass")


def _lines(raw: bytes, expression: str) -> Iterator[tuple[int, int]]:
    pattern = _compiled(expression)
    match = pattern.search(raw)
    while match is not None:
        place = match.start()
        end = raw.find(b"\n", place)
        end = len(raw) if end < 0 else end
        yield raw.rfind(b"\n", 0, place) + 1, end
        match = pattern.search(raw, end)


@lru_cache(maxsize=4)
def _compiled(expression: str) -> Any:
    re2 = need("re2")
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = _MEMORY
    return re2.compile(expression.encode("ascii"), options)
