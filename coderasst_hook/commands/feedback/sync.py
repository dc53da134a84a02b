"""``coderasst feedback sync``: what people did with the tool's comments on GitHub."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coderasst_hook.commands.feedback.since import since_option
from coderasst_hook.wording import count

if TYPE_CHECKING:
    from coderasst_hook.feedback.ask_model import ModelClassifier
    from coderasst_hook.feedback.collect import Judged
    from coderasst_hook.feedback.store import Store as EveryStore
    from coderasst_hook.feedback.sync import Store, Synced, What
    from coderasst_hook.git.repository import Repository
    from coderasst_hook.github.client import Client
    from coderasst_hook.github.values import PullRequest
    from coderasst_hook.session import Session


@click.command()
@click.option(
    "--repo",
    "repository",
    metavar="OWNER/NAME",
    envvar="GITHUB_REPOSITORY",
    required=True,
    help="Repository on GitHub (default: GITHUB_REPOSITORY).",
)
@since_option("Read what was updated since: a date, or 30d, 6w (default: the last sync).")
@click.option(
    "--pull-request", "number", type=click.IntRange(min=1), metavar="N", help="This one alone."
)
@click.option(
    "--author",
    "authors",
    multiple=True,
    metavar="LOGIN",
    help="Whose comments are the tool's (default: the token's own account, and bots).",
)
@click.option("--ask-model", is_flag=True, help="Ask the model about replies that are unclear.")
@click.option("--dry-run", is_flag=True, help="Say what would be kept, and keep nothing.")
def sync(
    repository: str,
    since: datetime | None,
    number: int | None,
    authors: tuple[str, ...],
    ask_model: bool,
    dry_run: bool,
) -> None:
    """Read what people did with the comments on GitHub, and keep it as verdicts.

    The token comes from GITHUB_TOKEN; it needs to read pull requests and contents. A sync that was
    stopped goes on where it was.
    """
    from coderasst_hook.commands.opening import open_session
    from coderasst_hook.errors import UsageError
    from coderasst_hook.feedback.sync import What
    from coderasst_hook.github.client import open_client
    from coderasst_hook.github.fields import is_repository
    from coderasst_hook.visible import one_line

    if not is_repository(repository):
        raise UsageError(f"--repo takes OWNER/NAME, not {one_line(repository)!r}")
    if number is not None and since is not None:
        raise UsageError("--pull-request and --since exclude each other")
    logins = (login.strip().removeprefix("@").removesuffix("[bot]") for login in authors)
    what = What(repository, since, number, frozenset(login.casefold() for login in logins))
    session = open_session(needs_repository=False, environ=os.environ)
    with open_client(os.environ) as client, _store(session, dry_run=dry_run) as store:
        model = _model(session) if ask_model else None
        done = _synced(client, store, what, model, dry_run=dry_run)
        _tell(done, client, model, dry_run=dry_run)


def _synced(
    client: Client, store: Store | None, what: What, model: ModelClassifier | None, *, dry_run: bool
) -> Synced:
    from coderasst_hook.feedback.sync import sync as synchronise
    from coderasst_hook.github.pulls import Pulls

    pulls = Pulls(client, what.repository)
    return synchronise(pulls, store, what, ask=model, dry_run=dry_run, told=_tell_one)


@contextmanager
def _store(session: Session, *, dry_run: bool) -> Iterator[Store | None]:
    """The configured one; of a dry run, only one that is there."""
    from coderasst_hook.feedback.place import place_of
    from coderasst_hook.feedback.store import open_store

    where, root = session.settings.feedback.store, session.root or Path.cwd()
    file = place_of(where, root).file
    if dry_run and file is not None and not file.exists():
        yield None
        return
    with open_store(where, root=root, create=not dry_run) as store:
        if not dry_run and session.repository is not None:
            _take_reasons(store, session.repository)
        yield store


def _take_reasons(store: EveryStore, repository: Repository) -> None:
    """Those that people wrote into the code beside a finding."""
    from coderasst_hook.feedback.local import local_in
    from coderasst_hook.recent.verdicts import take_ignored

    if number := take_ignored(local_in(store, repository), repository):
        click.echo(f"{count(number, 'reason')} from the code itself")


def _model(session: Session) -> ModelClassifier:
    """Raises ``BackendError`` where no model can be asked."""
    from coderasst_hook.feedback.ask_model import ModelClassifier
    from coderasst_hook.session import connect

    return ModelClassifier(connect(session.settings, session.environ), session.settings.llm)


def _tell_one(pull: PullRequest, judged: tuple[Judged, ...]) -> None:
    given = sum(len(one.verdicts) for one in judged)
    click.echo(f"#{pull.number}: {count(len(judged), 'comment')}, {count(given, 'verdict')}")


def _tell(done: Synced, client: Client, model: ModelClassifier | None, *, dry_run: bool) -> None:
    notes = [*done.notes, *client.left_out, *([model.note] if model and model.note else [])]
    for note in notes:
        click.echo(f"note: {note}", err=True)
    outcomes = ", ".join(f"{n} {outcome.value}" for outcome, n in sorted(done.outcomes.items()))
    total = sum(done.outcomes.values())
    click.echo(
        f"{count(done.pulls, 'pull request')} read with {count(client.requests, 'request')}: "
        f"{count(done.threads, 'comment')} of the tool, {count(total, 'verdict')}"
        + (f" ({outcomes})" if outcomes else "")
    )
    if dry_run:
        click.echo("nothing was kept")
    else:
        click.echo(f"{count(done.changed, 'verdict')} new, changed or taken back")
