"""``review --interactive``: step through the findings, and say what each is worth."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from coderasst_hook.errors import UsageError
from coderasst_hook.reviewed import Reviewed
from coderasst_hook.session import Session


def require_terminal() -> None:
    """Raises ``UsageError`` where nobody could press a key, or see what for."""
    streams = (sys.stdin, sys.stdout)
    if not all(stream is not None and stream.isatty() for stream in streams):
        raise UsageError(
            "--interactive needs a terminal, for what it shows and for the keys",
            next_step="coderasst review, then: coderasst feedback accept (or reject) FINGERPRINT",
        )


def step_through(
    reviewed: Reviewed, session: Session, *, root: Path | None, environ: Mapping[str, str]
) -> Reviewed:
    """Ask for each finding, and return what remains: what was rejected or fixed does not count.

    ``root`` is the working tree, None where it is not what was reviewed: then nothing is fixed.
    Verdicts are in the store as soon as they are given.
    """
    from coderasst_hook.interactive.desk import Desk
    from coderasst_hook.interactive.keyboard import Keyboard
    from coderasst_hook.interactive.walk import Walk
    from coderasst_hook.output import context_of, for_terminal, print_text
    from coderasst_hook.reporters.console import render_end, render_finding

    with ExitStack() as stack:
        desk = stack.enter_context(Desk(reviewed, session, root=root, environ=environ))
        walk = Walk(
            reviewed,
            desk=desk,
            terminal=Keyboard(print_text),
            draw=lambda it, finding: render_finding(
                finding, it.report, for_terminal(context_of(it, session), environ)
            ),
        )
        remaining = walk.run()
    context = for_terminal(context_of(remaining, session), environ)
    print_text("\n" + render_end(remaining.report, context))
    return remaining
