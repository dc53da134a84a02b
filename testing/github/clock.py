"""Times and numbers that are the same in every run."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta, timezone


class Clock:
    """Stands still until something happens: every change takes one second."""

    def __init__(self) -> None:
        self._now = datetime(2025, 3, 3, 9, 0, tzinfo=timezone.utc)

    @property
    def now(self) -> datetime:
        return self._now

    def tick(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now

    def advance(self, **duration: float) -> None:
        """As ``timedelta`` takes it: ``advance(days=1)``."""
        self._now += timedelta(**duration)


class Ids:
    """Numbers that grow, too large for 32 bits as GitHub's comments have been since 2024."""

    def __init__(self) -> None:
        self._numbers = itertools.count(3_000_000_001)

    def next(self) -> int:
        return next(self._numbers)


def text(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def optional(moment: datetime | None) -> str | None:
    return None if moment is None else text(moment)
