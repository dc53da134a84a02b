"""Sources for the analyzers' tests."""

from __future__ import annotations

from collections.abc import Iterable

from coderasst_hook.languages import language_of
from coderasst_hook.source import SourceFile


def source(
    path: str, text: str, *, changed: Iterable[int] | None = None, complete: bool = True
) -> SourceFile:
    """The file at ``path``, all of its lines changed where ``changed`` names none."""
    lines = tuple(text.split("\n"))
    numbers = range(1, len(lines) + 1) if changed is None else changed
    return SourceFile(path, language_of(path), text, lines, frozenset(numbers), complete)
