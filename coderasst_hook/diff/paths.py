"""Paths as the headers of a patch spell them: quoted, prefixed, followed by a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

DEV_NULL = "/dev/null"

_ESCAPE = re.compile(r"\\([0-7]{1,3}|.)", re.DOTALL)
_LETTERS = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, '"': 34, "\\": 92}
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)


def unquote(name: str) -> str:
    """The path that git (or GNU diff) quoted as in C; an unquoted one as it is."""
    found = _QUOTED.fullmatch(name)
    return _unescape(found.group(1)) if found else name


def _unescape(body: str) -> str:
    def byte(escape: re.Match[str]) -> bytes:
        code = escape.group(1)
        value = _LETTERS.get(code) if not code[0].isdigit() else int(code, 8)
        return code.encode("utf-8", "surrogateescape") if value is None else bytes([value & 0xFF])

    raw = bytearray()
    end = 0
    for escape in _ESCAPE.finditer(body):
        raw += body[end : escape.start()].encode("utf-8", "surrogateescape") + byte(escape)
        end = escape.end()
    raw += body[end:].encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "surrogateescape")


def named(header: str) -> str:
    """The path in what follows ``--- `` or ``+++ ``, without the tab and time after it."""
    quoted = _QUOTED.match(header)
    if quoted and (quoted.end() == len(header) or header[quoted.end()] in "\t "):
        return _unescape(quoted.group(1))
    return header.partition("\t")[0]


def strip_pair(old: str, new: str) -> tuple[str, str]:
    """Both paths of one file without their prefixes ("a/" and "b/", or any other pair)."""
    if old == DEV_NULL:
        return old, new.removeprefix("b/")
    if new == DEV_NULL:
        return old.removeprefix("a/"), new
    if old == new:
        return old, new
    short_old, short_new = _strip(old), _strip(new)
    same = short_old is not None and short_old == short_new
    if same or (old.startswith("a/") and new.startswith("b/")):
        assert short_old is not None
        assert short_new is not None
        return short_old, short_new
    return old, new


def _strip(path: str) -> str | None:
    head, slash, rest = path.partition("/")
    return rest if slash and head and rest else None


def git_header_path(names: str) -> str | None:
    """The one path that both halves of ``diff --git <names>`` stand for.

    None where they differ (a rename, or two files compared by name) or where no cut makes sense.
    """
    if names.startswith('"'):
        found = _QUOTED.match(names)
        cuts = [(names[: found.end()], names[found.end() + 1 :])] if found else []
    else:
        spaces = [index for index, character in enumerate(names) if character == " "]
        # Prefixes are nearly always of one length, and then the cut is in the middle.
        spaces.sort(key=lambda index: abs(2 * index + 1 - len(names)))
        cuts = [(names[:index], names[index + 1 :]) for index in spaces[:64]]
    for left, right in cuts:
        old, new = strip_pair(unquote(left), unquote(right))
        if old == new:
            return old
    return None


def path_filter(paths: Sequence[str]) -> Callable[[str], bool]:
    """Whether a path is one of ``paths`` or lies under one; anything where there are none."""
    wanted = [path.strip("/") for path in paths]
    if not wanted or "" in wanted or "." in wanted:
        return lambda path: True
    return lambda path: any(path == each or path.startswith(each + "/") for each in wanted)
