"""The functions of one parsed file: their parameters, what they return, where they are called.

A call is taken for one of a function of the same file where nothing stands before the name but what
says so: ``build(x)``, ``self.build(x)``, ``this.build(x)``. Functions of one name are all meant.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from coderasst_hook.analyzers import syntax
from coderasst_hook.analyzers.nodes import Span, call_parts, named, scope_of, span
from coderasst_hook.syntax import find_kinds

if TYPE_CHECKING:
    from ast_grep_py import SgNode

MAX_NAMESAKES = 4
"""Functions of one name in a file; of more, nobody knows which one is called."""
_OWN = re.compile(r"(?:(?:\$?this|self|cls|static)(?:\.|->|::|\?\.))?([\w$]+)[!?]?")
_PRIVATE = re.compile(r"\bprivate\b")


class Functions:
    """``language`` is ast-grep's name. A language that ``syntax.FUNCTIONS`` lacks has none."""

    def __init__(self, root: SgNode, language: str) -> None:
        self._root = root
        self._language = language

    def called(self, call: SgNode) -> list[SgNode]:
        """The functions of this file that ``call`` may mean."""
        if not self._by_name:
            return []
        name = self._own_name(call)
        return self.of_name(name) if name else []

    def _own_name(self, call: SgNode) -> str | None:
        """What is called, where nothing stands before it but what means this object."""
        callee = call_parts(call)[0]
        if found := _OWN.fullmatch(callee):
            return found[1]
        owner, dot, name = callee.partition(".")
        if self._language == "go" and dot and name.isidentifier():
            method = next((a for a in call.ancestors() if a.kind() == "method_declaration"), None)
            receiver = method.field("receiver") if method is not None else None
            if receiver is not None and receiver.text().strip("(").split(" ")[0] == owner:
                return name
        return None

    def of_name(self, name: str) -> list[SgNode]:
        known = self._by_name.get(name, [])
        return known if len(known) <= MAX_NAMESAKES else []

    def calls(self, function: SgNode) -> list[SgNode]:
        """Those of ``function`` in this file, and of its namesakes."""
        name = self._names.get(span(function))
        return self._calls.get(name, []) if name else []

    def calls_are_known(self, function: SgNode) -> bool:
        """Whether nothing but ``calls`` can call it: it is private, and never handed on."""
        name = self._names.get(span(function))
        if name is None or not self.is_private(function):
            return False
        mentions = len(re.findall(rf"(?<![\w$]){re.escape(name)}(?![\w$])", self._root.text()))
        return mentions == len(self.calls(function)) + len(self._by_name[name])

    def is_private(self, function: SgNode) -> bool:
        """Whether it says that nothing outside its file or class should call it."""
        name = self._names.get(span(function))
        if name is None:
            return False
        if self._language == "python":
            return name.startswith("_") and not name.endswith("__")
        return _PRIVATE.search(function.text().partition(name)[0]) is not None

    def returned(self, function: SgNode) -> Iterator[SgNode]:
        """The expressions whose value a call of it may have."""
        body = _body(function)
        if body is None:
            return
        kind = syntax.RETURNS.get(self._language)
        if kind is not None:
            for one in find_kinds(body, (kind,)):
                # Kotlin has one kind for return, break, continue and throw.
                if scope_of(one) == function and one.text().startswith("return"):
                    yield from named(one)
        if body.kind() not in syntax.BLOCKS:
            yield body
        elif self._language in syntax.LAST_IS_RETURNED:
            ends = {kind, "expression_statement"}  # in Rust, what a semicolon follows is no value
            yield from (part for part in named(body)[-1:] if part.kind() not in ends)

    def parameters(self, function: SgNode) -> dict[str, SgNode]:
        """The node of each parameter by its name, in order; without the receiver of a method."""
        single = function.field("parameter")
        if single is not None:
            return {single.text(): single}
        list_of_them = function.field("parameters") or next(
            (part for part in function.children() if part.kind() in syntax.PARAMETERS), None
        )
        parts = named(list_of_them) if list_of_them is not None else []
        if list_of_them is not None and list_of_them.kind() == "parameter":  # Swift has no list
            parts = [part for part in function.children() if part.kind() == "parameter"]
        found: dict[str, SgNode] = {}
        for part in parts:
            for name in _parameter_names(part):
                found.setdefault(name, part)
        return {name: part for name, part in found.items() if name not in {"self", "cls"}}

    def arguments(self, function: SgNode, call: SgNode) -> Mapping[str, SgNode]:
        """What ``call`` gives for the parameters of ``function``, by their names."""
        names = list(self.parameters(function))
        given: dict[str, SgNode] = {}
        for index, argument in enumerate(call_parts(call)[1]):
            keyword = argument.field("name")
            if keyword is not None and argument.kind() in syntax.LAST_COUNTS:
                given[keyword.text()] = argument
            elif index < len(names):
                given[names[index]] = argument
        return given

    @cached_property
    def _by_name(self) -> Mapping[str, list[SgNode]]:
        found: defaultdict[str, list[SgNode]] = defaultdict(list)
        kinds = syntax.FUNCTIONS.get(self._language, ())
        if kinds:
            for node in find_kinds(self._root, kinds):
                name, function = _named_function(node)
                if name is not None and name.text() and function is not None:
                    found[name.text()].append(function)
        return found

    @cached_property
    def _names(self) -> Mapping[Span, str]:
        return {
            span(function): name
            for name, functions in self._by_name.items()
            for function in functions
        }

    @cached_property
    def _calls(self) -> Mapping[str, list[SgNode]]:
        found: defaultdict[str, list[SgNode]] = defaultdict(list)
        for call in self.all_calls:
            name = self._own_name(call)
            if name is not None and name in self._by_name:
                found[name].append(call)
        return found

    @cached_property
    def all_calls(self) -> list[SgNode]:
        kinds = syntax.CALLS_OF.get(self._language, ())
        return find_kinds(self._root, kinds) if kinds else []


def _named_function(node: SgNode) -> tuple[SgNode | None, SgNode | None]:
    if node.kind() == "variable_declarator":  # const build = (x) => …
        value = node.field("value")
        is_function = value is not None and value.kind() in syntax.SCOPES
        return node.field("name"), value if is_function else None
    plain = (part for part in node.children() if part.kind() == "simple_identifier")
    return node.field("name") or next(plain, None), node


def _body(function: SgNode) -> SgNode | None:
    body = function.field("body")
    if body is None:
        last = named(function)[-1:]
        body = last[0] if last and last[0].kind() not in syntax.PARAMETERS else None
    if body is not None and body.kind() == "function_body":  # Kotlin's, with or without braces
        inner = named(body)
        return inner[-1] if inner and body.text().startswith("=") else body
    if body is not None and body.kind() == "arrow_expression_clause":
        return next(iter(named(body)), None)
    return body


def _parameter_names(node: SgNode) -> list[str]:
    field = node.field("name") or node.field("pattern") or node.field("left")
    if field is not None and node.kind() != "parameter_declaration":
        return [field.text()]
    if node.kind() in syntax.NAMES:
        return [node.text()]
    found = [part.text() for part in node.children() if part.kind() in syntax.NAMES]
    # Go declares several at once; elsewhere, what follows the name is a type or a default.
    return found if node.kind() == "parameter_declaration" else found[:1]
