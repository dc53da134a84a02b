"""What a person sees while documents come in: on standard error, gone afterwards."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from coderasst_hook.visible import one_line
from trainer.acquire.budget import Taken

_LONGEST = 48


@contextmanager
def bar(source: Taken, stream: TextIO | None = None) -> Iterator[Callable[[str], None]]:
    """The function to call with each location that is looked at. Quiet where ``stream`` (standard
    error) is no terminal whose cursor can be moved."""
    stream = sys.stderr if stream is None else stream
    # Python leaves sys.stderr None where there is no stream at all.
    if stream is None or not stream.isatty() or os.environ.get("TERM") == "dumb":
        yield _quiet
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(
        file=stream, force_terminal=True, no_color=bool(os.environ.get("NO_COLOR")) or None
    )
    # Not markup: a path may hold brackets.
    text = TextColumn("{task.description}", markup=False)
    with Progress(
        SpinnerColumn("line"),
        TimeElapsedColumn(),
        text,
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as progress:
        task = progress.add_task("", total=None)

        def looked_at(location: str) -> None:
            progress.update(task, description=_description(source, location))

        yield looked_at


def _description(source: Taken, location: str) -> str:
    shown = one_line(location)
    if len(shown) > _LONGEST:
        shown = f"…{shown[1 - _LONGEST :]}"
    return f"{source.taken:,} documents, {source.taken_bytes / 1e6:,.1f} MB  {shown}"


def _quiet(location: str) -> None:
    return
