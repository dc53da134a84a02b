"""What people see of a run: one line a stage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from trainer.pipeline.results import Result


class View(Protocol):
    def started(self, stage: str, reason: str) -> None: ...

    def said(self, stage: str, line: str) -> None: ...

    def advanced(self, stage: str, done: int, total: int, detail: str) -> None: ...

    def ended(self, result: Result) -> None:
        """Also for a stage that never started."""
        ...


class PlainView:
    """Lines, for where there is no terminal: every line stays, so of what goes on step by step only
    each tenth is told."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._tenth = 0

    def started(self, stage: str, reason: str) -> None:
        self._tenth = 0
        self._tell(f"{stage}: starts ({reason})")

    def said(self, stage: str, line: str) -> None:
        self._tell(f"{stage}: {line}")

    def advanced(self, stage: str, done: int, total: int, detail: str) -> None:
        tenth = 10 * done // total if total else 0
        if detail and tenth != self._tenth:
            self._tell(f"{stage}: {10 * tenth} %, {detail}")
        self._tenth = tenth

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
