"""SPDX licence expressions ("MIT OR Apache-2.0"): one spelling, and whether a list allows one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

UNKNOWN = "unknown"
LONGEST = 500
"""Characters of an expression; the longest real ones have about 200."""

_TOKEN = re.compile(r"[()]|[^\s()]+")
# As Cargo once wrote it, and as people still do.
_SLASH = re.compile(r"(?<=[\w.+-])\s*/\s*(?=[\w.+-])")


def normal(expression: str) -> str | None:
    """``expression`` with the identifiers spelled as SPDX does; None for what is no expression."""
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    if len(expression) > LONGEST:
        return None
    text = _SLASH.sub(" OR ", expression.strip())
    try:
        found = str(canonicalize_license_expression(text))
    except (InvalidLicenseExpression, RecursionError):
        return None
    return found[1:-1] if _is_one_group(found) else found


def all_of(expressions: Iterable[str]) -> str:
    """The expression for what stands under each of ``expressions``; at least one is needed."""
    found = sorted(set(expressions))
    if len(found) == 1:
        return found[0]
    return " AND ".join(f"({one})" if " OR " in one else one for one in found)


def allowed(expression: str, identifiers: Collection[str]) -> bool:
    """Whether what stands under ``expression`` may be used by one to whom ``identifiers`` are
    allowed: of OR one side is enough, of AND both are needed, and an exception (WITH) only permits
    more. False for what is no expression, as "unknown" is."""
    tokens = _TOKEN.findall(expression[: LONGEST + 1])
    if not tokens or len(expression) > LONGEST:
        return False
    reader = _Reader(tokens, frozenset(identifiers))
    try:
        answer = reader.either()
    except (_MalformedError, RecursionError):
        return False
    return answer and not reader.left


class _MalformedError(Exception):
    pass


class _Reader:
    """By recursive descent; AND binds stronger than OR."""

    def __init__(self, tokens: list[str], identifiers: frozenset[str]) -> None:
        self.left = tokens[::-1]
        self._identifiers = identifiers

    def either(self) -> bool:
        answer = self._both()
        while self._next_is("OR"):
            answer = self._both() or answer
        return answer

    def _both(self) -> bool:
        answer = self._one()
        while self._next_is("AND"):
            answer = self._one() and answer
        return answer

    def _one(self) -> bool:
        if self._next_is("("):
            answer = self.either()
            if not self._next_is(")"):
                raise _MalformedError
            return answer
        identifier = self._take()
        if self._next_is("WITH"):
            self._take()
        return identifier in self._identifiers

    def _next_is(self, word: str) -> bool:
        if self.left and self.left[-1].upper() == word:
            self.left.pop()
            return True
        return False

    def _take(self) -> str:
        if not self.left or self.left[-1].upper() in ("AND", "OR", "WITH", "(", ")"):
            raise _MalformedError
        return self.left.pop()


def _is_one_group(expression: str) -> bool:
    """Whether its first parenthesis is closed by its last."""
    if not (expression.startswith("(") and expression.endswith(")")):
        return False
    depth = 0
    for place, character in enumerate(expression):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return place == len(expression) - 1
    return False
