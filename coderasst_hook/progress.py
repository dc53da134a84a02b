"""What a person sees while the model works: how far it is, on standard error, gone afterwards."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID


class Progress(Protocol):
    """Call ``start`` once, ``advance`` after each chunk, ``finish`` always, also when interrupted:
    it gives the terminal back its cursor."""

    def start(self, total_chunks: int) -> None: ...

    def advance(self, path: str, outcome: str) -> None:
        """One chunk of ``path`` is done; ``outcome`` is "reviewed", "cached", or why it failed."""
        ...

    def finish(self) -> None: ...


class SilentProgress:
    def start(self, total_chunks: int) -> None:
        pass

    def advance(self, path: str, outcome: str) -> None:
        pass

    def finish(self) -> None:
        pass


class TerminalProgress:
    """A bar that clears itself. Nothing is imported or shown before ``start``."""

    def __init__(self, stream: TextIO, *, color: bool = True) -> None:
        self._stream = stream
        self._color = color
        self._bar: RichProgress | None = None
        self._task: TaskID | None = None
        self._failed = 0

    def start(self, total_chunks: int) -> None:
        self.finish()
        if total_chunks <= 0:
            return
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeElapsedColumn,
        )

        self._bar = Progress(
            SpinnerColumn("line"),
            TextColumn("The model reviews"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            # Not markup: a path may hold brackets.
            TextColumn("{task.description}", markup=False),
            console=Console(file=self._stream, force_terminal=True, no_color=not self._color),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._failed = 0
        self._task = self._bar.add_task("", total=total_chunks)
        self._bar.start()

    def advance(self, path: str, outcome: str) -> None:
        if self._bar is None or self._task is None:
            return
        self._failed += outcome not in ("reviewed", "cached")
        failed = f"{self._failed} failed  " if self._failed else ""
        self._bar.update(self._task, advance=1, description=f"{failed}{_short(path)}")

    def finish(self) -> None:
        if self._bar is not None:
            self._bar.stop()
        self._bar = self._task = None


def progress_for(
    stream: TextIO | None = None, environ: Mapping[str, str] | None = None
) -> Progress:
    """A bar where ``stream`` (standard error) is a terminal with a cursor to move; else quiet."""
    stream = sys.stderr if stream is None else stream
    environ = os.environ if environ is None else environ
    # Python leaves sys.stderr None where there is no stream at all.
    if stream is None or stream.closed or not stream.isatty() or environ.get("TERM") == "dumb":
        return SilentProgress()
    return TerminalProgress(stream, color=not environ.get("NO_COLOR"))


def _short(path: str) -> str:
    from coderasst_hook.visible import one_line

    shown = one_line(path)
    return shown if len(shown) <= 40 else f"...{shown[-37:]}"
