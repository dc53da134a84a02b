"""``coderasst doctor``: what is missing or wrong, each with the command that mends it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from coderasst_hook import config
from coderasst_hook.commands import linter_checks, local_checks, model_checks
from coderasst_hook.commands.check import Check, Context, State
from coderasst_hook.errors import EXIT_CLEAN
from coderasst_hook.untrusted import one_line

CHECKS: Sequence[Callable[[Context], Iterator[Check]]] = (
    local_checks.python,
    local_checks.git,
    local_checks.repository,
    local_checks.hook,
    local_checks.configuration,
    local_checks.analyzers,
    local_checks.ruff,
    linter_checks.linters,
    local_checks.baseline,
    local_checks.cache,
    model_checks.model,
)
_COLORS = {State.OK: "green", State.WARN: "yellow", State.FAIL: "red"}


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def doctor(form: str) -> None:
    """Say what is missing or wrong, and the command that mends it.

    Exit code: 0 when nothing failed (warnings may remain), 2 when git, the configuration or an
    analyzer failed, 3 when only the model's part did.
    """
    root = config.find_root(Path.cwd())
    context = Context(root, os.environ, config.examine(root, environ=os.environ))
    done: list[Check] = []
    for check in CHECKS:
        for result in check(context):
            done.append(result)
            if form == "text":
                _show(result)
    code = exit_code(done)
    if form == "json":
        checks = [
            {key: value for key, value in asdict(result).items() if key != "exit_code"}
            for result in done
        ]
        click.echo(json.dumps({"version": 1, "ok": code == EXIT_CLEAN, "checks": checks}, indent=2))
    raise SystemExit(code)


def exit_code(checks: Sequence[Check]) -> int:
    """The smallest code of a failure: what stops every review matters more than the model."""
    return min((c.exit_code for c in checks if c.state is State.FAIL), default=EXIT_CLEAN)


def _show(check: Check) -> None:
    state = click.style(f"{check.state.value:<4}", fg=_COLORS[check.state])
    click.echo(f"{state}  {check.name:<13}  {one_line(check.detail)}", color=_color())
    if check.fix:
        click.echo(f"{'':21}fix: {one_line(check.fix)}")


def _color() -> bool | None:
    """False where NO_COLOR asks for it, else what click finds out about the terminal."""
    return False if os.environ.get("NO_COLOR") else None
