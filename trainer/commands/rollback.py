"""``coderasst-train rollback``: go back to the model that was in use before."""

from __future__ import annotations

from pathlib import Path

import click

from trainer.commands.deciding import Desk, feedback_store, host_option, store_option
from trainer.commands.options import config_option, tell, workspace_option


@click.command()
@click.option("--to", default="", metavar="MODEL", help="An earlier promoted model, by its id.")
@host_option
@store_option
@workspace_option
@config_option
def rollback(
    to: str,
    host: str | None,
    where: str | None,
    workspace: Path | None,
    config_file: Path | None,
) -> None:
    """Let the name that reviews use stand for what it stood for before the last promotion.

    The answers are exactly those of before. Run again, it goes one promotion further back.
    """
    from datetime import datetime, timezone

    from trainer.commands.deciding import host_of
    from trainer.evaluation import decisions, promotion
    from trainer.export.ollama_models import OllamaModels

    now = datetime.now(timezone.utc)
    desk = Desk.of(workspace, config_file)
    in_force = desk.registry.promotion()
    # Where it was promoted, unless told otherwise.
    address = host_of(host or (in_force.host if in_force is not None else None))
    with OllamaModels(address) as models:
        undone, tag = promotion.roll_back(desk.registry, models, now=now, tell=tell, to=to)
    with feedback_store(where) as store:
        decisions.switched(store, undone, decisions.ROLLBACK, now, tag)
    current = desk.registry.promoted()
    told = f" ({current.id})" if current is not None else ""
    click.echo(f"{undone.alias} is {tag}{told} again, and no longer {undone.model}")
