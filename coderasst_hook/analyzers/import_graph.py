"""Which file of a repository imports which: Python by its syntax tree, JavaScript by ast-grep's."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coderasst_hook.analyzers import tuning
from coderasst_hook.languages import ast_grep_name, language_of
from coderasst_hook.syntax import find_kinds, parse

if TYPE_CHECKING:
    from ast_grep_py import SgNode

MAX_FILES = 3_000
MAX_BYTES = 1_000_000
"""Of one file; a larger one was generated, and imports nothing here."""
_ROOTS = ("", "src/", "lib/")
"""Where Python packages lie in a repository."""
_SCRIPTS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")


@dataclass(frozen=True, slots=True)
class Import:
    line: int
    target: str
    """A file of the repository."""
    is_late: bool
    """Whether it runs when a function does, or never."""


class Files:
    """The files below ``root``; of those in ``changed``, the text that is given."""

    def __init__(self, root: Path, changed: Mapping[str, str]) -> None:
        self._root = root.resolve()
        self._changed = changed
        self._read = 0

    def __contains__(self, path: str) -> bool:
        return path in self._changed or self._place(path) is not None

    def text(self, path: str) -> str:
        """Empty for what is no text of a reasonable size.

        Raises ``ValueError`` after ``MAX_FILES`` of them.
        """
        if path in self._changed:
            return tuning.readable(self._changed[path])
        self._read += 1
        if self._read > MAX_FILES:
            raise ValueError(f"its imports lead to more than {MAX_FILES:,} files")
        place = self._place(path)
        try:
            if place is None or place.stat().st_size > MAX_BYTES:
                return ""
            return place.read_text("utf-8", "replace")
        except OSError:
            return ""

    def _place(self, path: str) -> Path | None:
        """None for what is not there, and for what leads out of the repository."""
        if path.startswith(("/", "../")) or path == "..":
            return None
        place = self._root / path
        try:
            is_inside = place.resolve().is_relative_to(self._root)
            return place if is_inside and place.is_file() else None
        except (OSError, ValueError, RuntimeError):
            return None


def imports_of(path: str, files: Files) -> Iterator[Import]:
    """Those of other files of the repository. Raises ``ValueError`` where there are too many."""
    language = language_of(path)
    text = files.text(path)
    if language == "python":
        found = _python(path, text, files)
    elif language in {"javascript", "typescript", "tsx"}:
        found = _script(path, text, language, files)
    else:
        return
    seen = set()
    for one in found:
        if one.target != path and (one.line, one.target) not in seen:
            seen.add((one.line, one.target))
            yield one


def _python(path: str, text: str, files: Files) -> Iterator[Import]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node, is_late in _statements(tree, late=False):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _targets(node.lineno, is_late, _module(alias.name, files))
        else:
            base = _from(path, node)
            package = _module(base, files)
            for alias in node.names:
                # A name may be a module of the package; then the package itself is loaded first.
                inner = _module(f"{base}.{alias.name}", files)
                yield from _targets(node.lineno, is_late, inner or package)


def _statements(node: ast.AST, *, late: bool) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, late
        elif isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            deeper = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            for_types = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test)
            yield from _statements(child, late=late or deeper or for_types)


def _from(path: str, node: ast.ImportFrom) -> str:
    """The absolute name of the module that is imported from, "" for none."""
    if not node.level:
        return node.module or ""
    folder = posixpath.dirname(path)
    for _ in range(node.level - 1):
        folder = posixpath.dirname(folder)
    return ".".join(part for part in (folder.replace("/", "."), node.module or "") if part)


def _module(name: str, files: Files) -> str | None:
    if not name:
        return None
    place = name.replace(".", "/")
    candidates = (f"{root}{place}{ending}" for root in _ROOTS for ending in (".py", "/__init__.py"))
    return next((one for one in candidates if one in files), None)


def _targets(line: int, is_late: bool, target: str | None) -> Iterator[Import]:
    if target is not None:
        yield Import(line, target, is_late)


def _script(path: str, text: str, language: str, files: Files) -> Iterator[Import]:
    root = parse(text, ast_grep_name(language) or language)
    if root is None:
        return
    for node in find_kinds(root, ("import_statement", "export_statement")):
        source = node.field("source")
        for_types = node.text().startswith(("import type", "export type"))
        yield from _relative(path, source, node, for_types, files)
    for node in root.find_all(kind="call_expression", regex=r"^(require|import)\("):
        source = node.find(kind="string")
        late = node.text().startswith("import") or any(
            one.kind().endswith(("function", "function_declaration", "method_definition"))
            or one.kind() in {"function_expression", "generator_function_declaration"}
            for one in node.ancestors()
        )
        yield from _relative(path, source, node, late, files)


def _relative(
    path: str, source: SgNode | None, node: SgNode, is_late: bool, files: Files
) -> Iterator[Import]:
    name = source.text().strip("\"'`") if source is not None else ""
    if not name.startswith("."):
        return
    base = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
    stem, ending = posixpath.splitext(base)
    candidates = [base] if ending in _SCRIPTS else []
    # TypeScript writes the ending of what it is compiled to.
    candidates += [f"{stem}{other}" for other in _SCRIPTS] if ending in _SCRIPTS else []
    candidates += [f"{base}{other}" for other in _SCRIPTS]
    candidates += [f"{base}/index{other}" for other in _SCRIPTS]
    target = next((one for one in candidates if one in files), None)
    yield from _targets(node.range().start.line + 1, is_late, target)
