"""How far an export is: on standard error, gone afterwards; quiet where that is no terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from coderasst_hook.visible import one_line
from trainer.export.ollama_models import Sent, unheard


@contextmanager
def bar() -> Iterator[Sent]:
    """The function to call with each step: what, bytes done, bytes in all."""
    stream = sys.stderr
    if stream is None or not stream.isatty() or os.environ.get("TERM") == "dumb":
        yield unheard
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    console = Console(file=stream, no_color=bool(os.environ.get("NO_COLOR")) or None)
    # Not markup: a file's name may hold brackets.
    text = TextColumn("{task.description}", markup=False)
    columns = (text, BarColumn(), DownloadColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=None)

        def sent(what: str, done: int, total: int) -> None:
            progress.update(
                task, description=one_line(what)[:60], completed=done, total=total or None
            )

        yield sent
