"""``coderasst-train acquire github``: repositories, and what was said in their reviews."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trainer.commands.acquiring import Acquisition, acquiring

if TYPE_CHECKING:
    from coderasst_hook.github.client import Client
    from trainer.acquire.github.choice import Choice
    from trainer.acquire.github.reviews import ReviewWish
    from trainer.acquire.github.wish import Wish

CODE, CONVERSATIONS = "github", "conversations"
_TOKENS = ("GITHUB_TOKEN", "INPUT_TOKEN")


@click.command()
@click.argument("names", metavar="[OWNER/NAME]...", nargs=-1)
@click.option(
    "--list",
    "lists",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Take the repositories named in FILE, one a line.",
)
@click.option("--topic", "topics", multiple=True, metavar="TOPIC", help="Take those of a topic.")
@click.option(
    "--search", "searches", multiple=True, metavar="QUERY", help="Take what GitHub's search finds."
)
@click.option(
    "--min-stars",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Leave out those with less.",
)
@click.option("--forks/--no-forks", default=False, help="Take forks, too (default: no).")
@click.option("--archived/--no-archived", default=True, help="Take archived ones (default: yes).")
@click.option("--code/--no-code", default=True, help="Take the files (default: yes).")
@click.option(
    "--conversations/--no-conversations",
    default=None,
    help="Take the reviews of merged pull requests (default: where there is a token).",
)
@click.option(
    "--language", "languages", multiple=True, metavar="NAME", help="Take files in it alone."
)
@click.option("--include", multiple=True, metavar="PATTERN", help="Take only files that match.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave out files that match.")
@click.option("--ref", metavar="REF", help="Branch, tag or commit (default: the default branch).")
@click.option(
    "--fetch",
    type=click.Choice(["tarball", "clone"]),
    default="tarball",
    help="How files come: GitHub's archive, or a shallow clone (default: tarball).",
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Take reviews of pull requests that were updated since.",
)
@click.option("--own", is_flag=True, help="Take reviews by coderasst itself, too.")
@acquiring
def github(
    what: Acquisition,
    names: tuple[str, ...],
    lists: tuple[Path, ...],
    topics: tuple[str, ...],
    searches: tuple[str, ...],
    min_stars: int,
    forks: bool,
    archived: bool,
    code: bool,
    conversations: bool | None,
    languages: tuple[str, ...],
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    ref: str | None,
    fetch: str,
    since: datetime | None,
    own: bool,
) -> None:
    """Take repositories of GitHub, and what was said in the reviews of their changes.

    Only what stands under a licence that the configuration allows: as GitHub says, as the licence
    files say, and as each file says of itself; the stricter counts. GITHUB_TOKEN is needed for
    conversations, and raises GitHub's limit from 60 requests an hour to 5,000. GITHUB_API_URL names
    an Enterprise Server. Nothing of a repository is run. Run again, it goes on where it stopped.
    """
    from coderasst_hook.github.client import open_client
    from trainer.acquire.github.choice import Choice, names_in, read_list
    from trainer.acquire.github.permission import Permission
    from trainer.acquire.github.reviews import ReviewWish
    from trainer.acquire.github.wish import Wish

    choice = Choice(
        names=(*map(names_in, names), *(name for path in lists for name in read_list(path))),
        topics=tuple(map(_topic, topics)),
        searches=searches,
        min_stars=min_stars,
        forks=forks,
        archived=archived,
    )
    token = next((os.environ[name] for name in _TOKENS if os.environ.get(name, "").strip()), None)
    reviews = _conversations(conversations, token)
    _check(choice, code=code, conversations=reviews)
    name = _name(what, choice)
    now = datetime.now(timezone.utc).replace(microsecond=0)
    permission = Permission(what.settings.licences)
    wish = Wish(
        source=name,
        now=now,
        most=what.limits.max_document_bytes,
        permission=permission,
        include=include,
        exclude=exclude,
        languages=frozenset(map(_language, languages)),
        ref=_ref(ref),
        by_clone=fetch == "clone",
    )
    # A pattern that is none is told before anything is asked for.
    wish.filter()
    review_wish = ReviewWish(
        source=name,
        now=now,
        permission=permission,
        since=since.replace(tzinfo=timezone.utc) if since else None,
        own=own,
    )
    with open_client(os.environ, anonymous=True) as client:
        if code:
            _take_code(what, client, choice, wish, token)
        if reviews:
            _take_conversations(what, client, choice, review_wish)
        for sentence in client.left_out:
            click.echo(sentence, err=True)


def _take_code(
    what: Acquisition, client: Client, choice: Choice, wish: Wish, token: str | None
) -> None:
    from trainer.acquire.github.choice import chosen
    from trainer.acquire.github.code import acquire
    from trainer.acquire.github.wish import Work

    with what.run(CODE, wish.source) as run:
        work = Work(client, run.source, run.budget, run.looked_at, token, os.environ)
        acquire(chosen(client, choice), wish, work)


def _take_conversations(
    what: Acquisition, client: Client, choice: Choice, wish: ReviewWish
) -> None:
    from trainer.acquire.github.choice import chosen
    from trainer.acquire.github.reviews import acquire
    from trainer.acquire.github.wish import Work

    with what.run(CONVERSATIONS, wish.source) as run:
        work = Work(client, run.source, run.budget, run.looked_at)
        acquire(chosen(client, choice), wish, work)


def _conversations(given: bool | None, token: str | None) -> bool:
    from coderasst_hook.errors import UsageError

    if given and token is None:
        raise UsageError(
            "GitHub tells conversations only to those who have a token",
            next_step="give one in GITHUB_TOKEN, or use --no-conversations",
        )
    return token is not None if given is None else given


def _check(choice: Choice, *, code: bool, conversations: bool) -> None:
    from coderasst_hook.errors import UsageError

    if not (choice.names or choice.topics or choice.searches):
        raise UsageError(
            "no repository is named", next_step="name some, or use --list, --topic or --search"
        )
    if not (code or conversations):
        raise UsageError("neither code nor conversations are wanted", next_step="use --code")


def _name(what: Acquisition, choice: Choice) -> str:
    """Of the source: that of the repository where there is one alone."""
    if what.name:
        return what.name
    alone = len(choice.names) == 1 and not (choice.topics or choice.searches)
    return choice.names[0].replace("/", "-").strip("-._")[:100] if alone else "repositories"


def _topic(name: str) -> str:
    import re

    from coderasst_hook.errors import UsageError

    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,49}", name.lower()):
        raise UsageError(f"--topic takes letters, digits and hyphens, not {name!r}")
    return name.lower()


def _language(name: str) -> str:
    from difflib import get_close_matches

    from coderasst_hook.errors import UsageError
    from coderasst_hook.language_names import ALIASES, LANGUAGES

    found = ALIASES.get(name.lower(), name.lower())
    if found in LANGUAGES:
        return found
    near = get_close_matches(found, sorted(LANGUAGES), n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise UsageError(f"--language does not know {name!r}{hint}")


def _ref(name: str | None) -> str | None:
    from coderasst_hook.errors import UsageError

    if name is not None and (not name.strip() or name.startswith("-")):
        raise UsageError(f"--ref takes a branch, tag or commit, not {name!r}")
    return name
