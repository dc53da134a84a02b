"""Hands the frontier's tasks to Scrapy's engine, as requests."""

from __future__ import annotations

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler

from trainer.acquire.web.spider import SiteSpider, spider_of


class FrontierScheduler(BaseScheduler):
    def __init__(self, spider: SiteSpider) -> None:
        self._spider = spider

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FrontierScheduler:
        return cls(spider_of(crawler))

    def has_pending_requests(self) -> bool:
        return self._spider.has_more()

    def enqueue_request(self, request: Request) -> bool:
        # Redirects and retries are the frontier's: there is nothing that comes back.
        return False

    def next_request(self) -> Request | None:
        return self._spider.next_request()
