r"""Makes the regular expressions of a rule cheap to compile.

ast-grep compiles a rule anew for every file, and there ``\w`` means any of 140,000 letters of
Unicode: it takes a thousand times longer to compile than ``[0-9A-Za-z_]``. Names in programs are
ASCII but for a few, and those a rule may miss.
"""

from __future__ import annotations

import re
from typing import Any

_CLASSES = {
    "w": "0-9A-Za-z_",
    "d": "0-9",
    "s": " \\t\\n\\r\\x0b\\x0c",
}
_TOKEN = re.compile(r"\\(.)|(\[\^?\]?)|(\])", re.DOTALL)


def ascii_only(pattern: str) -> str:
    r"""``pattern`` with ``\w``, ``\d`` and ``\s``, and their opposites, for ASCII alone."""
    depth = 0

    def replaced(found: re.Match[str]) -> str:
        nonlocal depth
        escaped, opened, closed = found.groups()
        if opened:
            depth += 1
        elif closed:
            depth = max(0, depth - 1)
        elif escaped in _CLASSES:
            return _CLASSES[escaped] if depth else f"[{_CLASSES[escaped]}]"
        elif escaped.lower() in _CLASSES and not depth:
            return f"[^{_CLASSES[escaped.lower()]}]"
        return found[0]

    return _TOKEN.sub(replaced, pattern)


def cheap(matcher: Any) -> Any:
    """A rule of ast-grep, each ``regex`` in it made cheap."""
    if isinstance(matcher, dict):
        return {
            key: ascii_only(value) if key == "regex" and isinstance(value, str) else cheap(value)
            for key, value in matcher.items()
        }
    return [cheap(part) for part in matcher] if isinstance(matcher, list) else matcher
