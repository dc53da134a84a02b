"""ESLint, from the project's own ``node_modules`` where it is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from coderasst_hook.analyzers.external.linter import Linter, written_in
from coderasst_hook.analyzers.external.reported import Reported
from coderasst_hook.analyzers.external.values import (
    MalformedError,
    Table,
    entries,
    line_of,
    loads,
    number,
    table,
    tables,
    text,
)
from coderasst_hook.analyzers.ruff_edits import Edit
from coderasst_hook.models import Category, Severity
from coderasst_hook.source import SourceFile

_FLAT = tuple(f"eslint.config.{suffix}" for suffix in ("js", "mjs", "cjs", "ts", "mts", "cts"))
_LEGACY = tuple(f".eslintrc{suffix}" for suffix in ("", ".js", ".cjs", ".yaml", ".yml", ".json"))
# A project says "error" of a missing semicolon, too; ratings.py names what is worse.
_SEVERITIES = {1: Severity.LOW, 2: Severity.MEDIUM}
_LINE_END = re.compile("\r\n|[\r\n\u2028\u2029]")


def parse(answer: bytes) -> Iterator[Reported]:
    for file in tables(loads(answer)):
        source = text(file, "source")
        line = _lines(source)
        for message in tables(file.get("messages")):
            rule, broken = text(message, "ruleId"), message.get("fatal") is True
            if not rule and not broken:
                continue  # it says that the file is ignored
            first = line_of(message, "line")
            severity = Severity.HIGH if broken else _SEVERITIES.get(line_of(message, "severity"))
            yield Reported(
                path=text(file, "filePath"),
                line=line(first),
                end_line=line(number(message, "endLine") or first),
                rule=rule or "syntax-error",
                message=text(message, "message"),
                severity=severity or Severity.MEDIUM,
                edits=_edits(table(message.get("fix")), source),
                exact_columns=True,
            )


def _lines(source: str) -> Callable[[int], int]:
    """From ESLint's line to git's: ESLint ends one at a lone carriage return and U+2028, too."""
    ends = [end.group() for end in _LINE_END.finditer(source)]
    if all(end.endswith("\n") for end in ends):
        return lambda line: line
    numbers = [1]
    for end in ends:
        numbers.append(numbers[-1] + end.endswith("\n"))
    return lambda line: numbers[min(line, len(numbers)) - 1] if line > 0 else line


def _edits(fix: Table, source: str) -> tuple[Edit, ...]:
    if not fix or not source or source.startswith("\ufeff"):
        return ()
    units = source.encode("utf-16-le", "surrogatepass")
    places = []
    for offset in entries(fix.get("range")):
        if not isinstance(offset, int) or not 0 <= offset <= len(units) // 2:
            raise MalformedError("a fix lies outside of its file")
        before = units[: offset * 2].decode("utf-16-le", "replace")
        places.append((before.count("\n") + 1, len(before) - before.rfind("\n")))
    if len(places) != 2:
        raise MalformedError("a fix has no range")
    (row, column), (end_row, end_column) = places
    return (Edit(row, column, end_row, end_column, text(fix, "text")),)


def _stdin(source: SourceFile, path: str) -> Sequence[str]:
    return ["--stdin", f"--stdin-filename={path}"]


LINTER = Linter(
    name="eslint",
    arguments=("--format", "json", "--no-error-on-unmatched-pattern"),
    wants=written_in("javascript", "typescript", "tsx", "vue", "svelte", "astro"),
    parse=parse,
    category=Category.CODE_SMELL,
    install="npm install --save-dev eslint",
    stdin=_stdin,
    markers=(*_FLAT, *_LEGACY),
    local=("node_modules/.bin",),
)
