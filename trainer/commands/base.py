"""``coderasst-train base``: a model of our own, from nothing but the corpus."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from trainer.commands.options import config_option, tell, workspace_option

if TYPE_CHECKING:
    from trainer.training.base import Base


@click.command()
@click.option(
    "--preset",
    type=click.Choice(["tiny", "nano", "small", "medium", "large"]),
    help="Size of the model.",
)
@click.option("--epochs", type=click.FloatRange(min=0, min_open=True), metavar="N")
@click.option(
    "--max-seconds",
    type=click.FloatRange(min=0, min_open=True),
    metavar="N",
    help="End the training after this time; the learning rate falls in time.",
)
@click.option(
    "--max-tokens",
    type=click.IntRange(min=1),
    metavar="N",
    help="End the training after so many tokens.",
)
@click.option("--seed", type=int, metavar="N", help="Decides first weights and order of the data.")
@click.option(
    "--resume/--fresh",
    default=None,
    help="Insist on going on with a run that was stopped, or on a new one (default: go on where "
    "there is one of the same corpus and settings).",
)
@workspace_option
@config_option
def base(
    preset: str | None,
    epochs: float | None,
    max_seconds: float | None,
    max_tokens: int | None,
    seed: int | None,
    resume: bool | None,
    workspace: Path | None,
    config_file: Path | None,
) -> None:
    """Train a base model on the corpus.

    It comes to processed/ai_coder_model of the workspace, with a model card; the run's folder in
    models/ has settings, metrics and a report. Stopped or killed, it goes on when the same is
    asked for again. For several GPUs: accelerate launch -m trainer base …
    """
    from datetime import datetime, timezone

    from trainer.commands.finetuning_bar import watching
    from trainer.config import load
    from trainer.config_training import BaseSettings
    from trainer.training import processes
    from trainer.training.base import train_base
    from trainer.workspace import Workspace

    settings = load(config_file)
    given = {
        "preset": preset,
        "epochs": epochs,
        "max_seconds": max_seconds,
        "max_tokens": max_tokens,
        "seed": seed,
    }
    chosen: BaseSettings = settings.base.model_copy(
        update={name: value for name, value in given.items() if value is not None}
    )
    with watching() as watch:
        done = train_base(
            Workspace(workspace or Path(settings.workspace)),
            chosen,
            now=datetime.now(timezone.utc),
            tell=watch.tell if processes.is_first() else _nobody,
            watch=watch.training,
            fresh=resume is False,
            resume=resume is True,
        )
    if not processes.is_first():
        return
    if done.was_interrupted:
        tell(f"interrupted; the same command goes on with {done.run.id}")
        raise SystemExit(130)
    click.echo(told(done))


def told(done: Base) -> str:
    """The last lines of a run."""
    if not done.is_new:
        return f"nothing has changed since {done.run.id}: {done.folder} is up to date"
    outcome = done.outcome
    best = "" if outcome["best"] is None else f", {outcome['best']:.3f} bits per byte"
    return (
        f"{outcome['tokens']:,} tokens in {outcome['seconds']:,.0f} s, loss "
        f"{outcome['loss']:.3f}{best}; ended: {outcome['stopped']}\n"
        f"model in {done.folder}, report in {done.run.training_report}"
    )


def _nobody(sentence: str) -> None:
    """Only the first of several processes tells."""
