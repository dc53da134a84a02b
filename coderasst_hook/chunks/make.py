"""From one changed file to its chunks.

What goes in first when space is short: the lines of the hunks; then the headers of the scopes that
enclose them; then the imports; then the rest of small functions. Nothing more than fits, and of the
hunks nothing less than all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coderasst_hook.changes import FileDiff, Hunk, LineKind
from coderasst_hook.chunks.render import code_line, label, numbered_line, render, visible
from coderasst_hook.chunks.split import split
from coderasst_hook.chunks.tokens import estimate_tokens, shorten
from coderasst_hook.chunks.values import MIN_BUDGET, Chunk, ChunkHunk
from coderasst_hook.patterns import path_matches
from coderasst_hook.scopes import NumberedLine, Outline, Scope, section_scope
from coderasst_hook.source import SourceFile

if TYPE_CHECKING:
    from coderasst_hook.settings import Settings

_INSTRUCTIONS_SHARE = 5
"""Instructions may take a fifth of the budget."""
_HEADERS_SHARE = 5
_IMPORTS_SHARE = 5
_FUNCTION_SHARE = 4
_FENCES = 24
"""Tokens of the marks around the code, the label of the imports, and their numbers."""


def instructions_for(path: str, settings: Settings) -> str:
    """What the configuration tells the model about ``path``: the general, then the particular."""
    told = [settings.instructions]
    told += [entry.instructions for entry in settings.paths if path_matches(entry.pattern, path)]
    return "\n".join(text.strip() for text in told if text.strip())


def make_chunks(
    file: FileDiff,
    source: SourceFile,
    *,
    budget: int,
    instructions: str = "",
    outline: Outline | None = None,
) -> tuple[Chunk, ...]:
    """As many consecutive hunks to a chunk as ``budget`` tokens hold, all of one file.

    ``outline`` saves the parsing where there is one already. The same arguments give the same
    chunks: they are keys of the cache. No chunk is estimated above ``budget`` (at least
    ``MIN_BUDGET``).
    """
    hunks = [(index, hunk) for index, hunk in enumerate(file.hunks) if hunk.lines]
    if not hunks:
        return ()
    return _Maker(file, source, max(budget, MIN_BUDGET), instructions, outline).chunks(hunks)


@dataclass(frozen=True, slots=True)
class _Costed:
    """A piece and the tokens of its own lines and label, headers not included."""

    piece: ChunkHunk
    cost: int


class _Maker:
    def __init__(
        self,
        file: FileDiff,
        source: SourceFile,
        budget: int,
        instructions: str,
        outline: Outline | None,
    ) -> None:
        self._source = source
        self._budget = budget
        self._outline = outline or Outline.of(source)
        self._in_hunks = {
            number
            for hunk in file.hunks
            for number in range(hunk.new_start, hunk.new_start + hunk.new_length)
        }
        self._frame = Chunk(
            path=file.path,
            language=source.language,
            hunks=(),
            instructions=_shortened(instructions, budget // _INSTRUCTIONS_SHARE),
            old_path=file.old_path if file.old_path != file.path else None,
        )
        self._room = budget - estimate_tokens(render(self._frame, str)) - _FENCES
        # Half of the room, so that a long line still has its label and a neighbour beside it.
        self._limit = self._room // 2

    def chunks(self, hunks: Sequence[tuple[int, Hunk]]) -> tuple[Chunk, ...]:
        pieces = [costed for index, hunk in hunks for costed in self._pieces(index, hunk)]
        packed: list[list[ChunkHunk]] = []
        left = 0
        shown: set[int] = set()
        for costed in pieces:
            fresh = not packed or costed.cost > left
            if fresh:
                left, shown = self._room, set()
                packed.append([])
            left -= costed.cost
            piece, taken = self._with_headers(costed.piece, shown, left)
            packed[-1].append(piece)
            left -= taken
        return tuple(self._finished(group) for group in packed)

    def _pieces(self, index: int, hunk: Hunk) -> Iterable[_Costed]:
        costs = [
            estimate_tokens(code_line(line, line.text, self._limit) + "\n") for line in hunk.lines
        ]
        whole = self._piece(index, 1, 1, hunk)
        cost = self._label_cost(whole) + sum(costs)
        if cost <= self._room:
            return [_Costed(whole, cost)]
        # A label of a part is longer, and each part should have its headers.
        room = self._room - self._room // _HEADERS_SHARE - 80
        parts = split(hunk, costs, max(room, *costs), self._outline.starts)
        costed = []
        begin = 0
        for number, part in enumerate(parts, 1):
            piece = self._piece(index, number, len(parts), part)
            own = sum(costs[begin : begin + len(part.lines)])
            begin += len(part.lines)
            costed.append(_Costed(piece, self._label_cost(piece) + own))
        return costed

    def _piece(self, index: int, part: int, parts: int, hunk: Hunk) -> ChunkHunk:
        return ChunkHunk(index, part, parts, hunk, self._scopes(hunk))

    def _scopes(self, hunk: Hunk) -> tuple[Scope, ...]:
        if not self._source.complete:
            return section_scope(hunk)
        return self._outline.open_before(_first(hunk), _changed(hunk))

    def _label_cost(self, piece: ChunkHunk) -> int:
        return estimate_tokens(label(piece) + "\n")

    def _with_headers(self, piece: ChunkHunk, shown: set[int], left: int) -> tuple[ChunkHunk, int]:
        """The piece with what fits of its headers: the innermost scope first, of each scope the
        whole header or its first line."""
        first = _first(piece.hunk)
        left = min(left, self._budget // _HEADERS_SHARE)
        chosen: dict[int, str] = {}
        before = left
        for scope in reversed(piece.scopes):
            wanted = [
                (number, text)
                for number, text in scope.header
                if number < first and number not in shown and number not in chosen
            ]
            for candidate in (wanted, wanted[:1]):
                cost = self._cost(candidate)
                if candidate and cost <= left:
                    chosen.update(candidate)
                    left -= cost
                    break
        shown.update(number for number in chosen if number)
        shown.update(line.new_number for line in piece.hunk.lines if line.new_number)
        return replace(piece, headers=tuple(sorted(chosen.items()))), before - left

    def _cost(self, lines: Iterable[NumberedLine]) -> int:
        return sum(
            estimate_tokens(numbered_line(number, text, self._limit) + "\n")
            for number, text in lines
        )

    def _finished(self, pieces: Sequence[ChunkHunk]) -> Chunk:
        chunk = replace(
            self._frame,
            hunks=tuple(pieces),
            line_limit=self._limit,
            truncated_lines=tuple(
                line.new_number
                for piece in pieces
                for line in piece.hunk.lines
                if line.new_number is not None and self._is_long(line.text)
            ),
        )
        left = self._budget - estimate_tokens(render(chunk, str)) - _FENCES
        chunk, left = self._with_imports(chunk, left)
        chunk = self._with_functions(chunk, left)
        return replace(chunk, tokens=estimate_tokens(render(chunk, str)))

    def _is_long(self, text: str) -> bool:
        return len(text) > self._limit // 3 and estimate_tokens(visible(text)) > self._limit

    def _with_imports(self, chunk: Chunk, left: int) -> tuple[Chunk, int]:
        left_for_imports = min(left, self._budget // _IMPORTS_SHARE)
        shown = _shown(chunk)
        chosen: list[NumberedLine] = []
        for number, text in self._outline.imports:
            if number in shown:
                continue
            cost = self._cost([(number, text)])
            if cost > left_for_imports:
                break
            chosen.append((number, text))
            left_for_imports -= cost
            left -= cost
        return replace(chunk, imports=tuple(chosen)), left

    def _with_functions(self, chunk: Chunk, left: int) -> Chunk:
        """The rest of each small function that a whole hunk lies in, where it still fits."""
        shown = _shown(chunk)
        pieces = list(chunk.hunks)
        for place, piece in enumerate(pieces):
            numbers = [line.new_number for line in piece.hunk.lines if line.new_number]
            if piece.parts > 1 or not numbers or not self._source.complete:
                continue
            function = self._function_around(piece)
            if function is None:
                continue
            above = self._free(range(numbers[0] - 1, function.start - 1, -1), shown)[::-1]
            below = self._free(range(numbers[-1] + 1, function.end + 1), shown)
            cost = self._cost(above) + self._cost(below)
            if cost > min(left, self._budget // _FUNCTION_SHARE):
                continue
            left -= cost
            shown.update(number for number, _ in (*above, *below))
            pieces[place] = replace(piece, above=tuple(above), below=tuple(below))
        return replace(chunk, hunks=tuple(pieces))

    def _function_around(self, piece: ChunkHunk) -> Scope | None:
        changed = _changed(piece.hunk)
        around = self._outline.enclosing(changed[0], changed[-1])
        return next((scope for scope in reversed(around) if scope.kind == "function"), None)

    def _free(self, numbers: Iterable[int], shown: set[int]) -> list[NumberedLine]:
        """The lines until the first one that is shown elsewhere, and no more than may fit."""
        free: list[NumberedLine] = []
        for number in numbers:
            if number in shown or number in self._in_hunks or len(free) > self._budget:
                break
            free.append((number, self._source.line(number)))
        return free


def _shortened(instructions: str, limit: int) -> str:
    """Without empty lines, and no longer than ``limit`` once ``render`` has indented them."""
    lines = [visible(line) for line in instructions.split("\n") if line.strip()]
    text = shorten("\n".join(f"  {line}" for line in lines), limit)
    return "\n".join(line.removeprefix("  ") for line in text.split("\n"))


def _shown(chunk: Chunk) -> set[int]:
    headers = {number for piece in chunk.hunks for number, _ in piece.headers}
    lines = {
        line.new_number for piece in chunk.hunks for line in piece.hunk.lines if line.new_number
    }
    return headers | lines | {number for number, _ in chunk.imports}


def _first(hunk: Hunk) -> int:
    """The first line; a side without lines names the one above it, which is not in the hunk."""
    return hunk.new_start if hunk.new_length else hunk.new_start + 1


def _changed(hunk: Hunk) -> list[int]:
    """New numbers of what changed, ascending; a deletion counts at the line above it."""
    numbers: list[int] = []
    last = hunk.new_start - 1 if hunk.new_length else hunk.new_start
    for line in hunk.lines:
        if line.new_number is not None:
            last = line.new_number
        if line.kind is not LineKind.CONTEXT:
            numbers.append(max(last, 1))
    return numbers or [max(hunk.new_start, 1)]
