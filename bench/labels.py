"""What somebody says about files: which lines are bad, and which are good.

JSON lines, one object each:

    {"path": "app/views.py", "line": 12, "category": "security", "label": "bad"}

``path`` lies below the folder, with slashes. ``line`` starts at 1; null (or left out) is the whole
file. ``category`` is one of ours (then only findings of that category count for this label), any
other word ("CWE-89", "sqli"; it only groups) or null. ``label`` is "bad" or "good", or true or
false for the same. Further keys are ignored.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

_LABELS = {"bad": True, "good": False, "true": True, "false": False, "1": True, "0": False}
_MAX_LINE = 100_000
"""Bytes of one label."""


class LabelError(ValueError):
    """A label cannot be used; ``str`` starts with its line number."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(f"line {number}: {reason}")


@dataclass(frozen=True)
class Label:
    path: str
    line: int | None
    category: str | None
    bad: bool


def read(path: Path) -> list[Label]:
    """Raises LabelError, and OSError where the file cannot be read."""
    with open(path, "rb") as stream:
        return parse(iter(lambda: stream.readline(_MAX_LINE + 1), b""))


def parse(lines: Iterable[bytes]) -> list[Label]:
    """Raises LabelError for what is no label, and for two that contradict each other."""
    labels: dict[tuple[str, int | None, str | None], tuple[int, Label]] = {}
    for number, line in enumerate(lines, 1):
        if len(line) > _MAX_LINE:
            raise LabelError(number, f"longer than {_MAX_LINE} bytes")
        if not line.strip(b"\xef\xbb\xbf \t\r\n"):
            continue
        label = _label(number, line)
        key = (label.path, label.line, label.category)
        earlier, known = labels.setdefault(key, (number, label))
        if known.bad is not label.bad:
            raise LabelError(number, f"contradicts line {earlier}")
    return [label for _, label in labels.values()]


def _label(number: int, line: bytes) -> Label:
    try:
        entry = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise LabelError(number, "not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise LabelError(number, f"not JSON: {error}") from None
    if not isinstance(entry, dict):
        raise LabelError(number, "not an object")
    return Label(
        _path(number, entry.get("path")),
        _line(number, entry.get("line")),
        _category(number, entry.get("category")),
        _bad(number, entry),
    )


def _path(number: int, value: Any) -> str:
    if not isinstance(value, str) or not value or "\0" in value:
        raise LabelError(number, "`path` must be the path of a file")
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise LabelError(number, f"path {value!r} does not lie in the folder")
    return str(path)


def _line(number: int, value: Any) -> int | None:
    if value is None:
        return None
    # JSON knows one kind of number: tools write 12.0 for 12.
    whole = isinstance(value, float) and value.is_integer()
    if isinstance(value, bool) or not (isinstance(value, int) or whole) or value < 1:
        raise LabelError(number, f"`line` must be a whole number from 1 on, or null, not {value!r}")
    return int(value)


def _category(number: int, value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise LabelError(number, f"`category` must be a word or null, not {value!r}")
    return value.strip().lower() or None


def _bad(number: int, entry: dict[str, Any]) -> bool:
    value = entry.get("label")
    known = _LABELS.get(str(value).strip().lower()) if isinstance(value, str | int) else None
    if known is None:
        raise LabelError(number, f'`label` must be "bad" or "good" (true or false), not {value!r}')
    return known
