"""``coderasst-train preprocess``: a clean corpus out of all that was acquired."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trainer.commands.options import (
    config_option,
    counted,
    processes,
    tell,
    workers_option,
    workspace_option,
)

if TYPE_CHECKING:
    from trainer.corpus.pipeline import Outcome

_LIBRARIES = ("numpy", "pyarrow", "re2", "rensa", "datatrove.executor")


@click.command()
@workspace_option
@config_option
@workers_option
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
    help="JSON, JSON lines or a folder of them, whose texts no document may repeat; as no document "
    "may what DIR/security_training_data.json keeps for validation and test.",
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
    from trainer.commands.preprocess_bar import watcher
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
        [str(path.absolute()) for path in (*evaluation_sets, where.security_examples)],
        workers=processes(workers, settings.workers),
        verbose=verbose,
        tell=tell,
        watch=watcher(),
    )
    click.echo(told(outcome))


def told(outcome: Outcome) -> str:
    """The last lines of a run."""
    if outcome.tally is None:
        return f"handed to Slurm; its last job is {outcome.slurm_job}"
    came, kept = outcome.tally.total(), outcome.tally.total(kept=True)
    fallen = outcome.tally.by("outcome", kept=False)
    reasons = counted({reason: count.documents for reason, count in fallen.items()})
    dropped = came.documents - kept.documents
    line = (
        f"{came.documents:,} documents came in, {kept.documents:,} stayed "
        f"({kept.bytes / 1e6:,.1f} MB)"
    )
    return f"{line}, {dropped:,} fell out: {reasons}" if dropped else line
