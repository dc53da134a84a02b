"""Texts to compare tokenizers by: code, prose, and what neither would hold.

They are taken from Python's own library, which is there wherever this runs, and from the corpus
where there is one. Nothing of them is stored.
"""

from __future__ import annotations

import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random

_LONGEST = 600
"""Characters of one snippet."""
_FILES = 60
_SCRIPTS = (
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x370, 0x3FF),
    (0x400, 0x4FF),
    (0x590, 0x6FF),
    (0x900, 0x97F),
    (0x2000, 0x206F),
    (0x2190, 0x21FF),
    (0x2500, 0x257F),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0x1F300, 0x1F6FF),
)
_BLANKS = (" ", "  ", "    ", "\t", "\n", "\r\n", "\n\n", "\u00a0", "\u3000", "\u200b", "\u0301")


def snippets(
    count: int, *, seed: int = 17, more: Sequence[str] = (), control: Sequence[str] = ()
) -> list[str]:
    """``count`` different texts, half of them code. ``more`` are documents to draw from as well;
    no snippet holds one of the ``control`` tokens: written out, those are tokens to a server."""
    random = Random(seed)
    code = [*_library("*.py", random), *more]
    prose = [*_documentation(), *more]
    kinds = (code, code, prose, ())
    found: dict[str, None] = {}
    while len(found) < count:
        source = kinds[len(found) % len(kinds)]
        text = _window(random.choice(source), random) if source else _odd(random)
        # A server reads text up to a zero byte.
        if text and "\0" not in text and not any(token in text for token in control):
            found[text] = None
    return list(found)


def held_out(tokens: int, more: Iterable[str] = ()) -> Iterator[str]:
    """Longer texts, about as many characters as ``tokens`` may have, for measuring perplexity."""
    left = 4 * tokens
    for text in (*more, *_library("*.py", Random(1)), *_documentation()):
        if left <= 0:
            return
        yield text[: min(left, 20_000)]
        left -= len(text[:20_000])


def _library(pattern: str, random: Random) -> list[str]:
    folder = Path(sysconfig.get_path("stdlib"))
    paths = sorted(folder.glob(pattern))
    chosen = random.sample(paths, min(_FILES, len(paths)))
    return [path.read_text("utf-8", "replace") for path in chosen]


def _documentation() -> list[str]:
    """Python's reference, as its interactive help has it."""
    from pydoc_data.topics import topics

    return list(islice(topics.values(), _FILES))


def _window(text: str, random: Random) -> str:
    start = random.randrange(max(1, len(text) - _LONGEST))
    return text[start : start + random.randrange(1, _LONGEST)]


def _odd(random: Random) -> str:
    """Letters of all scripts, and blanks in a row."""
    parts = []
    for _ in range(random.randrange(1, 40)):
        first, last = random.choice(_SCRIPTS)
        word = "".join(chr(random.randint(first, last)) for _ in range(random.randrange(1, 6)))
        parts.append(word + random.choice(_BLANKS) * random.randrange(0, 4))
    return "".join(parts)
