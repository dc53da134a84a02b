"""Gitignore patterns over paths, as the configuration has them.

``pathspec`` is imported at the first pattern: most repositories have none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from coderasst_hook.errors import ConfigurationError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


class Patterns:
    """A list of gitignore patterns; as in Git, the last one that matches decides."""

    def __init__(self, lines: Sequence[str], *, key: str = "exclude") -> None:
        """Raises ``ConfigurationError``, naming ``key``, for a pattern that is none."""
        # pathspec drops empty lines, and its answer is an index into what is left.
        self._lines = tuple(line for line in lines if line)
        self._spec = _compile(self._lines, key) if self._lines else None

    def decide(self, path: str) -> tuple[bool, str] | None:
        """True and the pattern that matches, False and the ``!pattern`` that keeps it, or None."""
        if self._spec is None:
            return None
        # pathspec may match with RE2 where that is installed, which takes nothing but UTF-8.
        result = self._spec.check_file(path.encode("utf-8", "replace").decode("utf-8"))
        if result.include is None or result.index is None:
            return None
        return result.include, self._lines[result.index]

    def match(self, path: str) -> bool:
        decision = self.decide(path)
        return decision is not None and decision[0]


def path_matches(pattern: str, path: str) -> bool:
    """Whether one pattern of ``[[paths]]`` is about ``path``."""
    return _single(pattern).match(path)


@lru_cache(maxsize=256)
def _single(pattern: str) -> Patterns:
    return Patterns((pattern,), key="paths.pattern")


def _compile(lines: tuple[str, ...], key: str) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    for line in lines:
        try:
            GitIgnoreSpec.from_lines([line])
        except (ValueError, re.error) as error:
            raise ConfigurationError(
                f"{key}: {line!r} is not a gitignore pattern: {error}"
            ) from None
    return GitIgnoreSpec.from_lines(lines)
