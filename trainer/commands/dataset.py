"""``coderasst-train dataset``: what the model is trained on."""

from __future__ import annotations

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
    from trainer.dataset.tally import Tally


@click.command()
@workspace_option
@config_option
@click.option(
    "--examples",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Hand-made examples (default: DIR/security_training_data.json).",
)
@click.option(
    "--prompt",
    type=click.Choice(["full", "compact"]),
    help="Form of the prompt: compact for a small model that is trained for nothing else.",
)
@click.option("--seed", type=int, metavar="N", help="Decides which hunks are drawn.")
@click.option(
    "--max-examples",
    type=click.IntRange(min=1),
    metavar="N",
    help="Examples in all; those that people wrote or judged come first.",
)
@click.option(
    "--max-documents",
    type=click.IntRange(min=1),
    metavar="N",
    help="Files of the corpus that are labelled.",
)
@workers_option
@click.option("--dry-run", is_flag=True, help="Count what would be written, and write nothing.")
def dataset(
    workspace: Path | None,
    config_file: Path | None,
    examples: Path | None,
    prompt: str | None,
    seed: int | None,
    max_examples: int | None,
    max_documents: int | None,
    workers: int | None,
    dry_run: bool,
) -> None:
    """Make instruction data of hand-made examples, the corpus, conversations and verdicts.

    Each example is a request as the review sends it, with the answer that it should get. They go
    to processed/dataset of the workspace, with a manifest and a report. Run again, it labels only
    the files of the corpus that are new or were not reached.
    """
    from trainer.config import DatasetSettings, load
    from trainer.dataset.build import Recipe, build
    from trainer.dataset.planters import PLANTERS
    from trainer.dataset.sources import Sources
    from trainer.workspace import Workspace

    settings = load(config_file)
    given = {
        "prompt": prompt,
        "seed": seed,
        "max_examples": max_examples,
        "max_documents": max_documents,
    }
    chosen: DatasetSettings = settings.dataset.model_copy(
        update={name: value for name, value in given.items() if value is not None}
    )
    where = Workspace(workspace or Path(settings.workspace))
    sources = Sources.of(where, examples)
    for missing in sources.missing:
        tell(missing)
    count = processes(workers, settings.workers)
    recipe = Recipe.of_review(chosen, PLANTERS, count)
    if dry_run:
        tally = build(sources, None, recipe, tell)
    else:
        tally = build(sources, where.dataset, recipe, tell, where.work / "dataset")
    click.echo(told(tally))


def told(tally: Tally) -> str:
    """The last line of a run."""
    clean = sum(tally.clean.values())
    splits = ", ".join(
        f"{count:,} {split}" for split, count in tally.by_split(tally.splits).items()
    )
    line = f"{tally.total:,} examples ({splits}), {clean:,} of them clean"
    reasons: dict[str, int] = {}
    for _, reason, count in tally.reasons():
        reasons[reason] = reasons.get(reason, 0) + count
    if not reasons:
        return line
    return f"{line}; left out {sum(reasons.values()):,}: {counted(reasons)}"
