"""``coderasst-train preprocess``: a clean corpus out of all that was acquired."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coderasst_hook.visible import one_line

if TYPE_CHECKING:
    from trainer.corpus.pipeline import Outcome

_LIBRARIES = ("numpy", "pyarrow", "rensa", "datatrove.executor")


@click.command()
@click.option(
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help='Folder of all data (default: "data", or what the configuration says).',
)
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Configuration of the trainer (default: config/llm_studio_config.json).",
)
@click.option(
    "--workers",
    type=click.IntRange(min=0),
    metavar="N",
    help="Processes side by side; 0 means one for each core.",
)
@click.option(
    "--executor",
    type=click.Choice(("local", "ray", "slurm")),
    help="What runs the stages (default: local, or what the configuration says).",
)
@click.option(
    "--work", metavar="URL", help="Folder for what stages leave each other (default: DIR/work)."
)
@click.option(
    "--output", metavar="URL", help="Folder for the corpus, s3://… too (default: DIR/processed)."
)
@click.option(
    "--evaluation-set",
    "evaluation_sets",
    type=click.Path(exists=True, path_type=Path),
    multiple=True,
    metavar="PATH",
    help="JSON, JSON lines or a folder of them, whose texts no document may repeat.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show what datatrove says.")
def preprocess(
    workspace: Path | None,
    config_file: Path | None,
    workers: int | None,
    executor: str | None,
    work: str | None,
    output: str | None,
    evaluation_sets: tuple[Path, ...],
    verbose: bool,
) -> None:
    """Make a clean corpus of what was gathered.

    Documents are extracted, normalised, filtered and scrubbed, duplicates removed, and the rest
    divided into training, validation and test by repository or site. Run again, it goes on where
    it stopped, and does again only what has changed.
    """
    from trainer.config import load
    from trainer.extras import need
    from trainer.workspace import Workspace

    settings = load(config_file)
    if executor is not None:
        cluster = settings.cluster.model_copy(update={"executor": executor})
        settings = settings.model_copy(update={"cluster": cluster})
    # Or loguru would write values, texts among them, into the log of a task that fails.
    os.environ["LOGURU_DIAGNOSE"] = "NO"
    for library in _LIBRARIES:
        need(library)
    from trainer.corpus.pipeline import Places, preprocess

    where = Workspace(workspace or Path(settings.workspace))
    places = Places(
        raw=where.raw.absolute(),
        work=work or str((where.work / "corpus").absolute()),
        processed=output or str(where.processed.absolute()),
    )
    outcome = preprocess(
        places,
        settings,
        [str(path.absolute()) for path in evaluation_sets],
        workers=(settings.workers if workers is None else workers) or _cores(),
        verbose=verbose,
        tell=lambda line: click.echo(line, err=True),
    )
    click.echo(told(outcome))


def told(outcome: Outcome) -> str:
    """The last lines of a run."""
    if outcome.tally is None:
        return f"handed to Slurm; its last job is {outcome.slurm_job}"
    came, kept = outcome.tally.total(), outcome.tally.total(kept=True)
    counted = ", ".join(
        f"{one_line(reason)} ×{count.documents:,}"
        for reason, count in outcome.tally.by("outcome", kept=False).items()
    )
    dropped = came.documents - kept.documents
    line = (
        f"{came.documents:,} documents came in, {kept.documents:,} stayed "
        f"({kept.bytes / 1e6:,.1f} MB)"
    )
    return f"{line}, {dropped:,} fell out: {counted}" if dropped else line


def _cores() -> int:
    """Those that this process may use, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
