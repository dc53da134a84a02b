"""What people see of a run: one line a stage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from trainer.pipeline.results import Result


class View(Protocol):
    def started(self, stage: str, reason: str) -> None: ...

    def said(self, stage: str, line: str) -> None: ...

    def advanced(self, stage: str, done: int, total: int) -> None: ...

    def ended(self, result: Result) -> None:
        """Also for a stage that never started."""
        ...


class PlainView:
    """Lines, for where there is no terminal: nothing is drawn over, so every line stays."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell

    def started(self, stage: str, reason: str) -> None:
        self._tell(f"{stage}: starts ({reason})")

    def said(self, stage: str, line: str) -> None:
        self._tell(f"{stage}: {line}")

    def advanced(self, stage: str, done: int, total: int) -> None:
        return

    def ended(self, result: Result) -> None:
        self._tell(ending(result))


def ending(result: Result) -> str:
    """The last word on a stage: "dataset: 1,204 examples (12 s)"."""
    if result.status == "done" and result.record is not None:
        return f"{result.stage}: {result.record.line} ({duration(result.seconds)})"
    return f"{result.stage}: {result.status} ({result.reason})"


def duration(seconds: float) -> str:
    """ "0.4 s", "12 s", "3 min 20 s", "2 h 5 min"."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
