"""golangci-lint, on the packages of the changed files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from coderasst_hook.analyzers.external.linter import Linter, written_in
from coderasst_hook.analyzers.external.reported import Reported
from coderasst_hook.analyzers.external.values import line_of, loads, number, table, tables, text
from coderasst_hook.models import Category, Severity

# Its linters leave this empty unless the project sets it.
_SEVERITIES = {
    "high": Severity.HIGH,
    "error": Severity.MEDIUM,
    "warning": Severity.LOW,
    "low": Severity.LOW,
    "info": Severity.LOW,
}
_CODE = re.compile(r"([A-Z]{1,4}\d{3,4}): ")


def parse(answer: bytes) -> Iterator[Reported]:
    # Of several formats on one output, ours is the first line.
    for issue in tables(table(loads(answer.partition(b"\n")[0])).get("Issues")):
        place, lines = table(issue.get("Pos")), table(issue.get("LineRange"))
        message = text(issue, "Text")
        code = _CODE.match(message)
        line = line_of(place, "Line")
        yield Reported(
            path=text(place, "Filename"),
            line=line,
            end_line=number(lines, "To") or line,
            rule=f"{text(issue, 'FromLinter')}/{code[1]}" if code else text(issue, "FromLinter"),
            message=message[code.end() :] if code else message,
            severity=_SEVERITIES.get(text(issue, "Severity").lower(), Severity.MEDIUM),
        )


def _packages(paths: Sequence[str]) -> Sequence[str]:
    return sorted({posixpath.dirname(path) or "." for path in paths})


_COMMON = ("run", "--allow-parallel-runners", "--issues-exit-code=1")

LINTER = Linter(
    name="golangci-lint",
    arguments=(*_COMMON, "--output.json.path=stdout", "--show-stats=false"),
    older=(*_COMMON, "--out-format=json"),
    wants=written_in("go"),
    parse=parse,
    category=Category.CODE_SMELL,
    install="see golangci-lint.run, or: brew install golangci-lint",
    targets=_packages,
    markers=("go.mod",),
    needs_marker=True,
)
