"""Requests that come to nothing, and why: the reasons are those that drops are counted by."""

from __future__ import annotations

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from trainer.acquire.web import urls
from trainer.acquire.web.harvest import TOO_LARGE
from trainer.acquire.web.resolver import NO_SUCH_HOST, GuardedResolver

CUT = "connection broke off"
UNREADABLE = "answer that cannot be read"


class LeftOutError(IgnoreRequest):
    """A request that is not made, with the reason."""


class StoppedError(IgnoreRequest):
    """The crawl ended before the answer was there."""


def reason_of(error: BaseException, url: str, resolver: GuardedResolver) -> tuple[str, bool]:
    """Why a download failed, and whether it may succeed another time."""
    if isinstance(error, LeftOutError):
        return str(error), False
    if isinstance(error, CannotResolveHostError):
        return resolver.refusals.get(urls.host(url), NO_SUCH_HOST), False
    if isinstance(error, DownloadTimeoutError):
        return "took too long", True
    # The former is Scrapy's limit on what is sent, the latter on what that unpacks to.
    if isinstance(error, (DownloadCancelledError, IgnoreRequest)):
        return TOO_LARGE, False
    if isinstance(error, DownloadConnectionRefusedError):
        return "connection refused", True
    if isinstance(error, (DownloadFailedError, ResponseDataLossError, OSError)):
        if "certificate" in str(error):
            return "certificate that is not valid", False
        return CUT, True
    return UNREADABLE, False
