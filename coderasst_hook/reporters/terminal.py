"""Small pieces of terminal output: glyphs that the stream can show, wrapped and cropped lines."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text


@dataclass(frozen=True, slots=True)
class Glyphs:
    bar: str
    rule: str
    dot: str
    ellipsis: str
    clean: str


_BREAKS = frozenset("\n\t")

UNICODE = Glyphs(bar="│", rule="─", dot="·", ellipsis="…", clean="✓")
ASCII = Glyphs(bar="|", rule="-", dot="-", ellipsis="...", clean="ok:")


def glyphs_for(encoding: str) -> Glyphs:
    """The Unicode glyphs where ``encoding`` has all of them."""
    try:
        "│─·…✓".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return UNICODE


def encodable(text: str, encoding: str) -> str:
    """``text`` with what ``encoding`` lacks as backslash escapes, so that writing cannot fail."""
    try:
        return text.encode(encoding, "backslashreplace").decode(encoding)
    except LookupError:
        return text.encode("ascii", "backslashreplace").decode("ascii")


def spans(*parts: tuple[str, str]) -> Text:
    """(text, style) pairs in a row. Nothing in the texts is taken for markup."""
    return Text.assemble(*parts)


def put(out: Console, line: Text) -> None:
    """Print ``line`` as it is: not wrapped, not cropped."""
    if not out.is_terminal and not out.record:
        # All that rich would add is a quarter of a millisecond.
        out.file.write(f"{line.plain}\n")
        return
    out.print(line, no_wrap=True, overflow="ignore", crop=False)


def put_wrapped(out: Console, label: Text, body: Text) -> None:
    """Print ``body`` behind ``label``, its further lines indented to where it began."""
    indent = cell_len(label.plain)
    room = max(20, out.width - indent)
    fits = cell_len(body.plain) <= room and not _BREAKS.intersection(body.plain)
    lines = [body] if fits else body.wrap(out, room) or [Text()]
    for index, line in enumerate(lines):
        line.rstrip()
        put(out, (label if index == 0 else Text(" " * indent)) + line)


def crop(
    text: str, room: int, spot: tuple[int, int] | None, ellipsis: str
) -> tuple[str, tuple[int, int] | None]:
    """``text`` cut to ``room`` cells so that ``spot`` (character offsets) stays in view.

    Returns the spot's new offsets with it. Wide characters count as the two cells that they take.
    """
    if cell_len(text) <= room and len(text) <= 4 * room:
        return text, spot
    margin = cell_len(ellipsis)
    start = 0
    if spot is not None and cell_len(text[: spot[1]]) > room - margin:
        start = spot[0]
        before = room // 3
        while start and (before := before - max(1, cell_len(text[start - 1]))) >= 0:
            start -= 1
    left = ellipsis if start else ""
    room -= cell_len(left)
    end = _fitting(text, start, room)
    if end < len(text):
        end = _fitting(text, start, room - margin)
    shown = left + text[start:end] + (ellipsis if end < len(text) else "")
    if spot is None:
        return shown, None
    shift = len(left) - start
    return shown, (spot[0] + shift, min(spot[1], end) + shift)


def _fitting(text: str, start: int, room: int) -> int:
    """Where the part of ``text`` from ``start`` ends that takes at most ``room`` cells."""
    end, left = start, room
    # Marks that take no room of their own could go on for ever.
    for character in text[start : start + 4 * room]:
        left -= cell_len(character)
        if left < 0:
            break
        end += 1
    # Some marks widen the character before them, which only the whole shows.
    while end > start and cell_len(text[start:end]) > room:
        end -= 1
    return end
