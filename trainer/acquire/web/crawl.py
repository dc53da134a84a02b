"""One crawl: over sites, as far as its scope and its limits go, into a source."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from scrapy.crawler import Crawler
from twisted.internet.interfaces import IHostnameResolver

from trainer.acquire.budget import Budget
from trainer.acquire.web import reactor
from trainer.acquire.web.addresses import AddressPolicy
from trainer.acquire.web.frontier import Frontier, page
from trainer.acquire.web.harvest import Harvest
from trainer.acquire.web.logs import quiet
from trainer.acquire.web.resolver import GuardedResolver, Lookup, system_lookup
from trainer.acquire.web.scope import Scope
from trainer.acquire.web.scrapy_settings import scrapy_settings
from trainer.acquire.web.spider import SiteSpider, spider_of
from trainer.config import WebSettings
from trainer.raw_source import RawSource


@dataclass(frozen=True, slots=True)
class Outcome:
    read: int
    """Pages that were there, changed or not."""
    unchanged: int
    """Pages whose server said that they have not changed."""
    resumed: bool
    """It went on with a crawl that had been ended."""
    finished: bool
    """There is nothing left to ask for."""
    had_enough: bool
    """``max_pages`` were asked for, and there were more."""
    failure: str | None
    """Why a start page was not read."""


def crawl(
    scope: Scope,
    source: RawSource,
    budget: Budget,
    settings: WebSettings,
    policy: AddressPolicy,
    *,
    user_agent: str,
    folder: Path | None,
    looked_at: Callable[[str], None],
    use_sitemaps: bool = True,
    lookup: Lookup = system_lookup,
) -> Outcome:
    """``folder`` keeps what is left to ask for; None where that need not outlive the process.

    Raises ``StoreError``, and ``KeyboardInterrupt`` after all is saved.
    """
    # "coderasst-train" of "coderasst-train/1.0 (+https://example.org)": what rules are read for.
    name = user_agent.partition("/")[0].partition(" ")[0].lower()
    resolver = GuardedResolver(policy, timeout=settings.timeout, lookup=lookup)
    path = None if folder is None else folder / "frontier.sqlite"
    about = json.dumps([asdict(scope), use_sitemaps])
    with Frontier(path, about, most=10 * settings.max_pages + 1_000) as frontier:
        for start in scope.starts:
            frontier.add(page(start))
        harvest = Harvest(source, frontier, scope, budget, policy, name=name, looked_at=looked_at)
        parts = {
            "frontier": frontier,
            "harvest": harvest,
            "budget": budget,
            "resolver": resolver,
            "max_pages": settings.max_pages,
            "use_sitemaps": use_sitemaps,
        }
        choices = scrapy_settings(settings, budget.limits, user_agent=user_agent, name=name)
        try:
            had_enough = _run(choices, parts, budget, resolver)
        except (KeyboardInterrupt, asyncio.CancelledError):
            harvest.checkpoint()
            raise
        harvest.checkpoint()
        finished = had_enough or not len(frontier)
        if finished:
            frontier.finish()
    return Outcome(
        read=harvest.read,
        unchanged=harvest.unchanged,
        resumed=frontier.resumed,
        finished=finished,
        had_enough=had_enough,
        failure=harvest.failure,
    )


def _run(
    choices: dict[str, Any], parts: dict[str, Any], budget: Budget, resolver: GuardedResolver
) -> bool:
    """Whether the crawl had enough pages."""
    crawler = Crawler(SiteSpider, choices, init_reactor=False)

    def stop() -> None:
        spider_of(crawler).stop()

    async def work() -> None:
        late = asyncio.get_running_loop().call_later(budget.seconds_left, stop)
        try:
            with reactor.interrupts(stop):
                await crawler.crawl_async(**parts)
        finally:
            late.cancel()

    with quiet() as faults:
        reactor.run(work, cast(IHostnameResolver, resolver))
    spider = spider_of(crawler)
    for error in (spider.fatal, *faults):
        if error is not None:
            raise error
    return spider.had_enough
