"""What became of each stage, and of the whole run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from coderasst_hook.errors import EXIT_CLEAN, EXIT_FINDINGS, EXIT_INTERRUPTED, FatalError
from trainer.pipeline.state import Record

Status = Literal[
    "done", "unchanged", "left out", "not asked for", "failed", "interrupted", "not reached"
]


@dataclass(frozen=True, slots=True)
class Result:
    """``record`` is that of this run where ``status`` is "done", else that of the last time."""

    stage: str
    status: Status
    reason: str
    """Why it was done, or why not; what went wrong."""
    seconds: float = 0.0
    record: Record | None = None

    @property
    def refused(self) -> tuple[str, ...]:
        """Why the candidate was refused here, now or the last time."""
        if self.record is None or self.status not in ("done", "unchanged"):
            return ()
        return self.record.refused


@dataclass(frozen=True, slots=True)
class Ended:
    """``error`` is what ended it before its end, to be raised again."""

    results: tuple[Result, ...]
    started: datetime
    finished: datetime
    error: FatalError | KeyboardInterrupt | None = None

    @property
    def nothing_done(self) -> bool:
        return self.error is None and all(one.status != "done" for one in self.results)

    @property
    def refused(self) -> tuple[str, ...]:
        """Why the last candidate was not promoted, also where an earlier run has found that."""
        return next((one.refused for one in self.results if one.refused), ())

    @property
    def exit_code(self) -> int:
        if isinstance(self.error, FatalError):
            return self.error.exit_code
        if self.error is not None:
            return EXIT_INTERRUPTED
        return EXIT_FINDINGS if self.refused and not self.nothing_done else EXIT_CLEAN

    @property
    def verdict(self) -> str:
        """The whole of it in one line."""
        if isinstance(self.error, FatalError):
            failed = next(one.stage for one in self.results if one.status == "failed")
            return f"{failed} failed: {self.error}"
        if self.error is not None:
            return "interrupted; run it again to go on"
        told = f"the candidate was not promoted: {'; '.join(self.refused)}" if self.refused else ""
        if self.nothing_done:
            return f"nothing to do: {told or self._why_nothing}"
        last = next(one for one in reversed(self.results) if one.status == "done")
        assert last.record is not None
        return told or last.record.line

    @property
    def _why_nothing(self) -> str:
        if any(one.status == "unchanged" for one in self.results):
            return "nothing has changed"
        left_out = (one.reason for one in self.results if one.status == "left out")
        return next(left_out, "no stage was asked for")
