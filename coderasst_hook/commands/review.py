"""``coderasst review``: select, review, report, exit."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coderasst_hook.commands.options import (
    fail_on_flag,
    filter_flag,
    flag,
    flags_by_key,
    model_flags,
    selection_options,
    separated,
)
from coderasst_hook.selection import Selection, What

if TYPE_CHECKING:
    from coderasst_hook.analyzers.base import Analyzer
    from coderasst_hook.output import Target
    from coderasst_hook.reviewed import Reviewed
    from coderasst_hook.session import Session

_FIXABLE = (What.STAGED, What.ALL)
"""Selections that tell what is in the working tree."""


@click.command()
@selection_options
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="NAME[=FILE],…",
    help="text (default), json, sarif, github, html; several at once, each to its own file.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="File of the one format, or folder for several.",
)
@fail_on_flag
@filter_flag
@model_flags
@flag(
    "--strict", key="strict", is_flag=True, default=None, help="Exit code 3 if not all is reviewed."
)
@flag(
    "--no-cache",
    key="cache.enabled",
    flag_value=False,
    default=None,
    type=bool,
    help="Ask the model again.",
)
@flag(
    "--external",
    key="analyzers.external",
    multiple=True,
    callback=lambda context, option, value: separated(*value),
    metavar="LINTER,…",
    help="Also run linters that the repository configures: eslint, shellcheck, …",
)
@click.option(
    "--sarif-in",
    "sarif_in",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also count what another tool has written as SARIF.",
)
@click.option("--fix", is_flag=True, help="Apply the certain replacements to the working tree.")
@click.option(
    "--interactive",
    "-i",
    is_flag=True,
    help="Step through the findings: accept, reject, fix, or open each in your editor.",
)
@click.option("--verbose", "-v", is_flag=True, help="Also what was dropped or skipped, and why.")
def review(
    selection: Selection,
    formats: tuple[str, ...],
    output: Path | None,
    verbose: bool,
    sarif_in: tuple[Path, ...],
    fix: bool,
    interactive: bool,
    **flags: Any,
) -> None:
    """Review changes and print the findings.

    Without options: what is staged. Exit codes: 0 nothing at or above --fail-on, 1 findings,
    2 wrong usage or configuration, 3 not completed though --llm on or --strict asked for it.
    """
    from coderasst_hook.analyzers.ahead import started

    ahead = click.get_current_context().with_resource(started())
    from coderasst_hook.commands.opening import open_session
    from coderasst_hook.output import report_to, targets
    from coderasst_hook.selection import select
    from coderasst_hook.session import exit_code

    wanted: Sequence[Target] = targets(formats, output)
    if interactive:
        wanted = _beside_the_keys(wanted)
    given = flags_by_key(flags)
    session = open_session(
        needs_repository=selection.needs_repository, environ=os.environ, flags=given, ahead=ahead
    )
    root = _fixable(selection, session) if fix else None
    beside = _from_sarif(sarif_in, session)
    changes = select(selection, session.repository)
    reviewed = session.review(changes, budget=session.settings.budget, beside=beside)
    reviewed = session.keep(reviewed, own=selection.what is What.STAGED)
    if root is not None:
        reviewed = _fixed(reviewed, root, wanted)
    if interactive:
        from coderasst_hook.interactive import step_through

        tree = session.root if selection.what in _FIXABLE else None
        reviewed = step_through(reviewed, session, root=tree, environ=os.environ)
    report_to(wanted, reviewed, session, verbose=verbose)
    raise SystemExit(exit_code(reviewed, session.settings))


def _fixable(selection: Selection, session: Session) -> Path:
    """The working tree to mend. Raises ``UsageError`` where it is not what was reviewed."""
    from coderasst_hook.errors import UsageError

    if session.root is None or selection.what not in _FIXABLE:
        raise UsageError(
            "--fix changes files of the working tree, so it takes what is staged, or --all",
            next_step="coderasst review --fix",
        )
    return session.root


def _beside_the_keys(wanted: Sequence[Target]) -> Sequence[Target]:
    """What is written when the last finding has been shown: files only. Raises ``UsageError`` where
    nobody could step through the findings."""
    from coderasst_hook.errors import UsageError
    from coderasst_hook.interactive import require_terminal

    require_terminal()
    if others := [it.format for it in wanted if it.file is None and it.format != "text"]:
        raise UsageError(
            f"--interactive needs the terminal for itself; give {others[0]} a file",
            next_step=f"coderasst review --interactive --format {others[0]}=FILE",
        )
    return [target for target in wanted if target.file is not None]


def _from_sarif(files: Sequence[Path], session: Session) -> Sequence[Analyzer]:
    if not files:
        return ()
    from coderasst_hook.sarif_in import SarifAnalyzer, read

    return [SarifAnalyzer([read(file) for file in files], session.root)]


def _fixed(reviewed: Reviewed, root: Path, wanted: Sequence[Target]) -> Reviewed:
    """What remains of ``reviewed``, with a note about the rest."""
    from coderasst_hook.fixing import fix

    outcome = fix(reviewed, root)
    remaining = outcome.remaining
    if not any(target.format == "text" and target.file is None for target in wanted):
        click.echo(str(outcome).encode("utf-8", "backslashreplace").decode(), err=True)
    return remaining.with_note(str(outcome))
