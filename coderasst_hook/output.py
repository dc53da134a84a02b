"""Where reports go: which formats, to which files, in which colours."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from coderasst_hook.errors import StoreError, UsageError
from coderasst_hook.files import write_atomically
from coderasst_hook.reporters.base import ReportContext
from coderasst_hook.reporters.registry import NAMES, render, unknown
from coderasst_hook.reviewed import Reviewed
from coderasst_hook.session import Session

_FOR_PEOPLE = ("text", "github")
_WITH_RULES = ("sarif",)
_SUFFIXES = {"text": "txt", "github": "annotations"}


@dataclass(frozen=True, slots=True)
class Target:
    """One format and its file; None is standard output."""

    format: str
    file: Path | None


def targets(formats: Sequence[str], output: Path | None) -> tuple[Target, ...]:
    """Read ``--format`` (names, separated by commas, each with ``=FILE`` if it likes) and
    ``--output`` (the file of the one format, or the folder for several).

    Raises ``UsageError`` for an unknown format, a file used twice, an ``--output`` that nothing
    would be written to, or two formats on one standard output of which one is for machines.
    """
    wanted = [item.strip() for entry in formats for item in entry.split(",") if item.strip()]
    result = list(dict.fromkeys(_target(item) for item in wanted or ["text"]))
    if output is not None:
        result = _with_output(result, output)
    files = [os.path.realpath(target.file) for target in result if target.file is not None]
    if len(set(files)) < len(files):
        raise UsageError("two formats would be written to the same file")
    on_stdout = [target.format for target in result if target.file is None]
    if len(on_stdout) > 1 and not set(on_stdout) <= set(_FOR_PEOPLE):
        raise UsageError(
            f"{' and '.join(on_stdout)} cannot share standard output; "
            f"give one a file: --format {on_stdout[0]},{on_stdout[1]}=FILE"
        )
    return tuple(result)


def _target(item: str) -> Target:
    name, given, file = item.partition("=")
    if name not in NAMES:
        raise unknown(name)
    if given and not file:
        raise UsageError(f"--format {item} names no file")
    return Target(name, Path(file) if given else None)


def _with_output(wanted: list[Target], output: Path) -> list[Target]:
    without = [target for target in wanted if target.file is None]
    if not without:
        raise UsageError("every format has a file of its own; --output would stay empty")
    if len(without) == 1 and not output.is_dir():
        return [target if target.file else replace(target, file=output) for target in wanted]
    # What is for people stays in their sight, unless the folder would stay empty.
    shown = _FOR_PEOPLE if any(target.format not in _FOR_PEOPLE for target in without) else ()
    return [
        target
        if target.file is not None or target.format in shown
        else replace(target, file=output / _file_name(target.format))
        for target in wanted
    ]


def _file_name(format_: str) -> str:
    return f"coderasst.{_SUFFIXES.get(format_, format_)}"


def report_to(
    wanted: Sequence[Target], reviewed: Reviewed, session: Session, *, verbose: bool = False
) -> None:
    """Render and write every target; a terminal gets colours, a file never does.

    Raises ``StoreError`` where a file cannot be written.
    """
    needs_rules = any(target.format in _WITH_RULES for target in wanted)
    context = context_of(reviewed, session, verbose=verbose)
    if needs_rules:
        context = replace(context, rules=session.rules())
    for target in wanted:
        if target.file is None and sys.stdout is None:
            continue  # closed by the caller, who wants the exit code alone
        if target.file is None:
            print_text(
                render(target.format, reviewed.report, for_terminal(context, session.environ))
            )
        else:
            _save(target.file, render(target.format, reviewed.report, context))


def context_of(reviewed: Reviewed, session: Session, *, verbose: bool = False) -> ReportContext:
    """Without rules, which few reporters need."""
    return ReportContext(
        sources=dict(reviewed.sources),
        fail_on=session.settings.fail_on,
        verbose=verbose,
        root=str(session.repository.root) if session.repository is not None else "",
    )


def _save(file: Path, text: str) -> None:
    content = text.encode("utf-8", "backslashreplace")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists() and not file.is_file():
            # A pipe or /dev/null is written to, and never replaced by a file.
            file.write_bytes(content)
        else:
            # Through a link, to what it stands for.
            write_atomically(Path(os.path.realpath(file)), content)
    except OSError as error:
        raise StoreError(f"cannot write {file}: {error.strerror}") from None


def print_text(text: str) -> None:
    """Standard output takes any text, whatever the locale's encoding lacks."""
    stream = sys.stdout
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def for_terminal(context: ReportContext, environ: Mapping[str, str]) -> ReportContext:
    """``context`` with the width, encoding and colours of standard output."""
    import shutil

    return replace(
        context,
        color=wants_color(sys.stdout.isatty(), environ),
        width=min(shutil.get_terminal_size((100, 24)).columns, 120),
        encoding=sys.stdout.encoding or "utf-8",
    )


def wants_color(is_terminal: bool, environ: Mapping[str, str]) -> bool:
    """https://no-color.org and https://force-color.org."""
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return is_terminal and environ.get("TERM") != "dumb"
