"""What a person sees while a model is finetuned: on standard error, gone afterwards."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from trainer.commands.options import tell
from trainer.finetuning.work import Watching
from trainer.training.plan import Progress


@contextmanager
def watching(stream: TextIO | None = None) -> Iterator[Watching]:
    """Quiet but for sentences where ``stream`` (standard error) is no terminal."""
    stream = sys.stderr if stream is None else stream
    if stream is None or not stream.isatty() or os.environ.get("TERM") == "dumb":
        yield Watching(tell)
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    console = Console(
        file=stream, force_terminal=True, no_color=bool(os.environ.get("NO_COLOR")) or None
    )
    text = TextColumn("{task.description}", markup=False)
    with Bar(
        TimeElapsedColumn(),
        BarColumn(),
        text,
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as bar:
        task = bar.add_task("", total=None)

        def trained(progress: Progress) -> None:
            bar.update(task, total=1.0, completed=progress.share, description=described(progress))

        def answered(count: int) -> None:
            bar.update(task, total=None, description=f"{count:,} answers")

        def said(sentence: str) -> None:
            bar.console.print(sentence, markup=False, highlight=False)

        yield Watching(said, trained, answered)


def described(progress: Progress) -> str:
    left = progress.seconds_left
    rest = "" if left is None else f", {left / 60:,.0f} min left"
    return (
        f"step {progress.step:,}, loss {progress.loss:.3f}, "
        f"{progress.tokens_per_second:,.0f} tokens/s{rest}"
    )
