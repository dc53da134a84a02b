"""What a person sees while a stage of preprocessing runs: on standard error, gone afterwards."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event, Thread
from typing import Any, TextIO

from trainer.corpus.stage_progress import StageProgress, Watch, unwatched

_INTERVAL = 0.5
"""Seconds between two looks at what the tasks have left."""


def watcher(stream: TextIO | None = None) -> Watch:
    """For ``preprocess``. Quiet where ``stream`` (standard error) is no terminal whose cursor can
    be moved."""
    stream = sys.stderr if stream is None else stream
    # Python leaves sys.stderr None where there is no stream at all.
    if stream is None or not stream.isatty() or os.environ.get("TERM") == "dumb":
        return unwatched
    return partial(_shown, stream)


@contextmanager
def _shown(stream: TextIO, stage: StageProgress) -> Iterator[None]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(
        file=stream, force_terminal=True, no_color=bool(os.environ.get("NO_COLOR")) or None
    )
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    progress = Progress(
        *(*columns, TimeElapsedColumn()),
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    ended = Event()
    with progress:
        task = progress.add_task(stage.name, total=stage.parts(), completed=stage.done())
        looking = Thread(target=_look, args=(stage, progress, task, ended), daemon=True)
        looking.start()
        try:
            yield
        finally:
            ended.set()
            looking.join()


def _look(stage: StageProgress, progress: Any, task: Any, ended: Event) -> None:
    while not ended.wait(_INTERVAL):
        try:
            progress.update(task, completed=stage.done())
        except OSError:
            return  # a folder far away does not answer: that is for the stage itself to tell
