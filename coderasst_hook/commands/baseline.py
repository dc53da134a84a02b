"""``coderasst baseline``: accept what an old repository has, so that reviews tell what is new."""

from __future__ import annotations

import os
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coderasst_hook.wording import count

if TYPE_CHECKING:
    from coderasst_hook.baseline import Baseline
    from coderasst_hook.reviewed import Reviewed
    from coderasst_hook.session import Session


class Action(str, Enum):
    NEW = "new"
    UPDATE = "update"
    PRUNE = "prune"
    SHOW = "show"


@click.command()
@click.option("--update", is_flag=True, help="Accept what is found today in place of the old ones.")
@click.option("--prune", is_flag=True, help="Forget what is no longer found; accept nothing new.")
@click.option("--show", is_flag=True, help="Only list what has been accepted.")
@click.option(
    "--llm",
    type=click.Choice(["off", "auto", "on"]),
    default="off",
    show_default=True,
    help="Whether the model's findings are accepted, too; it reads the whole repository.",
)
def baseline(llm: str, **flags: bool) -> None:
    """Accept today's findings, so that a review of an old repository shows only new ones.

    They are counted by path, rule and text of the line in a file to be committed,
    .coderasst-baseline.json unless the configuration names another.
    """
    given = [name for name, chosen in flags.items() if chosen]
    if len(given) > 1:
        raise click.UsageError(f"{' and '.join(f'--{name}' for name in given)} exclude each other")
    from coderasst_hook.commands.opening import open_session

    session = open_session(needs_repository=True, environ=os.environ, flags={"llm.mode": llm})
    for line in run_baseline(session, Action(given[0] if given else Action.NEW)):
        click.echo(line)


def run_baseline(session: Session, action: Action) -> Iterator[str]:
    """Do it, and yield the lines to print.

    Raises ``UsageError`` rather than replace a baseline that nobody asked to replace,
    ``ReviewIncomplete`` rather than forget what was not looked for, ``StoreError``, and what a
    review raises.
    """
    from coderasst_hook.baseline import Baseline, load, save
    from coderasst_hook.errors import ReviewIncomplete, UsageError
    from coderasst_hook.reporters.summary import incomplete
    from coderasst_hook.visible import one_line

    path = _file(session)
    name = one_line(session.settings.baseline)
    if action is Action.SHOW:
        yield from _listing(load(path), name)
        return
    if action is Action.NEW and path.exists():
        raise UsageError(
            f"there is a baseline already, {name}",
            next_step="coderasst baseline --update (all of today's findings) or --prune",
        )
    known = load(path) if action is Action.PRUNE else Baseline()
    report = _review_everything(session).report
    if action is Action.PRUNE:
        if not report.coverage.complete:
            raise ReviewIncomplete(
                f"nothing is forgotten, because the review is not complete: {incomplete(report)}"
            )
        kept = known.pruned(report.findings)
        if kept != known:
            save(kept, path)
        yield f"{count(known.total - kept.total, 'finding')} forgotten, {kept.total} left in {name}"
        return
    accepted = Baseline.of(report.findings)
    save(accepted, path)
    yield f"{count(accepted.total, 'finding')} accepted in {name}; commit this file"
    if not report.coverage.complete:
        yield incomplete(report)


def _file(session: Session) -> Path:
    """Where the baseline is. A link must not lead the file out of its repository."""
    from coderasst_hook.errors import ConfigurationError

    assert session.repository is not None  # the command asked for one
    root = session.repository.root
    path = root / session.settings.baseline
    if not path.parent.resolve().is_relative_to(root.resolve()):
        raise ConfigurationError(f"baseline: {path} is outside of the repository")
    return path


def _review_everything(session: Session) -> Reviewed:
    from coderasst_hook.selection import Selection, What, select

    changes = select(Selection(What.ALL, "", ()), session.repository)
    reviewed = session.review(changes, budget=session.settings.budget, with_baseline=False)
    if reviewed.error is not None:
        # Half of the findings in the file would make the other half look new tomorrow.
        raise reviewed.error
    return reviewed


def _listing(known: Baseline, name: str) -> Iterator[str]:
    from coderasst_hook.visible import one_line

    for entry in known.entries:
        times = f" ({entry.count}×)" if entry.count > 1 else ""
        place = f"{one_line(entry.path)}:{entry.line}"
        yield f"{place}: {one_line(entry.rule_id)}: {one_line(entry.message)}{times}"
    yield f"{count(known.total, 'finding')} accepted in {name}"
