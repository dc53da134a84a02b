"""``coderasst feedback``: wiring only; each subcommand has a module of its own beside this one."""

from __future__ import annotations

import click

from coderasst_hook.lazy_group import Entry, LazyGroup

_HERE = "coderasst_hook.commands.feedback"

COMMANDS = {
    "sync": Entry(f"{_HERE}.sync:sync", "Read what people did with the comments on GitHub."),
    "accept": Entry(f"{_HERE}.judge:accept", "Say that a finding is right."),
    "reject": Entry(f"{_HERE}.judge:reject", "Say that a finding is wrong."),
    "import": Entry(f"{_HERE}.import_:import_", "Take verdicts from files."),
    "export": Entry(f"{_HERE}.export:export", "Write the verdicts to a file, one a line."),
    "stats": Entry(f"{_HERE}.stats:stats", "Say how often people act on the findings."),
}


@click.group(cls=LazyGroup, entries=COMMANDS)
def feedback() -> None:
    """Collect what people do with the findings, and look at it."""
