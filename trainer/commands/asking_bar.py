"""What a person sees while models are asked: on standard error, gone afterwards."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from coderasst_hook.visible import one_line
from trainer.evaluation.asking import Asked
from trainer.evaluation.measure import Began


@contextmanager
def bar(stream: TextIO | None = None) -> Iterator[Began]:
    """The function to call before a model is asked. Quiet where ``stream`` (standard error) is no
    terminal whose cursor can be moved."""
    stream = sys.stderr if stream is None else stream
    # Python leaves sys.stderr None where there is no stream at all.
    if stream is None or not stream.isatty() or os.environ.get("TERM") == "dumb":
        yield _quiet
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(
        file=stream, force_terminal=True, no_color=bool(os.environ.get("NO_COLOR")) or None
    )
    with Progress(
        # Not markup: a name may hold brackets.
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as progress:

        def began(name: str, total: int) -> Asked:
            task = progress.add_task(f"asking {one_line(name)}", total=total)

            def asked(done: int, of: int) -> None:
                progress.update(task, completed=done, total=of)

            return asked

        yield began


def _quiet(name: str, total: int) -> Asked:
    return _unheard


def _unheard(done: int, of: int) -> None:
    return
