"""``coderasst-train acquire feedback``: verdicts out of the store that the reviews fill."""

from __future__ import annotations

from pathlib import Path

import click

from coderasst_hook.wording import count
from trainer.commands.options import config_option, workspace_option


@click.command()
@click.option(
    "--store",
    "where",
    metavar="FILE|URL",
    help="The feedback store (default: feedback.store of coderasst's configuration).",
)
@click.option("--repository", metavar="OWNER/NAME", help="Only findings of this repository.")
@workspace_option
@config_option
@click.option("--dry-run", is_flag=True, help="Count what would be written, and write nothing.")
def feedback(
    where: str | None,
    repository: str | None,
    workspace: Path | None,
    config_file: Path | None,
    dry_run: bool,
) -> None:
    """Write what people did with findings to feedback/user_feedback.jsonl of the workspace.

    The file is that of "coderasst feedback export". Run again, it is made anew.
    """
    from coderasst_hook.feedback.store import open_store
    from trainer.acquire.feedback import acquire_feedback
    from trainer.config import load
    from trainer.workspace import Workspace

    target = Workspace(workspace or Path(load(config_file).workspace)).feedback
    chosen, root = (where, Path.cwd()) if where else configured()
    with open_store(chosen, root=root, create=False) as store:
        got = acquire_feedback(store, target, repository=repository, dry_run=dry_run)
    verb, goal = ("would write", "") if dry_run else ("wrote", f" to {target}")
    click.echo(
        f"{verb} {count(got.findings, 'finding')} with {count(got.verdicts, 'verdict')}{goal}"
    )


def configured() -> tuple[str, Path]:
    """Where the reviews keep their feedback, and what a relative name starts from."""
    import os

    from coderasst_hook import config

    root = config.find_root(Path.cwd())
    settings = config.load(root, environ=os.environ, flags={}).settings
    return settings.feedback.store, root or Path.cwd()
