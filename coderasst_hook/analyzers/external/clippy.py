"""clippy, on the crate of the changed files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from coderasst_hook.analyzers.external.linter import Linter, written_in
from coderasst_hook.analyzers.external.reported import Reported
from coderasst_hook.analyzers.external.values import Table, line_of, loads, table, tables, text
from coderasst_hook.analyzers.ruff_edits import Edit
from coderasst_hook.models import Category, Severity

_SEVERITIES = {"error": Severity.HIGH, "warning": Severity.LOW}


def parse(answer: bytes) -> Iterator[Reported]:
    """One JSON object a line; the same message comes once for each target of the crate."""
    seen = set()
    for line in answer.splitlines():
        if not line.startswith(b"{"):
            continue  # what a build script prints
        message = table(table(loads(line)).get("message"))
        place = next((s for s in tables(message.get("spans")) if s.get("is_primary")), None)
        severity = _SEVERITIES.get(text(message, "level"))
        if place is None or severity is None:
            continue  # a summary: "3 warnings emitted"
        reported = Reported(
            path=text(place, "file_name"),
            line=line_of(place, "line_start"),
            end_line=line_of(place, "line_end"),
            rule=text(table(message.get("code")), "code").removeprefix("clippy::") or "error",
            message=text(message, "message"),
            severity=severity,
            category=Category.CORRECTNESS if severity is Severity.HIGH else None,
            suggestion=_help(message),
            edits=_edits(message),
        )
        if reported not in seen:
            seen.add(reported)
            yield reported


def _help(message: Table) -> str:
    helps = [
        text(c, "message") for c in tables(message.get("children")) if text(c, "level") == "help"
    ]
    return next((said for said in helps if not said.startswith("for further information")), "")


def _edits(message: Table) -> tuple[Edit, ...]:
    """Of the one suggestion that the compiler itself would apply."""
    for child in tables(message.get("children")):
        spans = tables(child.get("spans"))
        if spans and all(s.get("suggestion_applicability") == "MachineApplicable" for s in spans):
            return tuple(
                Edit(
                    line_of(span, "line_start"),
                    line_of(span, "column_start"),
                    line_of(span, "line_end"),
                    line_of(span, "column_end"),
                    text(span, "suggested_replacement"),
                )
                for span in spans
            )
    return ()


def _everything(paths: Sequence[str]) -> Sequence[str]:
    return ()


LINTER = Linter(
    name="clippy",
    program="cargo",
    arguments=("clippy", "--quiet", "--all-targets", "--message-format=json"),
    wants=written_in("rust"),
    parse=parse,
    category=Category.CODE_SMELL,
    install="rustup component add clippy",
    accept=(0, 101),
    targets=_everything,
    markers=("Cargo.toml",),
    needs_marker=True,
)
