"""The analyzer of documentation: public names without any, in files that document the others.

What a file's authors do is the measure: nothing is said where they document little.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coderasst_hook.analyzers import tuning
from coderasst_hook.analyzers.base import Analysis, Analyzer
from coderasst_hook.analyzers.nodes import named
from coderasst_hook.analyzers.registry import register
from coderasst_hook.languages import ast_grep_name, is_test_path
from coderasst_hook.models import Category, Confidence, Finding, Rule, Severity
from coderasst_hook.settings import Settings
from coderasst_hook.source import SourceFile
from coderasst_hook.syntax import find_kinds, parse

if TYPE_CHECKING:
    from ast_grep_py import SgNode

MAX_CHARACTERS = 400_000
LEAST_DOCUMENTED = 4
"""Public names with documentation that a file must have."""
FORGOTTEN = 10
"""One in so many names may lack it, and one in any case; where more do, it is a habit."""


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a language says what is public, and where its documentation stands."""

    kinds: tuple[str, ...]
    """ast-grep's, of definitions."""
    is_public: Callable[[SgNode, str], bool]
    mark: re.Pattern[str] | None
    """What a comment above that documents begins with; None for a string inside, as in Python."""


_NEEDS_NONE = re.compile(r"@(?:\w+\.)?(?:overload|override|Override|setter|deleter)\b|\boverride\b")
_PRIVATE = re.compile(r"\b(?:private|internal|fileprivate|protected|override)\b")
_PUBLIC = re.compile(r"\b(?:public|open)\b")
_GO_KNOWN = re.compile(r"String|Error|Unwrap|Len|Less|Swap|Close|(?:Unm|M)arshal\w+|ServeHTTP")
_OF_CAPITAL = re.compile(r"[\s*(][A-Z]\w*(?:\[[^\]]*\])?\)")
_BLOCK = re.compile(r"/\*\*")
_SLASHES = re.compile(r"///|/\*\*")


def _head(node: SgNode, name: str) -> str:
    """What stands before the name: modifiers, annotations."""
    return node.text().partition(name)[0]


def _python(node: SgNode, name: str) -> bool:
    enclosing = [
        one for one in node.ancestors() if one.kind() in {"class_definition", "function_definition"}
    ]
    names = [field.text() for one in enclosing if (field := one.field("name")) is not None]
    in_function = any(one.kind() == "function_definition" for one in enclosing)
    return not in_function and not any(one.startswith("_") for one in [name, *names])


def _exported(node: SgNode, name: str) -> bool:
    parent = node.parent()
    return parent is not None and parent.kind() == "export_statement"


def _capital(node: SgNode, name: str) -> bool:
    # What interfaces of the standard library ask for explains itself.
    if not name[:1].isupper() or _GO_KNOWN.fullmatch(name):
        return False
    receiver = node.field("receiver")
    return receiver is None or _OF_CAPITAL.search(receiver.text()) is not None


def _said_public(node: SgNode, name: str) -> bool:
    return _PUBLIC.search(_head(node, name)) is not None


def _not_private(node: SgNode, name: str) -> bool:
    in_function = any(
        one.kind() in {"function_declaration", "function_definition"} for one in node.ancestors()
    )
    return not in_function and _PRIVATE.search(_head(node, name)) is None


_TYPESCRIPT = ("interface_declaration", "type_alias_declaration", "abstract_class_declaration")
_SCRIPT = ("function_declaration", "class_declaration")
MANNERS: Mapping[str, _Manner] = {
    "python": _Manner(("function_definition", "class_definition"), _python, None),
    "javascript": _Manner(_SCRIPT, _exported, _BLOCK),
    "typescript": _Manner((*_SCRIPT, *_TYPESCRIPT), _exported, _BLOCK),
    "tsx": _Manner((*_SCRIPT, *_TYPESCRIPT), _exported, _BLOCK),
    "go": _Manner(
        ("function_declaration", "method_declaration", "type_spec"),
        _capital,
        re.compile(r"//|/\*"),
    ),
    "java": _Manner(
        ("method_declaration", "class_declaration", "interface_declaration"), _said_public, _BLOCK
    ),
    "csharp": _Manner(
        ("method_declaration", "class_declaration", "interface_declaration"), _said_public, _SLASHES
    ),
    "kotlin": _Manner(("function_declaration", "class_declaration"), _not_private, _BLOCK),
    "scala": _Manner(("function_definition", "class_definition"), _not_private, _BLOCK),
    "swift": _Manner(("function_declaration", "class_declaration"), _said_public, _SLASHES),
    "php": _Manner(("function_definition", "method_declaration"), _not_private, _BLOCK),
    "rust": _Manner(
        ("function_item", "struct_item", "enum_item", "trait_item"),
        lambda node, name: node.text().startswith("pub "),
        re.compile(r"///|#\[doc|/\*\*"),
    ),
}
MISSING = Rule(
    id="documentation/missing",
    category=Category.MAINTAINABILITY,
    severity=Severity.LOW,
    languages=tuple(sorted(MANNERS)),
    message="Public name without documentation in a file that documents the others",
    explanation="Who calls it has to read it; here, readers are used to a sentence.",
    suggestion="Say in a sentence what it is for, and what a caller cannot see in its signature.",
    cwe="CWE-1059",
    engine="documentation",
    confidence=Confidence.MEDIUM,
)
_DEFINES = re.compile(
    r"\b(?:def|class|func|function|fun|fn|interface|struct|enum|trait|type|public|open|export)\b"
)


class DocumentationAnalyzer:
    name = "documentation"
    by_file = True

    def rules(self) -> Sequence[Rule]:
        return [MISSING]

    def analyze(self, files: Sequence[SourceFile]) -> Analysis:
        return Analysis(tuple(finding for source in files for finding in _missing(source)))


def _missing(source: SourceFile) -> Iterator[Finding]:
    manner = MANNERS.get(source.language or "")
    if manner is None or not source.complete or is_test_path(source.path):
        return
    if len(source.text) > MAX_CHARACTERS:
        return
    if not any(_DEFINES.search(source.line(number)) for number in source.changed):
        return
    found = [(name, node, _is_documented(node, manner)) for name, node in _public(source, manner)]
    documented = sum(1 for *_, is_documented in found if is_documented)
    lacking = len(found) - documented
    if documented < LEAST_DOCUMENTED or lacking > max(1, len(found) // FORGOTTEN):
        return
    for name, node, is_documented in found:
        line = node.range().start.line + 1
        if not is_documented and line in source.changed:
            yield Finding.of(
                MISSING,
                tuning.location(source, line, line),
                tuning.evidence(source, line),
                message=f"`{name[:80]}` has no documentation; {documented} of"
                f" {len(found)} public names in this file have some",
            )


def _public(source: SourceFile, manner: _Manner) -> Iterator[tuple[str, SgNode]]:
    root = parse(source.text, ast_grep_name(source.language or "") or "")
    for node in find_kinds(root, manner.kinds) if root is not None else ():
        plain = (part for part in node.children() if part.kind().endswith("identifier"))
        name = node.field("name") or next(plain, None)
        # The parser makes up for what is missing: such a name is empty.
        if name is None or not name.text() or not manner.is_public(node, name.text()):
            continue
        outer = _outermost(node)
        if not _NEEDS_NONE.search(outer.text().partition(name.text())[0]):
            yield name.text(), node


def _outermost(node: SgNode) -> SgNode:
    """``node`` with what belongs to it: decorators, "export", the group of a Go type."""
    parent = node.parent()
    wraps = {"decorated_definition", "export_statement", "type_declaration"}
    return parent if parent is not None and parent.kind() in wraps else node


def _is_documented(node: SgNode, manner: _Manner) -> bool:
    if manner.mark is None:
        body = node.field("body")
        first = next(iter(named(body)), None) if body else None
        return (
            first is not None
            and first.kind() in {"expression_statement", "string"}
            and first.text().lstrip("rRuUbB")[:1] in {'"', "'"}
        )
    if manner.mark.match(node.text()):
        return True  # some grammars make the comment a part of the definition
    before = _outermost(node).prev()
    while before is not None and before.kind() in {"attribute_item", "attribute_list", "decorator"}:
        if manner.mark.match(before.text()):
            return True
        before = before.prev()
    if before is None or "comment" not in before.kind():
        return False
    return manner.mark.match(before.text()) is not None


@register("documentation")
def create(settings: Settings, rule_folders: Sequence[Path], root: Path | None) -> Analyzer:
    return DocumentationAnalyzer()
