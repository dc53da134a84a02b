"""Scrapy's log, kept from the terminal; what it reports as a fault is not lost."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import cast

_NAMES = ("scrapy", "twisted", "protego", "site")


class _Faults(logging.Handler):
    """Scrapy catches what its components raise, and only logs it."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[BaseException] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and record.name.startswith("scrapy"):
            self.found.append(error)


@contextmanager
def quiet() -> Iterator[list[BaseException]]:
    """What Scrapy caught in the block."""
    _hear_twisted()
    handler = _Faults()
    loggers = [logging.getLogger(name) for name in _NAMES]
    before = [(logger, logger.propagate, logger.level) for logger in loggers]
    for logger in loggers:
        logger.propagate = False
        logger.setLevel(logging.ERROR)
        logger.addHandler(handler)
    try:
        yield handler.found
    finally:
        for logger, propagate, level in before:
            logger.propagate = propagate
            logger.setLevel(level)
            logger.removeHandler(handler)


@cache
def _hear_twisted() -> None:
    """Twisted's own log goes to standard error until somebody takes it; once in a process."""
    from twisted.logger import ILogObserver, STDLibLogObserver, globalLogBeginner

    globalLogBeginner.beginLoggingTo(
        [cast(ILogObserver, STDLibLogObserver("twisted"))],
        discardBuffer=True,
        redirectStandardIO=False,
    )
