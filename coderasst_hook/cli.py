"""The command line: wiring only. A command's module is imported when that command runs.

``coderasst --help`` prints from the table below, so it costs little more than ``import click``.
"""

from __future__ import annotations

import sys
from typing import NamedTuple, cast

import click

from coderasst_hook import __version__, error_handler


class Entry(NamedTuple):
    target: str
    """Where the command is: "module:attribute"."""
    help: str
    """One line for ``coderasst --help``."""


COMMANDS = {
    "review": Entry(
        "coderasst_hook.commands.review:review", "Review changes and print the findings."
    ),
    "diff": Entry(
        "coderasst_hook.commands.diff:diff", "Show which changes a review would look at."
    ),
    "hook": Entry("coderasst_hook.commands.hook:hook", "What the Git hooks run."),
    "install": Entry("coderasst_hook.commands.install:install", "Write the Git hook."),
    "baseline": Entry(
        "coderasst_hook.commands.baseline:baseline", "Accept today's findings of an old repository."
    ),
    "models": Entry("coderasst_hook.commands.models:models", "Choose the model that reviews."),
    "rules": Entry("coderasst_hook.commands.rules:rules", "List and explain the rules."),
    "cache": Entry("coderasst_hook.commands.cache:cache", "Look at and empty the cache."),
    "doctor": Entry(
        "coderasst_hook.commands.doctor:doctor",
        "Say what is missing, and the command that mends it.",
    ),
}


class LazyGroup(click.Group):
    """A group whose commands are named in ``COMMANDS`` and imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        from importlib import import_module

        module, _, attribute = entry.target.partition(":")
        return cast(click.Command, getattr(import_module(module), attribute))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        # click would import every command to find the nearest name, or (before 8.4) name none.
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"no such command: {name!r}{hint}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise error_handler.ClosedPipeError from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="coderasst")
def coderasst() -> None:
    """Review staged and pull-request changes with a local model and built-in analyzers.

    Without a model the analyzers still review. `coderasst doctor` says what is missing.
    """


def main() -> None:
    """The console script. Never returns."""
    sys.exit(
        error_handler.run(lambda: coderasst.main(prog_name="coderasst", standalone_mode=False))
    )
