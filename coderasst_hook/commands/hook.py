"""``coderasst hook``: what Git (or pre-commit) calls."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from coderasst_hook.reviewed import Reviewed
    from coderasst_hook.session import Session


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
    from coderasst_hook.analyzers.ahead import started

    ahead = None if drain else click.get_current_context().with_resource(started())
    from coderasst_hook.commands.opening import open_session

    session = open_session(needs_repository=True, environ=os.environ, ahead=ahead)
    assert session.repository is not None
    if drain:
        from coderasst_hook import background

        count = background.drain(session.loaded, session.repository, os.environ)
        click.echo(f"{count} prompts answered")
        return
    from coderasst_hook.output import report_to, targets
    from coderasst_hook.session import exit_code

    reviews = _reviews(stage, session)
    for reviewed in reviews:
        report_to(targets((), None), session.keep(reviewed, own=True), session)
    if any(reviewed.report.coverage.queued for reviewed in reviews):
        from coderasst_hook import background

        background.start(session.repository, os.environ)
    raise SystemExit(max((exit_code(r, session.settings) for r in reviews), default=0))


def _reviews(stage: str, session: Session) -> list[Reviewed]:
    from coderasst_hook import hook

    if stage == "pre-push":
        updates = hook.updates_from(_standard_input(), os.environ)
        return [hook.review_push(session, update) for update in updates]
    range_ = hook.range_from(os.environ)
    if range_ is not None:
        return [hook.review_range(session, range_)]
    # A machine that is thrown away after the run has no background.
    return [hook.review_staged(session, background=not os.environ.get("CI"))]


def _standard_input() -> Iterator[str]:
    """Its lines, whatever the bytes of a ref's name are; none where it is closed."""
    if sys.stdin is not None:
        for line in sys.stdin.buffer:
            yield line.decode("utf-8", "surrogateescape")
