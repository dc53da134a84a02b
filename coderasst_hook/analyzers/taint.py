"""Follows what comes from outside through one file, to where a rule asks for it.

A taint analysis (Denning, "A lattice model of secure information flow", 1976) of two levels, asked
backwards: from an expression to what its value is made of, by way of the assignments that reach it,
of what is added to containers, of functions of the same file that are called, and of the arguments
that this file's calls give for a parameter. What a language's sources and sanitisers are, the file
``_shared.yaml`` beside its rules says. It sees neither other files nor fields of other objects.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from coderasst_hook.analyzers import syntax
from coderasst_hook.analyzers.code import Code
from coderasst_hook.analyzers.flow import INLINE_NAME, Flow, Reaching, State
from coderasst_hook.analyzers.nodes import (
    Span,
    branches,
    call_parts,
    entries,
    entry_asked_for,
    last_name,
    named,
    operator,
    receiver_of,
    span,
)

if TYPE_CHECKING:
    from ast_grep_py import SgNode

MAX_DEPTH = 40
MAX_STEPS = 3_000
"""Expressions looked at for one question."""
_INTO = re.compile(
    r"(?:append|add|put|push|insert|offer|enqueue|extend|update|unshift|write|set)\w*",
    re.IGNORECASE,
)
"""Methods that put their arguments into what they are called on."""
_FILLS = re.compile(r"(?:Decode|Unmarshal|Scan|Bind|Parser?|ReadJSON|DecodeJSON)\w*$")
"""Functions of Go that fill what they are given the address of."""

_ANSWERING = syntax.COMPARING | syntax.SUBTRACTING
"""Operators that say something about a text, and give none."""


@dataclass(frozen=True, slots=True)
class Borders:
    """ast-grep's matchers of one language."""

    source: Mapping[str, Any]
    """Expressions that read a request."""
    parameter: Mapping[str, Any] | None
    """Parameters that a framework fills from a request."""
    clean: Mapping[str, Any] | None
    """Calls whose result carries nothing of what they are given."""
    key: str = ""
    """Equal for equal matchers."""

    @classmethod
    def of(cls, matchers: Mapping[str, Any]) -> Borders | None:
        """None where nothing says what a source is."""
        if "source" not in matchers:
            return None
        key = json.dumps(matchers, sort_keys=True)
        return cls(matchers["source"], matchers.get("parameter"), matchers.get("clean"), key)


@dataclass(frozen=True, slots=True)
class Marks:
    """Where in one file what ``Borders`` are about stands."""

    sources: frozenset[Span]
    parameters: frozenset[Span]
    clean: frozenset[Span]

    @classmethod
    def of(cls, root: SgNode, borders: Borders) -> Marks:
        sources = frozenset(_innermost(_matches(root, borders.source)))
        parameters = frozenset(_matches(root, borders.parameter))
        # Without a source, nobody asks.
        needed = sources or parameters
        return cls(sources, parameters, frozenset(_matches(root, borders.clean) if needed else ()))


@dataclass(frozen=True, slots=True)
class _Call:
    """The call by which a function was entered, for the values of its parameters."""

    function: Span
    arguments: Mapping[str, SgNode]
    by: _Call | None


@dataclass(frozen=True, slots=True)
class Source:
    text: str
    is_sure: bool
    """Whether every step from it is known: False where it goes into a function of another file,
    which may answer with something else."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of an expression, and the call that it is looked at in."""

    node: SgNode
    call: _Call | None
    is_sure: bool = True
    """Whether the whole has what its part has."""
    entry: str = ""
    """Where it is a table: the one of its entries that is asked for."""


class Taint:
    """``safe`` are names of further functions whose result may be trusted."""

    def __init__(self, code: Code, marks: Marks, safe: Iterable[str] = ()) -> None:
        self._code = code
        self._marks = marks
        self._safe = frozenset(safe)
        self._flow = Flow(code, self._safe)
        self._open: set[tuple[Span, str, str, Span | None]] = set()
        self._steps = 0
        self._answers: dict[tuple[Span, str], Source | None] = {}

    def source(self, node: SgNode) -> Source | None:
        """What ``node`` has from outside, a sure one before others; None if it has nothing."""
        if not self._marks.sources and not self._marks.parameters:
            return None
        # A rule asks for its condition, then for its severity, and so do others of the same sink.
        question = (span(node), node.kind())
        if question not in self._answers:
            self._steps = 0
            self._open.clear()
            self._answers[question] = self._of(_Part(node, None), 0)
        return self._answers[question]

    def _of(self, part: _Part, depth: int) -> Source | None:
        where = span(part.node)
        self._steps += 1
        if depth > MAX_DEPTH or self._steps > MAX_STEPS or where in self._marks.clean:
            return None
        if where in self._marks.sources:
            return Source(part.node.text(), part.is_sure)
        # An argument has the span of what it wraps.
        called = part.call.function if part.call else None
        key = (where, part.node.kind(), part.entry, called)
        if key in self._open:
            return None
        best: Source | None = None
        self._open.add(key)
        try:
            for inner in self._parts(part):
                found = self._of(inner, depth + 1) if isinstance(inner, _Part) else inner
                best = found if found is not None and (best is None or found.is_sure) else best
                if best is not None and best.is_sure:
                    break
        finally:
            self._open.discard(key)
        return replace(best, is_sure=best.is_sure and part.is_sure) if best else None

    def _parts(self, part: _Part) -> Iterator[_Part | Source]:
        """What the value of an expression is made of, or where it comes from."""
        node, kind = part.node, part.node.kind()
        if kind in syntax.NAMES or kind in syntax.MEMBERS:
            yield from self._named(part)
        if kind in syntax.CALLS:
            yield from self._called(part)
        elif part.entry and kind in syntax.TABLE_LITERALS and (table := entries(node)) is not None:
            if part.entry in table:
                yield _Part(table[part.entry], part.call)
        elif kind not in syntax.NAMES and not _tells_nothing(node, kind):
            chooses = kind in syntax.MEMBERS or kind in syntax.SUBSCRIPTS
            entry = entry_asked_for(node) if chooses else ""
            for inner in _operands(node, kind):
                yield _Part(inner, part.call, entry=entry)

    def _named(self, part: _Part) -> Iterator[_Part | Source]:
        name = part.node.text()
        if name in syntax.OWNERS:
            return
        is_member = part.node.kind() in syntax.MEMBERS or name.startswith("@")
        if not is_member and self._code.guards.hold(part.node):
            return
        reaching = list(self._flow.reaching(part.node, name, anywhere=is_member))
        for one in reaching:
            if one.value is None:
                yield from self._given(name, one, part)
            else:
                yield _Part(one.value, part.call, entry=part.entry)
        for entry, value in self._put_into.get(name, ()):
            if entry == part.entry or not entry or not part.entry:
                yield _Part(value, part.call)
        if not reaching and self._code.language == "ruby":  # a call without parentheses
            yield from self._returned(self._code.functions.of_name(name), None, part.call)

    def _given(self, name: str, one: Reaching, part: _Part) -> Iterator[_Part | Source]:
        """For a parameter: by the call through which its function was reached, or by all."""
        functions, call = self._code.functions, part.call
        parameter = functions.parameters(one.scope).get(name)
        if parameter is not None and span(parameter) in self._marks.parameters:
            yield Source(name, is_sure=True)
        if call is not None and call.function == span(one.scope):
            if name in call.arguments:
                yield _Part(call.arguments[name], call.by, entry=part.entry)
            return
        for other in functions.calls(one.scope):
            argument = functions.arguments(one.scope, other).get(name)
            if argument is not None:
                yield _Part(argument, None, entry=part.entry)

    def _called(self, part: _Part) -> Iterator[_Part | Source]:
        callee, arguments = call_parts(part.node)
        name = last_name(callee)
        if name in syntax.CONVERTERS or name in self._safe or callee in self._safe:
            return
        if syntax.QUOTING.match(name):
            return
        functions = self._code.functions.called(part.node)
        if functions:
            yield from self._returned(functions, part.node, part.call)
            return
        receiver = receiver_of(part.node)
        if receiver is not None:
            yield _Part(receiver, part.call)
            if name in syntax.ENTRIES and self._flow.value(receiver).state is State.CONSTANT:
                return
        if part.node.kind() == "macro_invocation":  # Rust's format!("{name}")
            for inline in INLINE_NAME.findall(part.node.text()):
                for one in self._flow.reaching(part.node, inline, anywhere=False):
                    if one.value is not None:
                        yield _Part(one.value, part.call)
                    else:
                        yield from self._given(inline, one, part)
        is_sure = any(
            name in known for known in (syntax.FORMATTERS, syntax.PRESERVERS, syntax.ENTRIES)
        )
        for argument in arguments:
            yield _Part(argument, part.call, is_sure=is_sure)

    def _returned(
        self, functions: Iterable[SgNode], node: SgNode | None, call: _Call | None
    ) -> Iterator[_Part]:
        known = self._code.functions
        for function in functions:
            given = known.arguments(function, node) if node is not None else {}
            inside = _Call(span(function), given, call)
            for one in known.returned(function):
                yield _Part(one, inside)

    @cached_property
    def _put_into(self) -> Mapping[str, list[tuple[str, SgNode]]]:
        """What is put into names, and as which entry if that is told: ``table["x"] = y``,
        ``parts.append(x)``, ``json.NewDecoder(body).Decode(&x)``."""
        found: defaultdict[str, list[tuple[str, SgNode]]] = defaultdict(list)
        for table, given in self._code.assignments.into_tables.items():
            found[table] += given
        for node in self._code.functions.all_calls:
            callee, arguments = call_parts(node)
            target, _, method = callee.rpartition("->" if "->" in callee else ".")
            if target and _INTO.fullmatch(method):
                found[target] += [("", argument) for argument in arguments]
            for argument in arguments:
                if argument.text().startswith("&") and _FILLS.search(callee):
                    receiver = receiver_of(node)
                    rest = [one for one in arguments if one != argument]
                    read = [*([receiver] if receiver else []), *rest]
                    found[argument.text()[1:]] += [("", one) for one in read]
        return found


def _matches(root: SgNode, matcher: Any) -> set[Span]:
    return {span(node) for node in root.find_all(matcher)} if matcher is not None else set()


def _innermost(spans: Iterable[Span]) -> Iterator[Span]:
    """Those that hold no other. Nodes nest or stand apart, so what one holds follows it."""
    found = sorted(spans, key=lambda one: (one[0], -one[1]))
    for one, following in pairwise([*found, (-1, -1)]):
        if not one[0] <= following[0] < one[1]:
            yield one


def _tells_nothing(node: SgNode, kind: str) -> bool:
    """A comparison, a literal, a function."""
    if kind in syntax.BINARY:
        return operator(node) in _ANSWERING
    return kind in syntax.COMPARISONS or kind in syntax.LITERALS or kind in syntax.SCOPES


def _operands(node: SgNode, kind: str) -> list[SgNode]:
    if kind in syntax.CONDITIONALS:
        return branches(node)
    parts = named(node)
    if kind in syntax.MEMBERS or kind in syntax.SUBSCRIPTS:
        return parts[:1]  # a key chooses one of what is there
    return parts[-1:] if kind in syntax.LAST_COUNTS else parts
