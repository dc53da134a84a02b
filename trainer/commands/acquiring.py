"""What all ``acquire`` commands share: their options, a bar, a budget, and the last line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coderasst_hook.visible import one_line
from coderasst_hook.wording import count
from trainer.acquire.budget import Budget
from trainer.commands.options import config_option, counted, workspace_option
from trainer.workspace import Workspace

if TYPE_CHECKING:
    from trainer.config import Limits, TrainerSettings
    from trainer.raw_source import RawSource

_OPTIONS = (
    click.option("--name", metavar="SOURCE", help="What to call this acquisition: a folder name."),
    workspace_option,
    config_option,
    click.option("--dry-run", is_flag=True, help="List what would be taken, and take nothing."),
    click.option(
        "--max-documents", type=click.IntRange(min=1), metavar="N", help="Stop after N documents."
    ),
    click.option(
        "--max-bytes", type=click.IntRange(min=1), metavar="N", help="Stop after N bytes in all."
    ),
    click.option(
        "--max-seconds",
        type=click.FloatRange(min=0, min_open=True),
        metavar="SECONDS",
        help="Stop after this time.",
    ),
    click.option(
        "--max-document-bytes",
        type=click.IntRange(min=1),
        metavar="N",
        help="Leave out documents that are larger.",
    ),
)


@dataclass(frozen=True, slots=True)
class Run:
    """One acquisition under way."""

    source: RawSource
    budget: Budget
    looked_at: Callable[[str], None]
    """Call it with the location of each thing that is looked at: the bar shows it."""


@dataclass(frozen=True, slots=True)
class Acquisition:
    """The common options, with the configuration below them."""

    settings: TrainerSettings
    limits: Limits
    """Of the configuration, where no option says otherwise."""
    workspace: Workspace
    name: str | None
    dry_run: bool

    @contextmanager
    def run(self, kind: str, default_name: str) -> Iterator[Run]:
        """Open the source; when the block ends, however it does, say what became of it.

        Raises ``StoreError`` where the workspace cannot be used.
        """
        from trainer.acquire.rehearsal import Rehearsal
        from trainer.commands.acquiring_bar import bar
        from trainer.raw_source import RawSource

        name = self.name or default_name
        opened = (
            Rehearsal(self.workspace.raw, kind, name, told=_would_take)
            if self.dry_run
            else RawSource(self.workspace.raw, kind, name)
        )
        with opened as source:
            budget = Budget(self.limits, source)
            try:
                with bar(source) as looked_at:
                    yield Run(source, budget, looked_at)
            finally:
                stop = budget.spent()
                if stop is not None:
                    click.echo(f"stopped at {stop}; run it again to go on", err=True)
                click.echo(told(source, dry_run=self.dry_run))


def acquiring(command: Callable[..., Any]) -> Callable[..., Any]:
    """Put it below ``@click.command()``: adds the common options, which the command gets as one
    keyword argument ``what: Acquisition``."""

    @wraps(command)
    def with_options(
        name: str | None,
        workspace: Path | None,
        config_file: Path | None,
        dry_run: bool,
        **rest: Any,
    ) -> Any:
        from trainer.config import load

        settings = load(config_file)
        keys = ("max_documents", "max_bytes", "max_seconds", "max_document_bytes")
        given = {key: value for key in keys if (value := rest.pop(key)) is not None}
        what = Acquisition(
            settings=settings,
            limits=settings.limits.model_copy(update=given),
            workspace=Workspace(workspace or Path(settings.workspace)),
            name=name,
            dry_run=dry_run,
        )
        return command(what=what, **rest)

    decorated: Callable[..., Any] = with_options
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def told(source: RawSource, *, dry_run: bool = False) -> str:
    """The last line of an acquisition: "took 3 documents (1.2 MB), left out 2: binary ×2"."""
    verb, left = ("would take", "leave out") if dry_run else ("took", "left out")
    size = f"{source.taken_bytes / 1e6:,.1f} MB"
    line = f"{verb} {count(source.taken, 'document')} ({size})"
    dropped = source.left_out.total()
    if dropped:
        line += f", {left} {dropped:,}: {counted(source.left_out)}"
    before = len(source.known) - source.taken
    return f"{line}; {before:,} were there already" if before else line


def _would_take(location: str, size: int) -> None:
    click.echo(f"{size:>12,}  {one_line(location)}")
