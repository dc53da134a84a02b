"""The command line: wiring only. A command's module is imported when that command runs.

``coderasst --help`` prints from the table below, so it costs little more than ``import click``.
"""

from __future__ import annotations

import sys

import click

from coderasst_hook import __version__, error_handler
from coderasst_hook.lazy_group import Entry, LazyGroup

COMMANDS = {
    "review": Entry(
        "coderasst_hook.commands.review:review", "Review changes and print the findings."
    ),
    "diff": Entry(
        "coderasst_hook.commands.diff:diff", "Show which changes a review would look at."
    ),
    "hook": Entry("coderasst_hook.commands.hook:hook", "What the Git hooks run."),
    "ci": Entry("coderasst_hook.commands.ci:ci", "Review a pull request in GitHub Actions."),
    "install": Entry("coderasst_hook.commands.install:install", "Write the Git hook."),
    "baseline": Entry(
        "coderasst_hook.commands.baseline:baseline", "Accept today's findings of an old repository."
    ),
    "models": Entry("coderasst_hook.commands.models:models", "Choose the model that reviews."),
    "feedback": Entry(
        "coderasst_hook.commands.feedback:feedback",
        "Collect what people do with the findings, and look at it.",
    ),
    "rules": Entry("coderasst_hook.commands.rules:rules", "List and explain the rules."),
    "cache": Entry("coderasst_hook.commands.cache:cache", "Look at and empty the cache."),
    "doctor": Entry(
        "coderasst_hook.commands.doctor:doctor",
        "Say what is missing, and the command that mends it.",
    ),
}


@click.group(
    cls=LazyGroup,
    entries=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
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
