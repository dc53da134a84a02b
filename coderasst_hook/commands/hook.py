"""``coderasst hook``: what Git (or pre-commit) calls."""

from __future__ import annotations

import os
import sys

import click


@click.command()
@click.option(
    "--stage",
    type=click.Choice(["pre-commit", "pre-push"]),
    default="pre-commit",
    show_default=True,
    help="Review what is staged, or what is about to be pushed.",
)
@click.option("--drain", is_flag=True, hidden=True, help="Work off the background queue.")
@click.argument("arguments", nargs=-1)
def hook(stage: str, drain: bool, arguments: tuple[str, ...]) -> None:
    """Review what is staged (or pushed), quietly and within `hook.budget` seconds.

    ARGUMENTS are git's own, and not needed.
    """
    from coderasst_hook.commands.opening import open_session

    session = open_session(needs_repository=True, environ=os.environ)
    assert session.repository is not None
    if drain:
        from coderasst_hook import background

        count = background.drain(session.loaded, session.repository, os.environ)
        click.echo(f"{count} prompts answered")
        return
    from coderasst_hook.output import report_to, targets
    from coderasst_hook.session import exit_code

    # A machine that is thrown away after the run has no background.
    in_background = not os.environ.get("CI")
    if stage == "pre-commit":
        from coderasst_hook.hook import review_staged

        reviews = [review_staged(session, background=in_background)]
    else:
        from coderasst_hook.hook import review_push, updates_from

        updates = updates_from(sys.stdin, os.environ)
        reviews = [review_push(session, update) for update in updates]
    for reviewed in reviews:
        report_to(targets((), None), reviewed, session)
    if any(reviewed.report.coverage.queued for reviewed in reviews):
        from coderasst_hook import background

        background.start(session.repository, os.environ)
    raise SystemExit(max((exit_code(r, session.settings) for r in reviews), default=0))
