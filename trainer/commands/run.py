"""``coderasst-train run``: all stages behind each other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from trainer.commands.deciding import host_of, host_option
from trainer.commands.options import (
    config_option,
    processes,
    tell,
    workers_option,
    workspace_option,
)
from trainer.pipeline.stages import NAMES

if TYPE_CHECKING:
    from trainer.pipeline.plan import Planned
    from trainer.pipeline.results import Ended
    from trainer.pipeline.verdicts import VerdictStore
    from trainer.workspace import Workspace

_stage = click.Choice(NAMES)


@click.command()
@click.option("--from", "first", type=_stage, help="Start with this stage.")
@click.option("--until", "last", type=_stage, help="End with this stage.")
@click.option("--only", type=_stage, multiple=True, help="Do this stage alone; can be repeated.")
@click.option("--fresh", is_flag=True, help="Do again what was done already.")
@click.option("--dry-run", is_flag=True, help="Say what would be done and why, and do nothing.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder for the report (default: one of its own in DIR/runs).",
)
@click.option(
    "--store",
    metavar="FILE|URL",
    help="The feedback store (default: feedback.store of coderasst's configuration).",
)
@click.option("--no-import", is_flag=True, help="End before anything is asked of Ollama.")
@host_option
@workspace_option
@config_option
@workers_option
def run(
    first: str | None,
    last: str | None,
    only: tuple[str, ...],
    fresh: bool,
    dry_run: bool,
    report: Path | None,
    store: str | None,
    no_import: bool,
    host: str | None,
    workspace: Path | None,
    config_file: Path | None,
    workers: int | None,
) -> None:
    """Gather, prepare, train, judge, export and promote: all that has changed since the last time.

    Interrupted or killed, it goes on where it stopped. Ends with 1 where the new model is not
    better than the one in use: it is kept, and not promoted.
    """
    from datetime import datetime, timezone

    from trainer.commands.run_sources import Commands
    from trainer.commands.running_view import view
    from trainer.config import load
    from trainer.pipeline.digests import Digests
    from trainer.pipeline.engine import Run
    from trainer.pipeline.lock import only_run
    from trainer.pipeline.plan import plan
    from trainer.pipeline.selection import Selection
    from trainer.pipeline.stage import Context
    from trainer.pipeline.stages import stages
    from trainer.pipeline.state import State
    from trainer.workspace import Workspace

    settings = load(config_file)
    where = Workspace(workspace or Path(settings.workspace))
    selection = Selection(first, last or ("finetune" if no_import else None), only, fresh)
    selection.check(NAMES)
    address = host_of(host or settings.export.host or None)
    found = stages(Commands(where.root, config_file), _verdicts(store), address)

    def clock() -> datetime:
        return datetime.now(timezone.utc).replace(microsecond=0)

    digests = Digests(where.run / "digests.json")
    context = Context(settings, where, digests, clock(), processes(workers, settings.workers))
    if dry_run:
        for planned in plan(found, selection, context, State(where.run)):
            click.echo(_line(planned))
        return
    with only_run(where.run, where.root):
        with view(NAMES) as seen:
            ended = Run(found, selection, State(where.run), seen, clock).through(context)
        _report(ended, report, where)
    if ended.error is not None:
        raise ended.error
    click.echo(ended.verdict)
    raise SystemExit(ended.exit_code)


def _report(ended: Ended, chosen: Path | None, where: Workspace) -> None:
    """Where nothing was done, there is nothing to report, unless somebody waits for it."""
    from trainer.pipeline.report import write
    from trainer.run_folder import RunFolder

    if ended.nothing_done and chosen is None:
        return
    folder = chosen or RunFolder.create(where.runs, "run", now=ended.started).path
    tell(f"report: {write(ended, folder, where.root)}")


def _line(planned: Planned) -> str:
    width = max(map(len, NAMES))
    return f"{planned.stage.ljust(width)}  {planned.verb}: {planned.reason}"


def _verdicts(store: str | None) -> VerdictStore:
    from trainer.commands.feedback import configured
    from trainer.pipeline.verdicts import VerdictStore

    return VerdictStore(store, Path.cwd()) if store else VerdictStore(*configured())
