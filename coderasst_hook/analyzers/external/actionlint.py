"""actionlint, of GitHub's workflows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from coderasst_hook.analyzers.external.linter import Linter
from coderasst_hook.analyzers.external.reported import Reported
from coderasst_hook.analyzers.external.values import line_of, loads, tables, text
from coderasst_hook.models import Category, Severity
from coderasst_hook.source import SourceFile

_WORKFLOW = re.compile(r"(?:.*/)?\.github/workflows/[^/]+\.ya?ml")
_UNTRUSTED = "potentially untrusted"


def parse(answer: bytes) -> Iterator[Reported]:
    for entry in tables(loads(answer)):
        line = line_of(entry, "line")
        kind, message = text(entry, "kind"), text(entry, "message")
        yield Reported(
            path=text(entry, "filepath"),
            line=line,
            end_line=line,
            # One kind holds misspelled names and injections.
            rule="untrusted-input" if kind == "expression" and _UNTRUSTED in message else kind,
            message=message,
            severity=Severity.MEDIUM,
        )


def _wants(source: SourceFile) -> bool:
    return _WORKFLOW.fullmatch(source.path) is not None


def _stdin(source: SourceFile, path: str) -> Sequence[str]:
    return [f"-stdin-filename={path}", "-"]


LINTER = Linter(
    name="actionlint",
    arguments=("-no-color", "-format={{json .}}"),
    wants=_wants,
    parse=parse,
    category=Category.CORRECTNESS,
    install="brew install actionlint, or: "
    "go install github.com/rhysd/actionlint/cmd/actionlint@latest",
    stdin=_stdin,
)
