"""``coderasst review``: select, review, report, exit."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from coderasst_hook.commands.options import selection_options
from coderasst_hook.selection import Selection

_SEVERITIES = ("low", "medium", "high", "critical")


def _flag(*names: str, key: str, **attributes: Any) -> Callable[[Any], Any]:
    """An option that sets the configuration key ``key``; its parameter is named after the key."""
    return click.option(*names, key.replace(".", "__"), **attributes)


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
@_flag(
    "--fail-on", key="fail_on", type=click.Choice(_SEVERITIES), help="Severity for exit code 1."
)
@_flag(
    "--filter",
    key="filter",
    type=click.Choice(["added", "diff-context", "file", "none"]),
    help="Lines that findings may be on (default: added).",
)
@_flag(
    "--llm",
    key="llm.mode",
    type=click.Choice(["auto", "on", "off"]),
    help="Whether the model takes part (default: auto, where one can be reached).",
)
@_flag("--model", key="model", metavar="NAME", help="Model to ask.")
@_flag(
    "--host",
    key="llm.hosts",
    multiple=True,
    metavar="URL",
    help="Server to ask; several share the work.",
)
@_flag("--budget", key="budget", type=float, metavar="SECONDS", help="Time for the model.")
@_flag(
    "--strict", key="strict", is_flag=True, default=None, help="Exit code 3 if not all is reviewed."
)
@_flag(
    "--no-cache",
    key="cache.enabled",
    flag_value=False,
    default=None,
    type=bool,
    help="Ask the model again.",
)
@click.option("--verbose", "-v", is_flag=True, help="Also what was dropped or skipped, and why.")
def review(
    selection: Selection,
    formats: tuple[str, ...],
    output: Path | None,
    verbose: bool,
    **flags: Any,
) -> None:
    """Review changes and print the findings.

    Without options: what is staged. Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong
    usage or configuration, 3 not completed though --llm on or --strict asked for it.
    """
    from coderasst_hook.commands.opening import open_session
    from coderasst_hook.output import report_to, targets
    from coderasst_hook.selection import select
    from coderasst_hook.session import exit_code

    wanted = targets(formats, output)
    given = {name.replace("__", "."): value for name, value in flags.items()}
    session = open_session(
        needs_repository=selection.needs_repository, environ=os.environ, flags=given
    )
    changes = select(selection, session.repository)
    reviewed = session.review(changes, budget=session.settings.budget)
    report_to(wanted, reviewed, session, verbose=verbose)
    raise SystemExit(exit_code(reviewed, session.settings))
