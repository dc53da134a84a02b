"""Between Scrapy's engine and the harvest: tasks become requests, and answers come back."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Headers, Response
from twisted.python.failure import Failure

from coderasst_hook.errors import FatalError
from trainer.acquire.budget import Budget
from trainer.acquire.web import content, sitemaps
from trainer.acquire.web.frontier import PAGE, Frontier, Task
from trainer.acquire.web.harvest import Answer, Harvest
from trainer.acquire.web.refusals import StoppedError, reason_of
from trainer.acquire.web.resolver import GuardedResolver

PER_HOST = 4
"""Requests to one host that are under way or wait for its pause to end."""


class SiteSpider(Spider):
    name = "site"

    def __init__(
        self,
        *,
        frontier: Frontier,
        harvest: Harvest,
        budget: Budget,
        resolver: GuardedResolver,
        max_pages: int,
        use_sitemaps: bool,
    ) -> None:
        super().__init__()
        self._frontier = frontier
        self._harvest = harvest
        self._budget = budget
        self._max_pages = max_pages
        self._use_sitemaps = use_sitemaps
        self._under_way: Counter[str] = Counter()
        self._pages_under_way = 0
        self.resolver = resolver
        self.pauses: dict[str, float] = {}
        """Seconds that robots.txt asks for, by host."""
        self.when_stopped: list[Callable[[], None]] = []
        self.stopped = False
        self.had_enough = False
        """``max_pages`` were asked for."""
        self.fatal: BaseException | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> SiteSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._headers_received, signals.headers_received)
        crawler.signals.connect(spider._spider_error, signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Nothing: the frontier has the start pages."""
        nothing: tuple[Any, ...] = ()
        for one in nothing:
            yield one

    def has_more(self) -> bool:
        return not self.stopped and len(self._frontier) > 0

    def next_request(self) -> Request | None:
        try:
            task = self._next_task()
            return None if task is None else self._request(task)
        # Raised into the engine's timer, it would be lost.
        except FatalError as error:
            self._fail(error)
            return None

    def saw_robots(self, origin: str, found: tuple[str, ...]) -> None:
        """Called once for each origin; ``found`` are the sitemaps that robots.txt names."""
        if self._use_sitemaps:
            guess = (f"{origin}/sitemap.xml",)
            self._harvest.offer_sitemaps(found or guess, guessed=not found)

    def stop(self) -> None:
        """End the crawl now: what is under way is asked for again next time."""
        if self.stopped:
            return
        self.stopped = True
        for give_up in self.when_stopped:
            give_up()
        self._closing = asyncio.ensure_future(self.crawler.stop_async())

    def _next_task(self) -> Task | None:
        if self.stopped:
            return None
        if self._budget.spent() is not None:
            self.stop()
            return None
        if self._frontier.counted + self._pages_under_way >= self._max_pages:
            if not self._under_way.total() and len(self._frontier):
                self.had_enough = True
                self.stop()
            return None
        return self._frontier.next(
            host for host, count in self._under_way.items() if count >= PER_HOST
        )

    def _request(self, task: Task) -> Request:
        self._under_way[task.host] += 1
        self._pages_under_way += task.kind == PAGE
        meta: dict[str, Any] = {"task": task}
        if task.kind != PAGE:
            meta["download_maxsize"] = sitemaps.LARGEST
        return Request(
            task.url,
            callback=self._answered,
            errback=self._failed,
            headers=self._harvest.conditions(task),
            meta=meta,
            dont_filter=True,
        )

    def _answered(self, response: Response) -> None:
        task: Task = response.meta["task"]
        self._returned(task)
        self._harvest.answered(
            task, Answer(response.status, _texts(response.headers), response.body)
        )

    def _failed(self, failure: Failure) -> None:
        task: Task = failure.request.meta["task"]  # type: ignore[attr-defined]
        error = _error(failure)
        self._returned(task)
        if isinstance(error, StoppedError):
            self._harvest.put_back(task)
        elif isinstance(error, StopDownload) and error.response is not None:
            # Its header is enough to tell why.
            headers = _texts(error.response.headers)
            self._harvest.answered(task, Answer(error.response.status, headers, b""))
        else:
            reason, temporary = reason_of(error, task.url, self.resolver)
            self._harvest.failed(task, reason, temporary=temporary)

    def _returned(self, task: Task) -> None:
        self._under_way[task.host] -= 1
        self._pages_under_way -= task.kind == PAGE
        if not self._under_way[task.host]:
            del self._under_way[task.host]

    def _headers_received(self, headers: Headers, request: Request) -> None:
        task: Task | None = request.meta.get("task")
        declared = _texts(headers).get("content-type", "")
        if task is not None and task.kind == PAGE and not content.is_wanted(declared):
            raise StopDownload

    def _spider_error(self, failure: Failure) -> None:
        self._fail(_error(failure))

    def _fail(self, error: BaseException) -> None:
        self.fatal = self.fatal or error
        self.stop()


def spider_of(crawler: Crawler) -> SiteSpider:
    assert isinstance(crawler.spider, SiteSpider)
    return crawler.spider


def _error(failure: Failure) -> BaseException:
    assert failure.value is not None
    return failure.value


def _texts(headers: Headers) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): ", ".join(_text(value) for value in values)
        for name, values in headers.items()
    }


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
