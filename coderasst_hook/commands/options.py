"""Options that several commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
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


def flag(*names: str, key: str, **attributes: Any) -> Callable[[Any], Any]:
    """An option that sets the configuration key ``key``; its parameter is named after the key."""
    return click.option(*names, key.replace(".", "__"), **attributes)


def flags_by_key(parameters: Mapping[str, object]) -> dict[str, object]:
    """What the parameters of ``flag`` options got, by dotted key."""
    return {name.replace("__", "."): value for name, value in parameters.items()}


def separated(*given: str) -> tuple[str, ...]:
    """The names in texts that have commas between them."""
    return tuple(name.strip() for entry in given for name in entry.split(",") if name.strip())


fail_on_flag = flag(
    "--fail-on",
    key="fail_on",
    type=click.Choice(["low", "medium", "high", "critical"]),
    help="Severity for exit code 1.",
)
filter_flag = flag(
    "--filter",
    key="filter",
    type=click.Choice(["added", "diff-context", "file", "none"]),
    help="Lines that findings may be on (default: added).",
)
_MODEL_FLAGS = (
    flag(
        "--llm",
        key="llm.mode",
        type=click.Choice(["auto", "on", "off"]),
        help="Whether the model takes part (default: auto, where one can be reached).",
    ),
    flag("--model", key="model", metavar="NAME", help="Model to ask."),
    flag(
        "--host",
        key="llm.hosts",
        multiple=True,
        metavar="URL",
        help="Server to ask; several share the work.",
    ),
    flag("--budget", key="budget", type=float, metavar="SECONDS", help="Time for the model."),
)


def model_flags(command: Any) -> Any:
    """Which model takes part, where it is, and how long it may take."""
    return functools.reduce(lambda inner, option: option(inner), reversed(_MODEL_FLAGS), command)
