"""How long to wait between two requests to one host: at least what is configured and what its
robots.txt asks for, longer where it is slow (AutoThrottle) or asks to be left in peace."""

from __future__ import annotations

from scrapy import Request, Spider
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response

from trainer.acquire.web.spider import spider_of

LONGEST_PAUSE = 120.0
"""Seconds. A host that wants more is left out, or would take months."""


def pause(crawler: Crawler, host: str, seconds: float) -> None:
    """From now on, at least ``seconds`` between two requests to ``host``."""
    spider_of(crawler).pauses[host] = seconds
    slot = crawler.engine.downloader.slots.get(host)
    if slot is not None:
        slot.delay = max(slot.delay, seconds)


class Throttle(AutoThrottle):
    def _response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        super()._response_downloaded(response, request, spider)
        host, slot = self._get_slot(request, spider)
        if slot is not None and host is not None:
            slot.delay = max(slot.delay, spider_of(self.crawler).pauses.get(host, 0.0))

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        # AutoThrottle lets only a 200 shorten the delay; for this purpose, "not modified" is one.
        seen = response.replace(status=200) if response.status == 304 else response
        super()._adjust_delay(slot, latency, seen)
        if response.status in (429, 503):
            # It falls by half with each answer that is good again.
            asked = _seconds(response.headers.get("Retry-After"))
            slot.delay = min(max(2 * slot.delay, asked), LONGEST_PAUSE)


def _seconds(header: bytes | None) -> float:
    """Of a ``Retry-After`` that is a number; its other form, a date, counts as none."""
    text = (header or b"").strip()
    return float(text) if text.isdigit() and len(text) < 7 else 0.0
