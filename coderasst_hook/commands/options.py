"""Options that several commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import click

from coderasst_hook.selection import Selection, What

Command = TypeVar("Command", bound=Callable[..., Any])


def selection_options(command: Command) -> Command:
    """Add ``PATHS`` and the options that select changes; ``command`` gets them as ``selection``."""

    @functools.wraps(command)
    def with_selection(
        *args: Any,
        paths: tuple[str, ...],
        staged: bool,
        commit: str | None,
        range_: str | None,
        patch: str | None,
        everything: bool,
        **others: Any,
    ) -> Any:
        chosen = {
            What.STAGED: "" if staged else None,
            What.COMMIT: commit,
            What.RANGE: range_,
            What.PATCH: patch,
            What.ALL: "" if everything else None,
        }
        return command(*args, selection=_one_of(chosen, paths), **others)

    decorators = (
        click.argument("paths", nargs=-1, type=click.Path()),
        click.option(
            "--staged", is_flag=True, help="What is staged for the next commit (default)."
        ),
        click.option("--commit", metavar="REV", help="One commit, against its first parent."),
        click.option(
            "--range",
            "range_",
            metavar="A..B",
            help="From A to B; A...B: what B has changed since it left A.",
        ),
        click.option(
            "--diff", "patch", metavar="FILE", help="A patch file, or - for standard input."
        ),
        click.option(
            "--all", "everything", is_flag=True, help="Every line of the tracked files under PATHS."
        ),
    )
    decorated: Callable[..., Any] = with_selection
    for decorate in reversed(decorators):
        decorated = decorate(decorated)
    return decorated  # type: ignore[return-value]  # click's decorators keep the callable


def _one_of(chosen: dict[What, str | None], paths: tuple[str, ...]) -> Selection:
    given = [(what, argument) for what, argument in chosen.items() if argument is not None]
    if len(given) > 1:
        names = " and ".join(f"--{what.value}" for what, _ in given)
        raise click.UsageError(f"{names} exclude each other")
    what, argument = given[0] if given else (What.STAGED, "")
    return Selection(what, argument, paths)
