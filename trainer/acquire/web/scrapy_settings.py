"""What of Scrapy is used: only what is named here, whatever a new version brings along."""

from __future__ import annotations

from typing import Any

from trainer.acquire.web.download import Handler
from trainer.acquire.web.robots import RobotsRules
from trainer.acquire.web.scheduler import FrontierScheduler
from trainer.acquire.web.throttle import Throttle
from trainer.config import Limits, WebSettings

_MIDDLEWARES = "scrapy.downloadermiddlewares"
_LONGEST_DELAY = 60.0


def scrapy_settings(
    web: WebSettings, limits: Limits, *, user_agent: str, name: str
) -> dict[str, Any]:
    """No cookies, no referer, no credentials, no proxy (which would resolve names for us), no file,
    FTP or S3, no console; redirects and retries are the frontier's own."""
    return {
        "USER_AGENT": user_agent,
        "ROBOTSTXT_USER_AGENT": name,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,text/markdown,text/plain,application/pdf"
        },
        "SCHEDULER": FrontierScheduler,
        "DOWNLOAD_HANDLERS_BASE": {"http": Handler, "https": Handler},
        "DOWNLOADER_MIDDLEWARES_BASE": {
            RobotsRules: 100,
            f"{_MIDDLEWARES}.downloadtimeout.DownloadTimeoutMiddleware": 350,
            f"{_MIDDLEWARES}.defaultheaders.DefaultHeadersMiddleware": 400,
            f"{_MIDDLEWARES}.useragent.UserAgentMiddleware": 500,
            f"{_MIDDLEWARES}.httpcompression.HttpCompressionMiddleware": 590,
        },
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {Throttle: 0},
        "ADDONS": {},
        # Nothing is yielded; Scrapy starts this many workers for each answer nevertheless.
        "CONCURRENT_ITEMS": 1,
        "COOKIES_ENABLED": False,
        "REFERER_ENABLED": False,
        "HTTPPROXY_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "DOWNLOAD_MAXSIZE": limits.max_document_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": web.timeout,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_DELAY": web.delay,
        # The delay is one at least.
        "DOWNLOAD_DELAY_JITTER": 0,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": web.delay,
        "AUTOTHROTTLE_MAX_DELAY": max(web.delay, _LONGEST_DELAY),
        "LOG_ENABLED": False,
        "STATS_DUMP": False,
    }
