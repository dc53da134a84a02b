"""What the job keeps of a review: outputs of the step, its summary, report files."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

from coderasst_hook.errors import StoreError
from coderasst_hook.files import write_atomically
from coderasst_hook.models import Report
from coderasst_hook.reporters.base import ReportContext
from coderasst_hook.reporters.registry import render
from coderasst_hook.reporters.summary import by_severity, incomplete, outcome
from coderasst_hook.untrusted import encodable
from coderasst_hook.visible import inert, prose, visible

LARGEST_SUMMARY = 1_000_000
"""Bytes; GitHub takes 1 MiB of one step."""


def say(text: str) -> None:
    """One line of the job's log, in which nothing is a command to the runner."""
    line = inert(prose(text))
    print(line.encode("utf-8", "backslashreplace").decode("utf-8"), flush=True)


def write_reports(files: Mapping[str, Path | None], report: Report, context: ReportContext) -> None:
    """``files`` by format. Raises ``StoreError``."""
    for name, file in files.items():
        if file is not None:
            save(file, render(name, report, context))


def save(file: Path, text: str) -> None:
    """Raises ``StoreError``."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise StoreError(f"cannot write {file}: {error.strerror}") from None


def step_outputs(
    environ: Mapping[str, str], report: Report, files: Mapping[str, Path | None]
) -> None:
    """To the file of ``GITHUB_OUTPUT``: counts by severity, paths of reports, what was covered."""
    counts = {severity.value: n for severity, n in by_severity(report.findings).items()}
    covered = " ".join(part for part in (outcome(report), incomplete(report)) if part)
    values = {
        **{name: str(number) for name, number in counts.items()},
        "total": str(len(report.findings)),
        "report": str(files.get("json") or ""),
        "sarif": str(files.get("sarif") or ""),
        "coverage": prose(covered),
    }
    _append(environ.get("GITHUB_OUTPUT", ""), "".join(map(_output, values.items())))


def _output(item: tuple[str, str]) -> str:
    name, value = item
    # Nobody can know the delimiter beforehand, so no value can end itself and set another output.
    end = f"end_{secrets.token_hex(16)}"
    return f"{name}<<{end}\n{visible(value)}\n{end}\n"


def step_summary(environ: Mapping[str, str], markdown: str) -> None:
    """To the file of ``GITHUB_STEP_SUMMARY``."""
    data = encodable(markdown).encode("utf-8")
    if len(data) > LARGEST_SUMMARY:
        cut = data[:LARGEST_SUMMARY].rpartition(b"\n")[0].decode("utf-8", "ignore")
        markdown = f"{cut}\n\n… cut: the report files have the rest.\n"
    _append(environ.get("GITHUB_STEP_SUMMARY", ""), f"{encodable(markdown).rstrip()}\n")


def _append(file: str, text: str) -> None:
    """Outside of a job there is no such file."""
    if not file:
        return
    try:
        with open(file, "a", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise StoreError(f"cannot write {file}: {error.strerror}") from None
