"""Scrapy's download handler, with transfers that can be given up at once."""

from __future__ import annotations

import asyncio

from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from trainer.acquire.web.refusals import StoppedError
from trainer.acquire.web.spider import spider_of


class Handler(HTTP11DownloadHandler):
    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._transfers: set[asyncio.Future[Response]] = set()
        self._spider = spider_of(crawler)
        self._spider.when_stopped.append(self._give_up)

    async def download_request(self, request: Request) -> Response:
        if self._spider.stopped:
            raise StoppedError
        transfer = asyncio.ensure_future(super().download_request(request))
        self._transfers.add(transfer)
        try:
            return await transfer
        except asyncio.CancelledError:
            raise StoppedError from None
        finally:
            self._transfers.discard(transfer)

    def _give_up(self) -> None:
        for transfer in self._transfers:
            transfer.cancel()
        give_up_waiting(self._crawler.engine.downloader)


def give_up_waiting(downloader: Downloader) -> None:
    """Fail what waits for its host's pause to end: that may take minutes."""
    for slot in downloader.slots.values():
        while slot.queue:
            _, waiting = slot.queue.popleft()
            waiting.errback(Failure(StoppedError()))  # type: ignore[no-untyped-call]
