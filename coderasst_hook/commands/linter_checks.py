"""Whether the linters that a person asked for can be started."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from coderasst_hook.commands.check import Check, Context, fail, ok, warn
from coderasst_hook.errors import ConfigurationError


def linters(context: Context) -> Iterator[Check]:
    names = context.loaded.settings.analyzers.external
    if not names:
        return
    from coderasst_hook.analyzers.external import table
    from coderasst_hook.analyzers.external.process import find

    root = context.root or Path.cwd()
    for name in names:
        try:
            (linter,) = table.linters([name])
        except ConfigurationError as error:
            yield fail("linters", str(error), "coderasst review --help")
            continue
        program = find(linter.command, root, root, linter.local)
        if program is None:
            yield warn(name, f"{linter.command} is not installed", linter.install)
        else:
            yield ok(name, program)
