"""How surely a model reports a finding: the probability of the tokens by which it does.

Of the item that says it, these are the token that opens it, which is where the model might have
closed the list, and those of the line's number and of the type. What it says besides (quote,
message) may be put in many ways, and how sure it is of the wording says nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from json import JSONDecodeError, JSONDecoder
from math import exp, fsum

Tokens = Sequence[tuple[str, float]]
"""Each token's text, and the logarithm of its probability."""

_LEAST = 1e-6
"""What was said at all is more than what was not."""
_LIST = re.compile(r'\s*\{\s*"findings"\s*:\s*\[')
_SEPARATOR = re.compile(r"\s*,?\s*")
_LINE = re.compile(r'"line"\s*:\s*(\d+)')
# In a string, the quotation mark would have a backslash in front.
_TYPE = re.compile(r'"type"\s*:\s*"([^"\\]+)"')


def chances(text: str, tokens: Tokens) -> Mapping[tuple[int, str], float]:
    """By line and type as the answer ``text`` states them, above 0 and at most 1. Empty where the
    tokens are not those of the text: a server may not tell them, or may cut characters in two."""
    if "".join(token for token, _ in tokens) != text:
        return {}
    starts = [0, *accumulate(len(token) for token, _ in tokens)]
    found: dict[tuple[int, str], float] = {}
    for start, end in _items(text):
        line, kind = _LINE.search(text, start, end), _TYPE.search(text, start, end)
        if line is None or kind is None:
            continue
        spans = ((start, start + 1), line.span(1), kind.span(1))
        told = fsum(
            chance
            for (_, chance), first, last in zip(tokens, starts, starts[1:], strict=False)
            if any(first < stop and begin < last for begin, stop in spans)
        )
        what = int(line[1]), kind[1]
        found[what] = max(found.get(what, 0.0), min(1.0, max(_LEAST, exp(told))))
    return found


def _items(text: str) -> Iterator[tuple[int, int]]:
    """Where each finding begins and ends."""
    opening = _LIST.match(text)
    if opening is None:
        return
    place = opening.end()
    decoder = JSONDecoder()
    while True:
        separator = _SEPARATOR.match(text, place)
        assert separator is not None
        place = separator.end()
        if not text.startswith("{", place):
            return
        try:
            _, end = decoder.raw_decode(text, place)
        except (JSONDecodeError, RecursionError):
            return
        yield place, end
        place = end
