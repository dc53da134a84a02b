"""``coderasst feedback import``: verdicts from files, ours or of an older assistant."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from coderasst_hook.errors import UsageError
from coderasst_hook.wording import count

if TYPE_CHECKING:
    from coderasst_hook.feedback.jsonl import Imported


@click.command("import")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE…",
)
def import_(files: tuple[Path, ...]) -> None:
    """Take verdicts from FILE…, or from standard input where it is -.

    A file has one object of JSON a line: what `coderasst feedback export` writes, or the old form
    {"prompt", "response" or "suggestion", "accepted"}. Malformed lines are reported, and the rest
    goes in. Importing a file again changes nothing.

    Exit codes: 0 something was read, if not all of it; 2 nothing could be read.
    """
    from coderasst_hook.commands.feedback.opening import opened_store
    from coderasst_hook.feedback.jsonl import read

    with opened_store(create=True) as store:
        results: list[Imported] = []
        for file in files:
            try:
                with _opened(file) as stream:
                    result = read(stream, store)
            except OSError as error:
                raise UsageError(f"{file} cannot be read: {error.strerror}") from None
            _tell(file, result)
            results.append(result)
    if not any(result.read for result in results) and any(result.bad for result in results):
        raise UsageError(
            "no line could be read",
            next_step="coderasst feedback import --help says what a line is",
        )


def _opened(file: Path) -> AbstractContextManager[BinaryIO]:
    if str(file) == "-":
        return nullcontext(sys.stdin.buffer)
    return file.open("rb")


def _tell(file: Path, result: Imported) -> None:
    from coderasst_hook.visible import one_line

    name = one_line(str(file))
    for problem in result.problems:
        click.echo(f"{name}:{problem.number}: {one_line(problem.words)}", err=True)
    if result.bad:
        more = result.bad - len(result.problems)
        rest = f" ({more:,} more than are listed)" if more else ""
        click.echo(f"warning: {count(result.bad, 'line')} of {name} left out{rest}", err=True)
    click.echo(
        f"{name}: {count(result.read, 'line')} read, {count(result.new_findings, 'finding')} "
        f"new, {count(result.changed_verdicts, 'verdict')} new or changed"
    )
