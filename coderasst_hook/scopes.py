"""What encloses a line: functions, classes, modules; and what its file imports.

An ``Outline`` is made once a file: from the syntax tree where ast-grep has the grammar, from the
indentation elsewhere and where the file is too large or too broken to parse.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from coderasst_hook import scope_kinds, syntax
from coderasst_hook.changes import Hunk
from coderasst_hook.indentation import Indentation
from coderasst_hook.languages import ast_grep_name, comment_syntax, is_data, is_prose
from coderasst_hook.source import SourceFile

if TYPE_CHECKING:
    from ast_grep_py import SgNode

NumberedLine = tuple[int, str]

MAX_HEADER = 8
MAX_IMPORTS = 60
_OUTER, _INNER = 3, 5
"""Of very many nested scopes, how many are told from either end."""

_IMPORT_LINE = re.compile(
    r"(?:import|use|using|require|require_relative|include|library|extern\s+crate|source|alias|open"
    r"|load|#\s*include|#\s*import|@import|@use|-include|-import|\.)\s*[\s(\"'<]"
    r"|from\s+\S+\s+import\b|(?:const|let|var|local)\s.{1,200}=\s*(?:await\s+)?(?:require|import)\b"
    r"|const\s+\w+\s*=\s*@import\b"
)


@dataclass(frozen=True, slots=True)
class Scope:
    """``kind`` is function, class, type, module, block or section; ``name`` is its
    own or, where it has none, what its first line says.

    ``header`` holds its first lines with their numbers, as a reader needs them to know where they
    are: decorators, name, parameters. The number is 0 where only git's word for it is known.
    """

    kind: str
    name: str
    start: int
    end: int
    header: tuple[NumberedLine, ...]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class _Span:
    """A scope of which no more than its lines was looked at. ``scope`` makes it whole."""

    start: int
    end: int
    scope: Callable[[], Scope]


class Outline:
    """The scopes and imports of one file."""

    def __init__(self, spans: Sequence[_Span], imports: Sequence[NumberedLine]) -> None:
        self._spans = tuple(spans)
        self.imports = tuple(imports)[:MAX_IMPORTS]
        self.starts = frozenset(span.start for span in spans)
        """Lines that open a scope: good places to cut a text before."""

    @classmethod
    def of(cls, source: SourceFile) -> Outline:
        """Never raises, whatever the text. An incomplete source has no scopes of its own."""
        if not source.complete:
            return cls((), _import_lines(source))
        grammar = _grammar(source)
        if grammar in scope_kinds.SCOPES:
            root = syntax.parse(source.text, grammar)
            if root is not None:
                imports = scope_kinds.IMPORTS.get(grammar, ())
                nodes = syntax.find_kinds(root, (*_opening(grammar), *imports))
                return cls(
                    _tree_spans(nodes, grammar, source),
                    _tree_imports([n for n in nodes if n.kind() in imports], grammar, source),
                )
        return cls(_indent_spans(source), _import_lines(source))

    def enclosing(self, start: int, end: int) -> tuple[Scope, ...]:
        """The scopes that hold all lines from ``start`` to ``end``, outermost first."""
        return _whole(span for span in self._spans if span.start <= start and end <= span.end)

    def open_before(self, first: int, lines: Sequence[int]) -> tuple[Scope, ...]:
        """The scopes that start above line ``first`` and hold any of ``lines`` (ascending)."""

        def holds(span: _Span) -> bool:
            place = bisect_left(lines, span.start)
            return place < len(lines) and lines[place] <= span.end

        return _whole(span for span in self._spans if span.start < first and holds(span))


def section_scope(hunk: Hunk) -> tuple[Scope, ...]:
    """What git itself says of the place, for a patch without its file."""
    section = hunk.section.strip()
    if not section:
        return ()
    return (Scope("section", section[:80], 0, hunk.new_start, ((0, section[:200]),)),)


def _whole(spans: Iterable[_Span]) -> tuple[Scope, ...]:
    chosen = list(spans)
    if len(chosen) > _OUTER + _INNER:
        chosen = chosen[:_OUTER] + chosen[-_INNER:]
    return tuple(span.scope() for span in chosen)


def _grammar(source: SourceFile) -> str:
    # A header may be of either language, and the grammar of C++ reads C as well.
    if source.language == "c" and source.path.endswith(".h"):
        return "cpp"
    return ast_grep_name(source.language) or ""


def _opening(grammar: str) -> tuple[str, ...]:
    return (*scope_kinds.SCOPES[grammar], *scope_kinds.WRAPPERS.get(grammar, ()))


def _tree_spans(nodes: Sequence[SgNode], grammar: str, source: SourceFile) -> list[_Span]:
    labels = scope_kinds.SCOPES[grammar]
    wrappers = scope_kinds.WRAPPERS.get(grammar, ())
    spans: list[_Span] = []
    wrapped = (0, 0)
    for node in nodes:
        kind = node.kind()
        if kind not in labels and kind not in wrappers:
            continue
        start, end = syntax.span(node)
        if kind in wrappers:
            wrapped = (start, end)
            continue
        if kind in scope_kinds.CALL_BLOCKS:
            call = node.parent()
            if call is None:
                continue
            node, (start, end) = call, syntax.span(call)
        if start == end and kind in scope_kinds.ANONYMOUS:
            continue
        # The search goes from the outside in, so a wrapper comes right before what it wraps.
        if wrapped[1] == end and wrapped[0] <= start:
            start = wrapped[0]
        wrapped = (0, 0)
        spans.append(_Span(start, end, _reader(node, labels[kind], start, end, source)))
    return spans


def _reader(
    node: SgNode, label: str, start: int, end: int, source: SourceFile
) -> Callable[[], Scope]:
    @lru_cache(maxsize=1)
    def read() -> Scope:
        first = start
        before = node.prev()
        while before is not None and before.kind() in scope_kinds.ANNOTATIONS:
            first = min(first, syntax.span(before)[0])
            before = before.prev()
        header = _header(source, first, _header_end(node, end, source))
        named = "" if label in ("block", "section") else _name(node)
        name = named or _title(source.line(syntax.span(node)[0]))
        return Scope(label, name, start, end, header)

    return read


def _header_end(node: SgNode, end: int, source: SourceFile) -> int:
    body = node.field("body") or next(
        (child for child in node.children() if child.kind() in scope_kinds.BODIES), None
    )
    own = syntax.span(node)[0]
    if body is None:
        return own
    place = body.range().start
    line = place.line + 1
    alone = not source.line(line)[: place.column].strip()
    return max(own, min(line - 1 if alone else line, end))


def _header(source: SourceFile, first: int, last: int) -> tuple[NumberedLine, ...]:
    numbers = list(range(first, last + 1))
    if len(numbers) > MAX_HEADER:
        numbers = numbers[: MAX_HEADER - 1] + numbers[-1:]
    return tuple((number, source.line(number)) for number in numbers if source.line(number).strip())


_NAMING = ("variable_declarator", "assignment_expression", "pair", "assignment_statement")
"""What gives an anonymous function its name, in a field called as in the next tuple."""
_NAMING_FIELDS = ("name", "left", "key")


def _name(node: SgNode) -> str:
    # In C, "type" is what a function returns; of an impl in Rust, it is the name.
    named = node.field("name" if node.kind() != "impl_item" else "type")
    inner = node.field("declarator")
    while named is None and inner is not None:
        deeper = inner.field("declarator")
        if deeper is None:
            named = inner
        inner = deeper
    if named is None:
        parent = node.parent()
        if parent is not None and parent.kind() in _NAMING:
            named = next((f for field in _NAMING_FIELDS if (f := parent.field(field))), None)
    if named is None:
        named = next(
            (child for child in node.children() if child.kind().endswith("identifier")), None
        )
    return " ".join(named.text()[:200].split())[:80] if named is not None else ""


def _title(line: str) -> str:
    return re.sub(
        r"(?:\s*(?:\{|\sdo\b(?:\s*\|.*)?|:|=>))+\s*$", "", line[:200].strip().lstrip("# ")
    )[:80]


def _tree_imports(nodes: Sequence[SgNode], grammar: str, source: SourceFile) -> list[NumberedLine]:
    numbers: set[int] = set()
    for node in nodes[:MAX_IMPORTS]:
        first, last = syntax.span(node)
        numbers.update(range(first, min(last, first + MAX_IMPORTS) + 1))
    found = {number: source.line(number) for number in numbers}
    if grammar in ("javascript", "typescript", "tsx") or grammar not in scope_kinds.IMPORTS:
        found.update(_import_lines(source))
    return sorted(found.items())


def _import_lines(source: SourceFile) -> list[NumberedLine]:
    """Lines at the margin that read like an import."""
    if is_prose(source.language) or is_data(source.language):
        return []
    return [
        (number, line)
        for number, line in enumerate(source.lines[:2000], 1)
        if line and not line[0].isspace() and _IMPORT_LINE.match(line[:400])
    ]


def _indent_spans(source: SourceFile) -> list[_Span]:
    if is_prose(source.language) or source.language in (None, "csv", "diff"):
        return []
    blocks = Indentation(source.lines, comment_syntax(source.language).line).blocks()

    def reader(start: int, end: int, last: int) -> Callable[[], Scope]:
        return lambda: Scope(
            "block", _title(source.line(start)), start, end, _header(source, start, last)
        )

    return [_Span(start, end, reader(start, end, last)) for start, last, end in blocks]
