"""A change cut into windows: a few added lines each, with a line or two around them. For models
that are too small to read more at a time.

A window is a chunk of its own, so that all that counts, keeps and verifies chunks works on it. Its
lines are masked with the whole hunk in sight: of a private key, most windows show no more than a
middle, which alone would look like any other text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from coderasst_hook.changes import FileDiff, Hunk, Line, LineKind
from coderasst_hook.chunks.render import visible
from coderasst_hook.chunks.split import part_of, split
from coderasst_hook.chunks.tokens import estimate_tokens
from coderasst_hook.chunks.values import Chunk, ChunkHunk
from coderasst_hook.redact import mask
from coderasst_hook.scopes import NumberedLine, Outline
from coderasst_hook.source import SourceFile

_NUMBER = 3
"""Tokens of a line's number, its mark and its end."""
_PLAIN = 60
"""Characters of ASCII that are no more tokens than a line may have, whatever they are."""


@dataclass(frozen=True, slots=True)
class WindowSize:
    """Tokens are estimated ones."""

    added: int = 8
    """Most added lines."""
    around: int = 2
    """Most unmarked lines on either side; so far apart, changes share a window."""
    characters: int = 160
    """Of a line; of a longer one, the beginning is shown."""
    tokens: int = 320
    """Of the whole window; three fifths of them are for its own lines, the rest for those around
    it."""

    @property
    def body(self) -> int:
        return self.tokens * 3 // 5

    @property
    def unit(self) -> int:
        """What an added line counts for at least: as many as there may be fill the body. An
        unchanged one counts for half of it."""
        return self.body // self.added

    def within(self, room: int) -> WindowSize:
        """The same where ``room`` tokens hold it; a smaller one where they do not."""
        return self if room >= self.tokens else replace(self, tokens=max(room, 10 * self.added))

    def cut(self, text: str) -> str:
        """``text`` on one line, or as much of its beginning as is shown."""
        text = visible(text)
        if len(text) <= _PLAIN and text.isascii():
            return text
        most = self.body // 3
        if len(text) <= self.characters and estimate_tokens(text) <= most:
            return text
        lengths = range(min(len(text), self.characters) + 1)
        return text[: bisect_right(lengths, most, key=lambda n: estimate_tokens(text[:n])) - 1]

    def cost(self, text: str) -> int:
        return estimate_tokens(self.cut(text)) + _NUMBER


def make_windows(
    file: FileDiff, source: SourceFile, size: WindowSize, outline: Outline | None = None
) -> tuple[Chunk, ...]:
    """Each added line of ``file`` in one window; none for blank lines alone.

    The same arguments give the same windows, and a hunk gives the same ones whatever else changed
    in its file: they are keys of the cache.
    """
    known = outline or Outline.of(source)
    frame = Chunk(path=file.path, language=source.language, hunks=())
    return tuple(
        window
        for index, hunk in enumerate(file.hunks)
        for window in _of_hunk(index, hunk, source, size, known, frame)
    )


def _of_hunk(
    index: int, hunk: Hunk, source: SourceFile, size: WindowSize, outline: Outline, frame: Chunk
) -> Iterator[Chunk]:
    hunk, texts = _masked(hunk, source, size.around)
    spans = [
        (begin, end)
        for first, last in _runs(hunk.lines, 2 * size.around)
        for begin, end in _parts(hunk, first, last, size, outline.starts)
    ]
    old = [*accumulate((line.kind is not LineKind.ADDED for line in hunk.lines), initial=0)]
    new = [*accumulate((line.kind is not LineKind.DELETED for line in hunk.lines), initial=0)]
    # What a side without lines names is the line above it.
    old_start = hunk.old_start if hunk.old_length else hunk.old_start + 1
    new_start = hunk.new_start if hunk.new_length else hunk.new_start + 1
    for number, (begin, end) in enumerate(spans, 1):
        part = part_of(hunk, hunk.lines[begin:end], old_start + old[begin], new_start + new[begin])
        piece = ChunkHunk(index, number, len(spans), part)
        yield _window(replace(frame, hunks=(piece,)), texts, size)


def _masked(hunk: Hunk, source: SourceFile, around: int) -> tuple[Hunk, Mapping[int, str]]:
    """``hunk`` without secrets, and the texts of its new side and of the lines next to it."""
    first = hunk.new_start if hunk.new_length else hunk.new_start + 1
    last = first + hunk.new_length - 1
    beside = range(0)
    if source.complete:
        beside = range(max(1, first - around), first)
    above = [(n, source.line(n)) for n in beside]
    beside = range(last + 1, min(len(source.lines), last + around) + 1)
    below = [(n, source.line(n)) for n in beside] if source.complete else []
    texts = [t for _, t in above] + [line.text for line in hunk.lines] + [t for _, t in below]
    clean = mask("\n".join(texts)).split("\n")
    inner = clean[len(above) : len(above) + len(hunk.lines)]
    lines = tuple(
        line if line.text == text else replace(line, text=text)
        for line, text in zip(hunk.lines, inner, strict=True)
    )
    shown = {line.new_number: line.text for line in lines if line.new_number is not None}
    shown.update(zip((n for n, _ in above), clean, strict=False))
    shown.update(zip((n for n, _ in below), clean[len(clean) - len(below) :], strict=True))
    return replace(hunk, lines=lines), shown


def _runs(lines: Sequence[Line], apart: int) -> Iterator[tuple[int, int]]:
    """Begin and end of each stretch from an added line to an added line, with at most ``apart``
    unchanged ones between two of them."""
    begin = end = unchanged = 0
    for place, line in enumerate(lines):
        if line.kind is LineKind.ADDED:
            if end and unchanged > apart:
                yield begin, end
                end = 0
            if not end:
                begin = place
            end, unchanged = place + 1, 0
        elif line.kind is LineKind.CONTEXT:
            unchanged += 1
    if end:
        yield begin, end


def _parts(
    hunk: Hunk, first: int, last: int, size: WindowSize, starts: frozenset[int]
) -> Iterator[tuple[int, int]]:
    """Begin and end of each window's lines, from its first added one to its last."""
    lines = hunk.lines[first:last]
    stretch = replace(hunk, lines=lines)
    begin = first
    for part in split(stretch, [_cost(line, size) for line in lines], size.body, starts):
        end = begin + len(part.lines)
        added = [n for n in range(begin, end) if hunk.lines[n].kind is LineKind.ADDED]
        if any(hunk.lines[n].text.strip() for n in added):
            yield added[0], added[-1] + 1
        begin = end


def _cost(line: Line, size: WindowSize) -> int:
    if line.kind is LineKind.DELETED:
        return 0
    least = size.unit if line.kind is LineKind.ADDED else size.unit // 2
    return min(max(size.cost(line.text), least), size.body)


def _window(chunk: Chunk, texts: Mapping[int, str], size: WindowSize) -> Chunk:
    (piece,) = chunk.hunks
    shown = [line for line in piece.hunk.lines if line.new_number is not None]
    first, last = shown[0].new_number, shown[-1].new_number
    assert first is not None
    assert last is not None
    used = sum(size.cost(line.text) for line in shown)
    above, below, used = _around(first, last, texts, size, used)
    return replace(
        chunk,
        hunks=(replace(piece, above=above, below=below),),
        truncated_lines=tuple(
            line.new_number
            for line in shown
            if line.new_number is not None and size.cut(line.text) != visible(line.text)
        ),
        tokens=used,
    )


def _around(
    first: int, last: int, texts: Mapping[int, str], size: WindowSize, used: int
) -> tuple[tuple[NumberedLine, ...], tuple[NumberedLine, ...], int]:
    """The nearest lines on either side that still fit, and the tokens of all."""
    above: list[NumberedLine] = []
    below: list[NumberedLine] = []
    sides: Iterable[tuple[list[NumberedLine], int]] = (
        side for step in range(1, size.around + 1) for side in ((above, -step), (below, step))
    )
    for taken, step in sides:
        number = first + step if step < 0 else last + step
        if len(taken) != abs(step) - 1 or number not in texts:
            continue
        cost = size.cost(texts[number])
        if used + cost <= size.tokens:
            taken.append((number, texts[number]))
            used += cost
    return tuple(reversed(above)), tuple(below), used
