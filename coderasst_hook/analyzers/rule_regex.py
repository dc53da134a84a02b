r"""Makes the regular expressions of a rule cheap to compile.

ast-grep compiles a rule anew for every file, and there ``\w`` means any of 140,000 letters of
Unicode: it takes a thousand times longer to compile than ``[0-9A-Za-z_]``. Names in programs are
ASCII but for a few, and those a rule may miss. Cases, and where words begin and end, cost twice as
much by Unicode's tables as by ASCII's.
"""

from __future__ import annotations

import re
from typing import Any

_CLASSES = {
    "w": "0-9A-Za-z_",
    "d": "0-9",
    "s": " \\t\\n\\r\\x0b\\x0c",
}
_TOKEN = re.compile(r"\\(.)|(\[\^?\]?)|(\])|(\.)", re.DOTALL)
_BY_TABLES = re.compile(r"\(\?\w*i|\\b")
"""What costs more by Unicode's tables."""
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def ascii_only(pattern: str) -> str:
    r"""``pattern`` with ``\w``, ``\d`` and ``\s``, and their opposites, for ASCII alone; and with
    cases and ends of words for ASCII alone where the regex crate allows it: where nothing in the
    pattern can match a part of a character."""
    depth = 0
    is_narrow = not _NOT_ASCII.search(pattern)

    def replaced(found: re.Match[str]) -> str:
        nonlocal depth, is_narrow
        escaped, opened, closed, dot = found.groups()
        if opened:
            depth += 1
            is_narrow = is_narrow and "^" not in opened
        elif closed:
            depth = max(0, depth - 1)
        elif dot:
            is_narrow = is_narrow and depth > 0
        elif escaped in _CLASSES:
            return _CLASSES[escaped] if depth else f"[{_CLASSES[escaped]}]"
        elif escaped.lower() in _CLASSES and not depth:
            is_narrow = False
            return f"[^{_CLASSES[escaped.lower()]}]"
        elif escaped in "WDSBPpuUx":
            is_narrow = False
        return found[0]

    plain = _TOKEN.sub(replaced, pattern)
    return f"(?-u){plain}" if is_narrow and _BY_TABLES.search(plain) else plain


def cheap(matcher: Any) -> Any:
    """A rule of ast-grep, each ``regex`` in it made cheap."""
    if isinstance(matcher, dict):
        return {
            key: ascii_only(value) if key == "regex" and isinstance(value, str) else cheap(value)
            for key, value in matcher.items()
        }
    return [cheap(part) for part in matcher] if isinstance(matcher, list) else matcher
