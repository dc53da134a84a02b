"""``coderasst-train acquire web``: pages of sites."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from coderasst_hook.errors import EXIT_INCOMPLETE, ConfigurationError
from trainer.commands.acquiring import Acquisition, acquiring

if TYPE_CHECKING:
    from trainer.acquire.web.crawl import Outcome
    from trainer.config import WebSettings

KIND = "web"
# A token, as RFC 9309 has it, and whatever one line of a header may hold.
_USER_AGENT = re.compile(r"[A-Za-z_-]+(?:[/ ][\x20-\x7e]*)?")
_CONTACT = re.compile(r"[\x21-\x7e]*")


@click.command()
@click.argument("starts", metavar="URL...", nargs=-1, required=True)
@click.option("--depth", type=click.IntRange(min=0), metavar="N", help="Links to follow.")
@click.option("--max-pages", type=click.IntRange(min=1), metavar="N", help="Pages to ask for.")
@click.option(
    "--delay",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="Wait at least so long between two requests to one host.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Time that one page may take.",
)
@click.option(
    "--allow-domain",
    "domains",
    multiple=True,
    metavar="DOMAIN",
    help="Follow links to it and its subdomains, too (default: the sites of the URLs).",
)
@click.option("--allow", multiple=True, metavar="REGEX", help="Ask only for URLs in which it is.")
@click.option("--deny", multiple=True, metavar="REGEX", help="Ask for no URL in which it is.")
@click.option("--sitemaps/--no-sitemaps", default=True, help="Whether to read sitemaps.")
@click.option("--contact", metavar="TEXT", help="URL or address to tell the sites, for questions.")
@click.option(
    "--allow-private",
    is_flag=True,
    help="Ask also this machine and private networks: sites of your own.",
)
@acquiring
def web(
    what: Acquisition,
    starts: tuple[str, ...],
    domains: tuple[str, ...],
    allow: tuple[str, ...],
    deny: tuple[str, ...],
    sitemaps: bool,
    allow_private: bool,
    contact: str | None,
    depth: int | None,
    max_pages: int | None,
    delay: float | None,
    timeout: float | None,
) -> None:
    """Take the pages of sites: HTML, text, Markdown and PDF, from the URLs on.

    Follows links within the sites of the URLs, and their sitemaps; obeys robots.txt. Killed or
    interrupted, it goes on where it was. Run again when it is through, it asks only for what has
    changed.
    """
    from trainer.extras import need

    need("scrapy")
    from trainer.acquire.web import urls
    from trainer.acquire.web.addresses import AddressPolicy
    from trainer.acquire.web.crawl import crawl
    from trainer.acquire.web.scope import scope_of

    given = {
        "depth": depth,
        "max_pages": max_pages,
        "delay": delay,
        "timeout": timeout,
        "contact": contact,
        "allow_private": allow_private or None,
    }
    settings = what.settings.web.model_copy(
        update={key: value for key, value in given.items() if value is not None}
    )
    policy = AddressPolicy(settings.allow_private)
    scope = scope_of(
        starts, domains=domains, allow=allow, deny=deny, depth=settings.depth, policy=policy
    )
    user_agent = _user_agent(settings)
    name = what.name or urls.site(scope.starts[0]).strip("[]").replace(":", "-")
    with what.run(KIND, name) as run:
        outcome = crawl(
            scope,
            run.source,
            run.budget,
            settings,
            policy,
            user_agent=user_agent,
            folder=None if what.dry_run else what.workspace.work / KIND / name,
            looked_at=run.looked_at,
            use_sitemaps=sitemaps,
        )
    _tell(outcome, settings)


def _user_agent(settings: WebSettings) -> str:
    from coderasst_hook import __version__

    agent = settings.user_agent
    if not _USER_AGENT.fullmatch(agent):
        raise ConfigurationError(
            f"web.user_agent {agent!r} is not a name of letters, dashes and underscores"
        )
    if not _CONTACT.fullmatch(settings.contact):
        raise ConfigurationError(f"the contact {settings.contact!r} is not a URL or an address")
    if "/" not in agent:
        agent = f"{agent}/{__version__}"
    return f"{agent} (+{settings.contact})" if settings.contact else agent


def _tell(outcome: Outcome, settings: WebSettings) -> None:
    from trainer.acquire.web.harvest import OTHER_SITE

    if outcome.unchanged:
        click.echo(f"{outcome.unchanged:,} pages have not changed", err=True)
    if outcome.had_enough:
        click.echo(f"stopped at {settings.max_pages:,} pages (--max-pages)", err=True)
    if outcome.finished and not outcome.read:
        hint = " (--allow-domain names more)" if outcome.failure == OTHER_SITE else ""
        click.echo(f"no page could be read: {outcome.failure}{hint}", err=True)
        raise SystemExit(EXIT_INCOMPLETE)
