"""How much one acquisition may take, and when it has to stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from trainer.config import Limits


class Taken(Protocol):
    """What ``RawSource`` counts."""

    taken: int
    taken_bytes: int


class Budget:
    """Asked before each document. Nothing has to be counted for it: it looks at the source."""

    def __init__(
        self, limits: Limits, source: Taken, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.limits = limits
        self._source = source
        self._clock = clock
        self._start = clock()

    @property
    def seconds(self) -> float:
        """Since the start."""
        return self._clock() - self._start

    @property
    def seconds_left(self) -> float:
        """For time-outs of what may take long; 0 where none are left."""
        return max(0.0, self.limits.max_seconds - self.seconds)

    def spent(self) -> str | None:
        """Why to stop now, in words that follow "stopped at"; None to go on."""
        limits = self.limits
        if self._source.taken >= limits.max_documents:
            documents = "document" if limits.max_documents == 1 else "documents"
            return f"{limits.max_documents:,} {documents} (--max-documents)"
        if self._source.taken_bytes >= limits.max_bytes:
            return f"{limits.max_bytes:,} bytes (--max-bytes)"
        if self.seconds >= limits.max_seconds:
            return f"{limits.max_seconds:,.0f} s (--max-seconds)"
        return None

    def too_large(self, size: int) -> bool:
        """Whether one document of ``size`` bytes is more than is wanted."""
        return size > self.limits.max_document_bytes
