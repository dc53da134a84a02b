"""The run as people see it in a terminal: one line a stage, gone through from top to bottom."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

import click

from trainer.pipeline.results import Result
from trainer.pipeline.view import PlainView, View, ending

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_LONGEST = 72


@contextmanager
def view(stages: Sequence[str], stream: TextIO | None = None) -> Iterator[View]:
    """Lines on standard error where ``stream`` (that) is no terminal whose cursor can be moved."""
    stream = sys.stderr if stream is None else stream
    # Python leaves sys.stderr None where there is no stream at all.
    if stream is None or not stream.isatty() or os.environ.get("TERM") == "dumb":
        # Bound to this stream: while a source is acquired, sys.stderr is another one.
        yield PlainView(lambda line: click.echo(line, file=stream))
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        SpinnerColumn,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    console = Console(
        file=stream, force_terminal=True, no_color=bool(os.environ.get("NO_COLOR")) or None
    )
    with Progress(
        SpinnerColumn("line", finished_text="·"),
        # Not markup: a path may hold brackets.
        TextColumn("{task.fields[stage]}", markup=False),
        TimeElapsedColumn(),
        BarColumn(bar_width=16),
        TaskProgressColumn(),
        TextColumn("{task.description}", markup=False),
        console=console,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as progress:
        yield TerminalView(progress, stages)


class TerminalView:
    """See ``trainer.pipeline.view.View``."""

    def __init__(self, progress: Progress, stages: Sequence[str]) -> None:
        width = max(map(len, stages), default=0)
        self._progress = progress
        self._tasks: dict[str, TaskID] = {
            stage: progress.add_task("", total=1, start=False, stage=stage.ljust(width))
            for stage in stages
        }

    def started(self, stage: str, reason: str) -> None:
        task = self._tasks[stage]
        self._progress.start_task(task)
        # Its bar moves to and fro until it says how far it is.
        self._progress.update(task, total=None)
        self.said(stage, reason)

    def said(self, stage: str, line: str) -> None:
        self._progress.update(self._tasks[stage], description=_cut(line))

    def advanced(self, stage: str, done: int, total: int, detail: str) -> None:
        self._progress.update(self._tasks[stage], completed=done, total=total)
        if detail:
            self.said(stage, detail)

    def ended(self, result: Result) -> None:
        line = ending(result).removeprefix(f"{result.stage}: ")
        task = self._tasks[result.stage]
        self._progress.update(task, completed=1, total=1, description=_cut(line))
        self._progress.stop_task(task)


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
