"""Finding the line that a quote is of.

The numbers that models give are often wrong by a few lines, their quotes seldom. So the quote
decides where a finding belongs, and the number only between several lines that fit alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import IntEnum

from coderasst_hook.bare import bare
from coderasst_hook.changes import Line, LineKind
from coderasst_hook.redact import mask

CLOSE_ENOUGH = 0.8
"""Share of letters (difflib's ratio) from which a line is taken for the one that was meant: one
word misquoted in a line of five stays above it, another statement of the same shape below."""

MAX_QUOTE_LINES = 30
_MAX_QUOTE = 8_000
_MAX_COMPARED = 400
_PART = 10
_TELLING = 4
# The margins that a prompt shows and that a model may copy: a number, a bar, a mark.
_NUMBER = re.compile(r"\s*\d{1,8}\s*[|:]?(?=\s|[+-]|$) ?")
_MARK = re.compile(r"\s*[|:]?\s*[+-](?![+-]) ?")
_BARE_KEYWORDS = (
    "else try pass return break continue finally do then begin end fi done esac endif default "
    "true false none null nil todo"
)
_KEYWORDS = frozenset(_BARE_KEYWORDS.split())
# What a prompt adds to the end of a line.
_NOTE = re.compile(
    r"[ \t]{0,4}(?:…\[shortened from \d+ characters\]|\[no newline at end of file\])[ \t\r]{0,4}$",
    re.MULTILINE,
)


class Fit(IntEnum):
    """How a quote was found, best first."""

    EXACT = 0
    SPACING = 1
    """But for white space."""
    PART = 2
    """It is a part of the line, or the line's beginning, cut off."""
    CLOSE = 3
    """At or above ``CLOSE_ENOUGH``."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Lines ``line`` to ``end_line`` of the new side; ``text`` is the first of them, masked."""

    line: int
    end_line: int
    text: str
    fit: Fit


@dataclass(frozen=True, slots=True)
class NoAnchor:
    reason: str


@dataclass(frozen=True, slots=True)
class _Shown:
    """A line as the model saw it. ``number`` is on its own side."""

    number: int
    text: str
    seen: str
    """``text`` as the prompt spells what cannot be shown."""
    bare: str
    added: bool


class Anchors:
    """The lines that one chunk shows. Secrets are masked here as they were in the prompt, all lines
    at once, since some span several; ``spell`` is what the prompt does to each line after that."""

    def __init__(self, lines: Sequence[Line], spell: Callable[[str], str]) -> None:
        masked = mask("\n".join(line.text for line in lines)).split("\n")
        self._new: list[_Shown] = []
        self._old: list[_Shown] = []
        for line, text in zip(lines, masked, strict=True):
            side = self._old if line.kind is LineKind.DELETED else self._new
            number = line.old_number if line.kind is LineKind.DELETED else line.new_number
            if number is not None:
                added = line.kind is LineKind.ADDED
                seen = spell(text)
                side.append(_Shown(number, text, seen, bare(seen), added))

    def find(self, quote: str, claimed: int) -> Anchor | NoAnchor:
        """The place that ``quote`` is of, nearest to line ``claimed`` where it is of several."""
        parts = [part for part in _NOTE.sub("", quote[:_MAX_QUOTE]).split("\n") if part.strip()]
        if not parts:
            return NoAnchor("quotes no line")
        if len(parts) > MAX_QUOTE_LINES:
            return NoAnchor(f"quotes more than {MAX_QUOTE_LINES} lines")
        readings = _readings(parts)
        if all(_generic(reading) for reading in readings):
            return self._generic(readings, claimed)
        found = self._whole(self._new, readings, claimed)
        if found is not None:
            return found
        if self._whole(self._old, readings, claimed) is not None:
            return NoAnchor("is about a removed line")
        return self._loose(readings, claimed)

    def _whole(self, side: list[_Shown], readings: list[list[str]], claimed: int) -> Anchor | None:
        for fit, form in ((Fit.EXACT, str.strip), (Fit.SPACING, bare)):
            for reading in readings:
                wanted = [form(part) for part in reading]
                if found := _nearest(side, wanted, lambda a, b: a == b, form, claimed, fit):
                    return found
        return None

    def _loose(self, readings: list[list[str]], claimed: int) -> Anchor | NoAnchor:
        for reading in readings:
            wanted = [bare(part) for part in reading]
            if len(wanted) == 1 and (
                found := _nearest(self._new, wanted, _is_part, bare, claimed, Fit.PART)
            ):
                return found
        new = _closest(self._new, readings, claimed)
        old = _closest(self._old, readings, claimed)
        if new is None and old is None:
            return NoAnchor("quotes a line that is not in the change")
        if new is None or (old is not None and old[0] > new[0]):
            return NoAnchor("is about a removed line")
        return new[1]

    def _generic(self, readings: list[list[str]], claimed: int) -> Anchor | NoAnchor:
        """A quote such as "}" says nothing: then the number must be right."""
        for shown in self._new:
            if shown.number == claimed and any(
                len(reading) == 1 and bare(reading[0]) == shown.bare for reading in readings
            ):
                return Anchor(claimed, claimed, shown.text, Fit.EXACT)
        return NoAnchor("quotes too little to tell which line is meant")


def _nearest(
    side: list[_Shown],
    wanted: list[str],
    fits: Callable[[str, str], bool],
    form: Callable[[str], str],
    claimed: int,
    fit: Fit,
) -> Anchor | None:
    found = [
        run
        for run in _runs(side, len(wanted))
        if all(fits(want, form(shown.seen)) for want, shown in zip(wanted, run, strict=True))
    ]
    return _anchor(min(found, key=lambda run: _distance(run, claimed)), fit) if found else None


def _closest(
    side: list[_Shown], readings: list[list[str]], claimed: int
) -> tuple[float, Anchor] | None:
    best: tuple[float, tuple[int, bool, int], Anchor] | None = None
    for reading in readings:
        wanted = "".join(bare(part) for part in reading)[:_MAX_COMPARED]
        matcher = SequenceMatcher(b=wanted, autojunk=False)
        for run in _runs(side, len(reading)):
            matcher.set_seq1("".join(shown.bare for shown in run)[:_MAX_COMPARED])
            # The cheap bounds spare most lines the full comparison.
            if matcher.real_quick_ratio() < CLOSE_ENOUGH or matcher.quick_ratio() < CLOSE_ENOUGH:
                continue
            ratio = matcher.ratio()
            distance = _distance(run, claimed)
            if ratio >= CLOSE_ENOUGH and (best is None or (-ratio, distance) < (-best[0], best[1])):
                best = (ratio, distance, _anchor(run, Fit.CLOSE))
    return None if best is None else (best[0], best[2])


def _runs(side: list[_Shown], length: int) -> Iterator[tuple[_Shown, ...]]:
    """Neighbouring lines, ``length`` of them that are not blank; blanks between are passed over."""
    telling = [shown for shown in side if shown.bare]
    for start in range(len(telling) - length + 1):
        run = tuple(telling[start : start + length])
        # A gap of more lines than blanks can fill means another hunk.
        if run[-1].number - run[0].number < 3 * length:
            yield run


def _anchor(run: Sequence[_Shown], fit: Fit) -> Anchor:
    return Anchor(run[0].number, run[-1].number, run[0].text, fit)


def _distance(run: Sequence[_Shown], claimed: int) -> tuple[int, bool, int]:
    first = run[0]
    return abs(first.number - claimed), not first.added, first.number


def _readings(parts: list[str]) -> list[list[str]]:
    """The quote as it is, and without the margins that the model may have copied."""
    unnumbered = _without(_NUMBER, parts)
    readings = [parts]
    for lines in (unnumbered, _without(_MARK, unnumbered), _without(_MARK, parts)):
        if lines not in readings and all(line.strip() for line in lines):
            readings.append(lines)
    return readings


def _without(margin: re.Pattern[str], lines: Iterable[str]) -> list[str]:
    return [line[match.end() :] if (match := margin.match(line)) else line for line in lines]


def _is_part(quote: str, line: str) -> bool:
    return len(quote) >= _PART and quote.rstrip("…") in line


def _generic(reading: list[str]) -> bool:
    text = bare("".join(reading)).lower()
    letters = "".join(character for character in text if character.isalnum())
    return len(letters) < _TELLING or letters in _KEYWORDS
