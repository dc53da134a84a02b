"""``coderasst-train status``: what is in use, what waits, and what to do next."""

from __future__ import annotations

import json
from pathlib import Path

import click

from trainer.commands.deciding import Desk, feedback_store, format_option, host_option, store_option
from trainer.commands.options import config_option, workspace_option


@click.command()
@host_option
@store_option
@workspace_option
@config_option
@format_option
def status(
    host: str | None,
    where: str | None,
    workspace: Path | None,
    config_file: Path | None,
    shape: str,
) -> None:
    """Show which model is in use where and since when, which ones wait with which decision, how
    many verdicts came in since, and what to do next."""
    from coderasst_hook.errors import BackendError, StoreError
    from trainer.commands.deciding import host_of
    from trainer.evaluation.state import State, counted, state_of
    from trainer.export.ollama_models import OllamaModels

    desk = Desk.of(workspace, config_file)
    promotion = desk.registry.promotion()
    try:
        with feedback_store(where, create=False) as store:
            verdicts, no_store = counted(store, promotion), ""
    except StoreError as error:
        verdicts, no_store = None, str(error)
    address = host_of(host or (promotion.host if promotion is not None else None))
    try:
        with OllamaModels(address) as models:
            installed, no_ollama = models.installed(), ""
    except BackendError as error:
        installed, no_ollama = None, str(error)
    state: State = state_of(
        desk.registry,
        desk.workspace.models,
        desk.settings.evaluate,
        installed=installed,
        no_ollama=no_ollama,
        verdicts=verdicts,
        no_store=no_store,
    )
    click.echo(json.dumps(state.data(), indent=1) if shape == "json" else state.text())
