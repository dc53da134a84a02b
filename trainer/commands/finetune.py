"""``coderasst-train finetune``: a model that reviews as people wish."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from trainer.commands.options import config_option, tell, workspace_option

if TYPE_CHECKING:
    from trainer.finetuning.running import Finetuned


@click.command()
@click.option(
    "--from",
    "named",
    metavar="FOLDER|ID|HUB-NAME",
    help="What to start from (default: the base of the promoted model, or our own base).",
)
@click.option(
    "--method",
    type=click.Choice(["auto", "full", "lora", "qlora"]),
    help="Train all weights, or an adapter (default: auto, which goes by the size).",
)
@click.option(
    "--only",
    type=click.Choice(["sft", "preferences"]),
    help="Learn from examples alone (also where there is no feedback), or from preferences alone.",
)
@click.option("--merge", is_flag=True, help="Make the adapter a part of the weights in the end.")
@click.option("--epochs", type=click.FloatRange(min=0, min_open=True), metavar="N")
@click.option(
    "--max-seconds",
    type=click.FloatRange(min=0, min_open=True),
    metavar="N",
    help="End the training on examples after this time.",
)
@click.option(
    "--max-tokens",
    type=click.IntRange(min=1),
    metavar="N",
    help="End the training on examples after so many tokens.",
)
@click.option("--seed", type=int, metavar="N", help="Decides the order and the choice of the data.")
@workspace_option
@config_option
@click.option("--dry-run", is_flag=True, help="Say what would be trained on what, and stop.")
def finetune(
    named: str | None,
    method: str | None,
    only: str | None,
    merge: bool,
    epochs: float | None,
    max_seconds: float | None,
    max_tokens: int | None,
    seed: int | None,
    workspace: Path | None,
    config_file: Path | None,
    dry_run: bool,
) -> None:
    """Train a model on the dataset and on what people said of its findings.

    What comes of it is a candidate in models/ of the workspace, with a report and a model card;
    "evaluate" and "promote" decide whether it is used. A run that was stopped goes on when the same
    is asked for again.
    """
    from datetime import datetime, timezone

    from trainer.config import load
    from trainer.config_training import FinetuneSettings
    from trainer.finetuning.noise import no_bars
    from trainer.finetuning.preparing import Request, prepare
    from trainer.finetuning.telling import told
    from trainer.workspace import Workspace

    settings = load(config_file)
    given = {
        "method": method,
        "epochs": epochs,
        "max_seconds": max_seconds,
        "max_tokens": max_tokens,
        "seed": seed,
    }
    chosen: FinetuneSettings = settings.finetune.model_copy(
        update={name: value for name, value in given.items() if value is not None}
    )
    where = Workspace(workspace or Path(settings.workspace))
    no_bars()
    request = Request(named, only or "", merge, needs_feedback=only is None)  # type: ignore[arg-type]
    prepared = prepare(where, chosen, request)
    for sentence in told(prepared):
        tell(sentence)
    if dry_run:
        click.echo("nothing was trained (--dry-run)")
        return
    from trainer.commands.finetuning_bar import watching
    from trainer.finetuning import running

    with watching() as watch:
        done = running.finetune(prepared, where, watch, now=datetime.now(timezone.utc))
    if done.entry is None:
        tell(f"interrupted; the same command goes on with {done.run.id}")
        raise SystemExit(130)
    click.echo(summary(done))


def summary(done: Finetuned) -> str:
    """The last lines of a run."""
    from trainer.finetuning.dimensions_table import dimensions

    lines = [f"{name}: {before} → {after}" for name, before, after in dimensions(done.results)]
    assert done.entry is not None
    lines += [
        f"candidate {done.entry.id} in {done.run.path}",
        f"next: coderasst-train evaluate {done.entry.id}",
    ]
    return "\n".join(lines)
