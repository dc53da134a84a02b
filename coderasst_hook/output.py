"""Where reports go: which formats, to which files, in which colours."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from coderasst_hook.errors import StoreError, UsageError
from coderasst_hook.files import write_atomically
from coderasst_hook.reporters.base import ReportContext
from coderasst_hook.reporters.registry import NAMES, render
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

    Raises ``UsageError`` for an unknown format, a file used twice, or two formats for machines on
    one standard output.
    """
    wanted = [item.strip() for entry in formats for item in entry.split(",") if item.strip()]
    result: list[Target] = []
    for item in wanted or ["text"]:
        name, given, file = item.partition("=")
        if name not in NAMES:
            raise UsageError(f"no output format {name!r}; there are: {', '.join(NAMES)}")
        if given and not file:
            raise UsageError(f"--format {item} names no file")
        result.append(Target(name, Path(file) if given else None))
    if output is not None:
        result = _with_output(result, output)
    files = [target.file for target in result if target.file is not None]
    if len(set(files)) < len(files):
        raise UsageError("two formats would be written to the same file")
    on_stdout = [target.format for target in result if target.file is None]
    if len(on_stdout) > 1 and not set(on_stdout) <= set(_FOR_PEOPLE):
        raise UsageError(
            f"{' and '.join(on_stdout)} cannot share standard output; "
            f"give one a file: --format {on_stdout[0]},{on_stdout[1]}=FILE"
        )
    return tuple(result)


def _with_output(wanted: list[Target], output: Path) -> list[Target]:
    open_ends = [target for target in wanted if target.file is None]
    if len(open_ends) == 1 and len(wanted) == 1 and not output.is_dir():
        return [replace(wanted[0], file=output)]
    return [
        target
        if target.file is not None or target.format in _FOR_PEOPLE
        else replace(
            target, file=output / f"coderasst.{_SUFFIXES.get(target.format, target.format)}"
        )
        for target in wanted
    ]


def report_to(
    wanted: Sequence[Target], reviewed: Reviewed, session: Session, *, verbose: bool = False
) -> None:
    """Render and write every target; a terminal gets colours, a file never does.

    Raises ``StoreError`` where a file cannot be written.
    """
    needs_rules = any(target.format in _WITH_RULES for target in wanted)
    context = ReportContext(
        sources=dict(reviewed.sources),
        rules=session.rules() if needs_rules else (),
        fail_on=session.settings.fail_on,
        verbose=verbose,
        root=str(session.repository.root) if session.repository is not None else "",
    )
    for target in wanted:
        if target.file is None:
            _print(render(target.format, reviewed.report, _for_terminal(context, session.environ)))
        else:
            _save(target.file, render(target.format, reviewed.report, context))


def _save(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise StoreError(f"cannot write {file}: {error.strerror}") from None


def _print(text: str) -> None:
    """Standard output takes any text, whatever the locale's encoding lacks."""
    stream = sys.stdout
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def _for_terminal(context: ReportContext, environ: Mapping[str, str]) -> ReportContext:
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
