"""robots.txt, as RFC 9309 wants it: one that cannot be read forbids all, one that is not there
nothing. Scrapy's own middleware takes both, and the page of an error, for permission."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from trainer.acquire.web import urls
from trainer.acquire.web.refusals import LeftOutError, StoppedError, reason_of
from trainer.acquire.web.spider import spider_of
from trainer.acquire.web.throttle import LONGEST_PAUSE, pause

FORBIDDEN = "robots.txt forbids it"
UNREADABLE = "robots.txt cannot be read"
TOO_SLOW = f"robots.txt asks for more than {LONGEST_PAUSE:.0f} s between requests"
LARGEST = 512 * 1024
"""Bytes that are read."""
_MOST_HOPS = 5
_MOST_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Rules:
    parsed: Protego | None = None
    refusal: str | None = None
    """Why nothing of this origin may be asked for."""


class RobotsRules:
    """A downloader middleware: a request that is forbidden fails with ``LeftOutError``."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._spider = spider_of(crawler)
        self._name: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._rules: dict[str, asyncio.Future[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsRules:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if "task" not in request.meta:
            return
        origin = urls.origin(request.url)
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._read(origin))
        rules = await self._rules[origin]
        if self._spider.stopped:
            raise StoppedError
        if rules.refusal is not None:
            raise LeftOutError(rules.refusal)
        if rules.parsed is not None and not rules.parsed.can_fetch(request.url, self._name):
            raise LeftOutError(FORBIDDEN)

    async def _read(self, origin: str) -> Rules:
        response = await self._answer(f"{origin}/robots.txt")
        if isinstance(response, str):
            return Rules(refusal=response)
        if response is None or (400 <= response.status < 500 and response.status != 429):
            self._spider.saw_robots(origin, ())
            return Rules()
        if response.status != 200:
            return Rules(refusal=UNREADABLE)
        parsed = Protego.parse(response.body[:LARGEST].decode("utf-8-sig", "replace"))
        seconds = parsed.crawl_delay(self._name)
        if seconds is not None and seconds > LONGEST_PAUSE:
            return Rules(refusal=TOO_SLOW)
        if seconds:
            pause(self._crawler, urls.host(origin), seconds)
        self._spider.saw_robots(origin, tuple(parsed.sitemaps))
        return Rules(parsed)

    async def _answer(self, url: str) -> Response | str | None:
        """What is at the end of a row of redirects; None where they lead nowhere, and a reason
        where there is no answer at all."""
        for _ in range(_MOST_HOPS + 1):
            response = await self._asked(url)
            if isinstance(response, str) or not 300 <= response.status < 400:
                return response
            location = (response.headers.get("Location") or b"").decode("latin-1")
            target = urls.normal(location, url)
            if target is None:
                return None
            url = target
        return None

    async def _asked(self, url: str) -> Response | str:
        reason = UNREADABLE
        for _ in range(_MOST_ATTEMPTS):
            request = Request(url, callback=NO_CALLBACK, dont_filter=True)
            work = self._crawler.engine.download_async(request)
            (found,) = await asyncio.gather(work, return_exceptions=True)
            if isinstance(found, StoppedError):
                raise found
            if isinstance(found, BaseException):
                reason, temporary = reason_of(found, url, self._spider.resolver)
                if not temporary:
                    break
            elif found.status < 500:
                return found
        return reason
