"""JSON from other programs, taken apart with a check at every step."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

Table = Mapping[str, Any]
_CWE = re.compile(r"cwe[-/ ]?0*([1-9]\d{0,4})\b", re.IGNORECASE)
_LARGEST = 2**31


class MalformedError(ValueError):
    """The text is not what it should be; ``str`` says what is."""


def loads(data: bytes) -> object:
    """Raises ``MalformedError`` for what is no JSON."""
    try:
        found: object = json.loads(data)
    except RecursionError:
        raise MalformedError("its values are nested too deeply") from None
    except json.JSONDecodeError as error:
        raise MalformedError(f"not JSON at line {error.lineno}, column {error.colno}") from None
    except ValueError:  # no Unicode, or a number of thousands of digits
        raise MalformedError("not JSON") from None
    return found


def table(value: object) -> Table:
    """``value`` as an object; None is an empty one."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise MalformedError("not an object where one belongs")
    return value


def entries(value: object) -> Sequence[Any]:
    """``value`` as a list; None is an empty one."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise MalformedError("not a list where one belongs")
    return value


def tables(value: object) -> Sequence[Table]:
    return [table(entry) for entry in entries(value)]


def text(of: Table, key: str) -> str:
    """The text at ``key``, "" where there is none."""
    value = of.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise MalformedError(f"{key} is not a text")
    return value


def number(of: Table, key: str) -> int | None:
    """The whole number at ``key``, None where there is none."""
    value = of.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST:
        raise MalformedError(f"{key} is not a whole number")
    return value


def line_of(of: Table, key: str) -> int:
    """The line at ``key``; 0, which no file has, where there is none."""
    return number(of, key) or 0


def cwe_in(texts: object) -> str | None:
    """The first weakness that one of ``texts`` (a text or a list) names: "CWE-79"."""
    for candidate in texts if isinstance(texts, list) else [texts]:
        if isinstance(candidate, str) and (found := _CWE.search(candidate)):
            return f"CWE-{found[1]}"
    return None
