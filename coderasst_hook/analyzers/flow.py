"""Tells a constant from what comes from elsewhere, inside one file.

An expression is looked at with the assignments that reach it: ``QUERY = "…"`` stays a constant
under any name, ``"SELECT " + column`` is text built around something that is not. A call of a
function of the same file is what that function returns. What other calls return counts as coming
from elsewhere, unless the call is known to keep, convert or escape what it is given; so does a
parameter, unless nothing but calls in this file can give it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from coderasst_hook.analyzers import syntax
from coderasst_hook.analyzers.assignments import Assignment
from coderasst_hook.analyzers.code import Code
from coderasst_hook.analyzers.nodes import (
    Span,
    branches,
    call_parts,
    last_name,
    named,
    operator,
    receiver_of,
    scope_of,
    span,
)

if TYPE_CHECKING:
    from ast_grep_py import SgNode

MAX_DEPTH = 60
"""Nested expressions and assignments looked through; what lies deeper is taken as dynamic."""
MAX_STEPS = 2_000
"""Expressions looked at for one value: names that are built from each other in turn make more of
them than anyone can wait for."""
HOLE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands in ``Value.text`` where something dynamic is put in."""


class State(Enum):
    CONSTANT = "constant"
    BUILT = "built"
    """Text put together from constant parts and something dynamic."""
    DYNAMIC = "dynamic"


@dataclass(frozen=True, slots=True)
class Value:
    state: State
    text: str = ""
    """The constant parts, with a ``HOLE`` for each dynamic one."""
    dynamic: tuple[str, ...] = ()
    """The source text of what is dynamic, for messages."""


CONSTANT = Value(State.CONSTANT)

_PERCENT = re.compile(r"%(?:\(\w+\))?[-+# 0]*[\d.]*[sdrifgxXuvqc]")
"""Of ``%`` and ``printf``."""
_BRACES = re.compile(r"\{[\w.]*(?:\[[^\]{}]*\])?(?:[!:][^{}]*)?\}")
"""Of ``str.format`` and C#."""
_PLACEHOLDER = re.compile(f"{_PERCENT.pattern}|{_BRACES.pattern}")
INLINE_NAME = re.compile(r"(?<!\{)\{([A-Za-z_]\w*)(?::[^{}]*)?\}(?!\})")


def _dynamic(node: SgNode) -> Value:
    return Value(State.DYNAMIC, HOLE, (node.text(),))


def combine(parts: Iterable[Value]) -> Value:
    """The value of text made of ``parts`` in this order."""
    values = list(parts)
    text = "".join(value.text for value in values)
    dynamic = tuple(name for value in values for name in value.dynamic)
    if not dynamic:
        return Value(State.CONSTANT, text)
    is_built = bool(text.replace(HOLE, "").strip())
    return Value(State.BUILT if is_built else State.DYNAMIC, text, dynamic)


def filled(values: Iterable[Value], placeholder: re.Pattern[str] | None = None) -> Value:
    """Like ``combine``, of a template and what is put into it: where it is put, not behind it."""
    template, *parts = values
    together = combine([template, *parts])
    if template.state is not State.CONSTANT or together.state is State.CONSTANT:
        return together
    text, places = (placeholder or _PLACEHOLDER).subn(HOLE, template.text)
    return Value(State.BUILT, text, together.dynamic) if places and len(text) > places else together


def either(values: Iterable[Value]) -> Value:
    """The value of what may be any of ``values``: the one that is worst to trust."""
    order = {State.CONSTANT: 0, State.DYNAMIC: 1, State.BUILT: 2}
    return max(values, key=lambda value: order[value.state], default=CONSTANT)


@dataclass(frozen=True, slots=True)
class Reaching:
    """What may have given a name its value."""

    value: SgNode | None
    """None for the argument of a parameter."""
    appends: bool
    """Whether it is only added to what was there."""
    scope: SgNode
    declared: SgNode | None = None
    """The statement that says so."""


class Flow:
    """Values of expressions in one parsed file.

    ``safe`` are names of functions (``quote`` or ``shlex.quote``) whose result may be trusted.
    """

    def __init__(self, code: Code, safe: Iterable[str] = ()) -> None:
        self._code = code
        self._steps = 0
        self._safe = frozenset(safe)
        self._open: set[Span] = set()
        self._entered: set[Span] = set()

    def value(self, node: SgNode, depth: int = 0) -> Value:
        where = span(node)
        kind = node.kind()
        self._steps = self._steps + 1 if depth else 0
        if depth > MAX_DEPTH or self._steps > MAX_STEPS:
            return _dynamic(node)
        if kind in syntax.NAMES or kind in syntax.MEMBERS:
            if where in self._open:  # x = x + 1 in a loop
                return CONSTANT
            self._open.add(where)
            try:
                return self._name(node, depth)
            finally:
                self._open.discard(where)
        return self._expression(node, kind, depth)

    def _expression(self, node: SgNode, kind: str, depth: int) -> Value:
        if kind in syntax.STRINGS:
            return self._string(node, depth)
        if kind in syntax.LITERALS:
            return Value(State.CONSTANT, node.text() if kind in {"integer", "number"} else "")
        if kind in syntax.CALLS:
            return self._call(node, depth)
        if kind in syntax.CASTS:
            return self._cast(node, depth)
        if kind in syntax.CONDITIONALS:
            return either(self.value(part, depth + 1) for part in branches(node))
        if kind in syntax.SUBSCRIPTS:
            return self._subscript(node, depth)
        sign = operator(node) if kind in syntax.BINARY else ""
        if sign in syntax.SUBTRACTING:
            return CONSTANT
        if kind in syntax.BINARY or kind in syntax.WRAPPERS or kind in syntax.CONTAINERS:
            parts = named(node)
            if kind in syntax.LAST_COUNTS or kind == "composite_literal":  # its type is no part
                parts = parts[-1:]
            elif kind in syntax.COMPREHENSIONS:
                parts = parts[:1]
            values = [self.value(part, depth + 1) for part in parts if _is_operand(part)]
            if sign == "%" and len(values) == 2:
                return filled(values, _PERCENT)
            if kind in syntax.BINARY or kind in syntax.WRAPPERS:
                return combine(values)
            joined = combine(values)
            return Value(State.DYNAMIC, HOLE, joined.dynamic) if joined.dynamic else joined
        return _dynamic(node)

    def _string(self, node: SgNode, depth: int) -> Value:
        parts: list[Value] = []
        children = node.children()
        if node.kind() == "interpolated_string_expression" and children[0].kind() == "identifier":
            children = children[1:]  # Scala's s"…": the interpolator is no value
        for child in children:
            kind = child.kind()
            if kind in syntax.STRING_TEXT:
                if kind.endswith(("content", "fragment", "text", "escape_sequence", "body")):
                    parts.append(Value(State.CONSTANT, child.text()))
            elif child.is_named():
                parts.append(self.value(child, depth + 1))
        if not any(part.state is State.CONSTANT for part in parts):
            parts = self._around(node, parts)
        return combine(parts)

    @staticmethod
    def _around(node: SgNode, parts: list[Value]) -> list[Value]:
        """For grammars without nodes for the constant text between interpolations."""
        text = node.text()
        for child in node.children():
            if child.is_named() and child.kind() not in syntax.STRING_TEXT:
                text = text.replace(child.text(), "", 1)
        return [Value(State.CONSTANT, text.strip("\"'`")), *parts]

    def _cast(self, node: SgNode, depth: int) -> Value:
        parts = named(node)
        if len(parts) < 2:
            return combine(self.value(part, depth + 1) for part in parts)
        if syntax.NUMERIC_TYPE.match(parts[0].text()):
            return CONSTANT
        return self.value(parts[-1], depth + 1)

    def _subscript(self, node: SgNode, depth: int) -> Value:
        """One entry of a constant table is a constant, whatever the key: an allow-list."""
        base = next(iter(named(node)), None)
        if base is not None and self.value(base, depth + 1).state is State.CONSTANT:
            return CONSTANT
        return _dynamic(node)

    def _call(self, node: SgNode, depth: int) -> Value:
        callee, arguments = call_parts(node)
        name = last_name(callee)
        if name in syntax.CONVERTERS or name in self._safe or callee in self._safe:
            return CONSTANT
        if syntax.QUOTING.match(name):
            return CONSTANT
        local = self._code.functions.called(node)
        if local:
            return self._returned(node, local, arguments, depth)
        if name in syntax.MAPPERS and arguments:
            made = self._made_of_each(arguments[0], depth)
            if made is not None:
                return made
        receiver = receiver_of(node)
        if name in syntax.REPEATERS:
            return self._repeated(node, [receiver, *arguments][syntax.REPEATERS[name] :], depth)
        values = [self.value(argument, depth + 1) for argument in arguments]
        if syntax.BUILDERS.fullmatch(callee):
            return combine(values)
        if name in syntax.TABLES and values and all(v.state is State.CONSTANT for v in values):
            return combine(values)
        if node.kind() == "macro_invocation" and values:
            values[0] = self._with_inline_names(node, values[0], depth)
        if name in syntax.FORMATTERS or name in syntax.PRESERVERS:
            known = [self.value(receiver, depth + 1)] if receiver is not None else []
            # In String.format(…) and os.path.join(…) the receiver is a type or module.
            if receiver is not None and receiver.text() in syntax.NAMESPACES:
                known = []
            if known or values:
                # What a driver fills later is not filled here: "… = %s".format(table).
                is_python = name == "format" and self._code.language == "python"
                return filled([*known, *values], _BRACES if is_python else None)
        if receiver is not None and self.value(receiver, depth + 1).state is State.CONSTANT:
            if name in syntax.ENTRIES:
                return CONSTANT
            if all(value.state is State.CONSTANT for value in values):
                return CONSTANT
        return _dynamic(node)

    def _made_of_each(self, function: SgNode, depth: int) -> Value | None:
        """``ids.map(() => "?")``: whatever is walked, the text is the same."""
        body = function.field("body")
        if body is None or function.kind() not in syntax.SCOPES or body.kind() in syntax.BLOCKS:
            return None
        made = self.value(body, depth + 1)
        return made if made.state is State.CONSTANT else None

    def _repeated(self, node: SgNode, parts: list[SgNode | None], depth: int) -> Value:
        """What is repeated decides, not how often: the marks for a list of parameters."""
        first = parts[0] if parts else None
        is_constant = first is not None and self.value(first, depth + 1).state is State.CONSTANT
        return CONSTANT if is_constant else _dynamic(node)

    def _with_inline_names(self, macro: SgNode, template: Value, depth: int) -> Value:
        """Rust's ``format!("… {name}")``: the names stand in the text of the literal."""
        parts: list[Value] = []
        end = 0
        for found in INLINE_NAME.finditer(template.text):
            parts.append(Value(State.CONSTANT, template.text[end : found.start()]))
            parts.append(self._known_as(macro, found[1], depth))
            end = found.end()
        return combine([*parts, Value(State.CONSTANT, template.text[end:])]) if parts else template

    def _name(self, node: SgNode, depth: int) -> Value:
        name = node.text()
        last = re.split(r"[^\w$]+", name)[-1]
        member = node.kind() in syntax.MEMBERS or name.startswith("@")
        if not member and self._code.guards.hold(node):
            return CONSTANT
        reaching = list(self.reaching(node, name, anywhere=member))
        if reaching:
            values = [(self._given(node, one, depth), one.appends) for one in reaching]
            start = either(value for value, appended in values if not appended)
            appended_parts = [value for value, appended in reversed(values) if appended]
            if not member:
                appended_parts += self._added(node, name, reaching[0].scope, depth)
            return self._named(combine([start, *appended_parts]), name)
        scope = scope_of(node)
        if not member and scope is not None and name in self._code.added:  # var sb strings.Builder
            together = combine(self._added(node, name, scope, depth))
            if together.text:
                return together
        local = self._code.functions.of_name(name) if self._code.language == "ruby" else []
        if local:  # a call without parentheses
            return self._returned(node, local, [], depth)
        return CONSTANT if self._constant_by_name(name, last.lstrip("$")) else _dynamic(node)

    def _added(self, use: SgNode, name: str, scope: SgNode, depth: int) -> Iterator[Value]:
        """What calls have added to ``name`` before ``use``."""
        first, last = scope.range().start.index, use.range().start.index
        for one in self._code.added.get(name, ()):
            if first <= one.start < last:
                yield self.value(one.value, depth + 1)

    def _given(self, use: SgNode, one: Reaching, depth: int) -> Value:
        if self._is_number(one, use.text()):
            return CONSTANT
        if one.value is not None:
            return self.value(one.value, depth + 1)
        functions, name = self._code.functions, use.text()
        if not functions.calls_are_known(one.scope):
            return _dynamic(use)
        arguments = [
            functions.arguments(one.scope, call).get(name) for call in functions.calls(one.scope)
        ]
        values = [
            _dynamic(use) if argument is None else self.value(argument, depth + 1)
            for argument in arguments
        ]
        value = either(values)
        if not values or value.state is State.DYNAMIC:
            return _dynamic(use)
        return Value(value.state, value.text, (name,) if value.dynamic else ())

    def _is_number(self, one: Reaching, name: str) -> bool:
        """Whether it is declared as one, or as something else that cannot hold any text."""
        form = syntax.TYPED_NUMBER.get(self._code.language)
        if form is None or not name.strip("$").isidentifier():
            return False
        text = self._declaration(one, name)
        return re.search(form.format(name=re.escape(name.strip("$"))), text) is not None

    def _declaration(self, one: Reaching, name: str) -> str:
        """The text that gives ``name`` its type, as far as there is any."""
        if one.value is None:
            parameter = self._code.functions.parameters(one.scope).get(name)
            return parameter.text() if parameter is not None else ""
        if one.declared is None:
            return ""
        whole = one.declared.parent()
        kind = whole.field("type") if whole is not None else None
        if kind is not None:  # which stands before all that are declared with it
            return f"{kind.text()} {name}"
        return one.declared.text().partition("=")[0]

    def _returned(
        self, call: SgNode, functions: list[SgNode], arguments: list[SgNode], depth: int
    ) -> Value:
        """What functions of this file return. Their parameters are dynamic in it, so what is made
        of nothing else is a constant if all arguments are."""
        where = span(call)
        if where in self._entered:  # it calls itself
            return CONSTANT
        self._entered.add(where)
        try:
            given = [self.value(argument, depth + 1) for argument in arguments]
            values, names = [], set[str]()
            for function in functions:
                names |= self._code.functions.parameters(function).keys()
                returned = self._code.functions.returned(function)
                values += [self.value(one, depth + 1) for one in returned] or [_dynamic(call)]
        finally:
            self._entered.discard(where)
        value = either(values)
        if value.state is State.CONSTANT:
            return value
        if names.issuperset(value.dynamic) and all(one.state is State.CONSTANT for one in given):
            return Value(State.CONSTANT, value.text.replace(HOLE, ""))
        return Value(value.state, value.text, (call.text(),))

    def _known_as(self, use: SgNode, name: str, depth: int) -> Value:
        """The value of the local ``name`` at ``use``, where no node of its own stands for it."""
        where = span(use)
        if where in self._open:  # s = format!("{s}…") in a loop
            return CONSTANT
        values = [one.value for one in self.reaching(use, name, anywhere=False)]
        self._open.add(where)
        try:
            if None not in values and depth < MAX_DEPTH:
                known = [self.value(value, depth + 1) for value in values if value is not None]
                if known or self._constant_by_name(name, name):
                    return either(known)
        finally:
            self._open.discard(where)
        return Value(State.DYNAMIC, HOLE, (name,))

    def _constant_by_name(self, name: str, last: str) -> bool:
        if name in syntax.PLACES:
            return True
        if last.strip("_") in syntax.OUTSIDE or not syntax.CONSTANT_NAME.match(last):
            return False
        # Go writes exported fields like r.URL in capitals.
        base = name[: -len(last)]
        is_of_object = self._code.language == "go" or syntax.REQUEST.match(base)
        return not base.strip("$") or not is_of_object

    @staticmethod
    def _named(value: Value, name: str) -> Value:
        # A person knows the value by the name that it was given.
        return Value(value.state, value.text, (name,)) if value.state is State.DYNAMIC else value

    def reaching(self, use: SgNode, name: str, *, anywhere: bool) -> Iterator[Reaching]:
        """What may have given ``name`` its value at ``use``, latest first; ``anywhere`` in the file
        for what belongs to an object."""
        position = use.range().start.index
        for scope in use.ancestors():
            if scope.kind() not in syntax.SCOPES:
                continue
            is_outermost = scope.parent() is None
            if anywhere and not is_outermost:
                continue
            found = False
            for one in self._assigned(scope, name):
                if not anywhere and scope_of(one.statement) != scope:
                    continue
                local = scope_of(use) == scope
                if local and not anywhere and one.start >= position:
                    continue
                found = True
                yield Reaching(one.value, one.appends, scope, one.statement)
                if local and not one.appends and _dominates(one.statement, use):
                    return
            if not anywhere and _is_parameter(scope, name):
                yield Reaching(None, False, scope)
                return
            if found:
                return

    def _assigned(self, scope: SgNode, name: str) -> list[Assignment]:
        return self._code.assignments.within(scope, name)


def _is_operand(node: SgNode) -> bool:
    return node.kind() not in syntax.STRING_TEXT | {
        "operator_identifier",
        "type_conversion",
        "format_specifier",
        "value_argument_label",
    }


def _dominates(statement: SgNode, use: SgNode) -> bool:
    """Whether ``statement`` certainly ran before ``use`` in the same scope."""
    for ancestor in statement.ancestors():
        kind = ancestor.kind()
        inside = (
            ancestor.range().start.index <= use.range().start.index
            and use.range().end.index <= ancestor.range().end.index
        )
        if kind in syntax.BLOCKS:
            return inside
        if kind in syntax.BRANCHES:
            return False
    return False


def _is_parameter(scope: SgNode, name: str) -> bool:
    pattern = re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w])")
    for child in scope.children():
        if child.kind() in syntax.PARAMETERS and pattern.search(child.text()):
            return True
        if child.kind() in {"function_declarator"} and pattern.search(child.text()):
            return True
    single = scope.field("parameter")
    return single is not None and single.text() == name
