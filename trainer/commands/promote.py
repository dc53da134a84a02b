"""``coderasst-train promote``: let reviews use a model that was proven better."""

from __future__ import annotations

from pathlib import Path

import click

from trainer.commands.deciding import Desk, feedback_store, host_option, store_option
from trainer.commands.options import config_option, tell, workspace_option


@click.command()
@click.argument("model", required=False, default="")
@click.option("--alias", metavar="NAME", help="The name that reviews use (default: export.name).")
@click.option(
    "--force", default="", metavar="REASON", help="Promote it whatever its evaluation says."
)
@host_option
@store_option
@workspace_option
@config_option
def promote(
    model: str,
    alias: str | None,
    force: str,
    host: str | None,
    where: str | None,
    workspace: Path | None,
    config_file: Path | None,
) -> None:
    """Give MODEL the name that reviews use, and what had it before a dated tag.

    MODEL is an id of models/registry.json; without one, it is the newest that waits for a decision.
    It must have passed a fresh evaluation of exactly its weights, or the exit code is 1. Killed
    anywhere, run it again.
    """
    from datetime import datetime, timezone

    from coderasst_hook.errors import EXIT_FINDINGS
    from trainer.commands.deciding import Importer, host_of
    from trainer.evaluation import decisions, promotion, record
    from trainer.evaluation.subject import Subjects, check_weights
    from trainer.evaluation.subject import candidate as chosen
    from trainer.export.ollama_models import OllamaModels
    from trainer.registry import Placed

    now = datetime.now(timezone.utc)
    desk = Desk.of(workspace, config_file)
    pending = desk.registry.pending()
    address = host_of(host)
    with OllamaModels(address) as models:
        if pending is not None and model in ("", pending.model):
            ended = promotion.repair(desk.registry, models, tell)
            if ended is not None:
                with feedback_store(where) as store:
                    decisions.switched(store, ended, decisions.PROMOTION, ended.at, ended.tag)
                click.echo(f"{ended.alias} is {ended.model} now ({ended.tag})")
                return
        entry = chosen(desk.registry, model)
        check_weights(entry, desk.registry)
        found = record.read(desk.evaluation(entry.id))
        against = tuple(
            decisions.against(entry, found, desk.registry.promotion(), desk.settings.evaluate, now)
        )
        if against and not force:
            tell(f"{entry.id} is not promoted:")
            for reason in against:
                tell(f"  {reason}")
            raise SystemExit(EXIT_FINDINGS)
        subject = Subjects(desk.registry, models, Importer(desk.registry, address)).of_entry(entry)
        reasons = (f"forced: {force}", *against) if against or force else ()
        done = promotion.promote(
            entry,
            Placed(subject.host, subject.name, subject.digest),
            alias or desk.settings.export.name,
            desk.registry,
            models,
            now=now,
            reasons=reasons or (found.decision.reasons if found else ()),
            tell=tell,
        )
    with feedback_store(where) as store:
        decisions.switched(store, done, decisions.PROMOTION, done.at, done.tag)
    before = f"; what it was before is {done.previous}" if done.previous else ""
    click.echo(f"{done.alias} is {done.model} now ({done.tag}){before}")
