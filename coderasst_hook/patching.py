"""Lines of a text replaced by others, and where the rest has gone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_LINE = re.compile("[^\n]*\n|[^\n]+")
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Patch:
    """``lines`` in place of ``line`` to ``end_line``, inclusive; none remove them. Patches that are
    applied together do not overlap."""

    line: int
    end_line: int
    lines: tuple[str, ...]

    @property
    def growth(self) -> int:
        return len(self.lines) - (self.end_line - self.line + 1)


def applied(text: str, patches: Iterable[Patch]) -> str:
    """``text``, within which ``patches`` lie, with their lines ended like those that they replace;
    a missing last newline stays missing, and a byte order mark stays."""
    lines = _LINE.findall(text)
    crlf = bool(lines) and lines[0].endswith("\r\n")
    for patch in sorted(patches, key=lambda patch: -patch.line):
        old = lines[patch.line - 1 : patch.end_line]
        lines[patch.line - 1 : patch.end_line] = _fitted(patch.lines, old, crlf=crlf)
    return "".join(lines)


def moved(line: int, patches: Iterable[Patch]) -> int:
    """The number that ``line`` has afterwards; of a replaced one, that of a line in its place, and
    of a removed one, that of the line above."""
    shift = 0
    for patch in sorted(patches, key=lambda patch: patch.line):
        if line < patch.line:
            break
        if line <= patch.end_line:
            inside = min(line - patch.line, len(patch.lines) - 1)
            return max(patch.line + inside + shift, 1)
        shift += patch.growth
    return line + shift


def _fitted(new: Sequence[str], old: Sequence[str], *, crlf: bool) -> list[str]:
    """``new`` with the line ends of ``old``; ``crlf`` says them where ``old`` has none."""
    ends = {line.endswith("\r\n") for line in old if line.endswith("\n")} or {crlf}
    if len(ends) == 1:
        end = "\r\n" if ends == {True} else "\n"
        fitted = [line.removesuffix("\r") + end for line in new]
    else:  # both kinds: what replaces them says which goes where
        fitted = [line + "\n" for line in new]
    if fitted and not old[-1].endswith("\n"):
        fitted[-1] = fitted[-1].rstrip("\r\n")
    if fitted and old[0].startswith(_BOM) and not fitted[0].startswith(_BOM):
        fitted[0] = _BOM + fitted[0]
    return fitted
