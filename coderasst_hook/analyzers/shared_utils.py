"""Utilities that several rules of one folder share, as ``_shared.yaml`` in it says them.

ast-grep knows utilities of one rule only: each rule gets the shared ones that it refers to.
``source``, ``parameter`` and ``clean`` have a meaning of their own: they say what comes from
outside and what no longer carries it, see ``taint``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

FILE = "_shared.yaml"
BORDERS = ("source", "parameter", "clean")


def needed(matcher: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """The utilities of ``shared`` that ``matcher`` refers to, also through each other, and does not
    define itself."""
    own = matcher.get("utils", {})
    found: dict[str, Any] = {}
    open_names = list(_references(matcher))
    while open_names:
        name = open_names.pop()
        if name in shared and name not in own and name not in found:
            found[name] = shared[name]
            open_names += _references(shared[name])
    return found


def with_shared(matcher: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """``matcher`` with what it needs of ``shared`` among its utilities."""
    used = needed(matcher, shared)
    return {**matcher, "utils": {**used, **matcher.get("utils", {})}} if used else dict(matcher)


def borders(shared: Mapping[str, Any]) -> dict[str, Any]:
    """Of those of ``BORDERS`` that ``shared`` has, a matcher by its name."""
    return {
        name: with_shared({"rule": {"matches": name}}, shared) for name in BORDERS if name in shared
    }


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key == "matches" and isinstance(value, str):
                yield value
            else:
                yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)
