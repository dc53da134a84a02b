"""``coderasst-train propose``: the report of a run as a pull request."""

from __future__ import annotations

import os
from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@click.option(
    "--repo",
    envvar="GITHUB_REPOSITORY",
    required=True,
    metavar="OWNER/NAME",
    help="Where to (default: GITHUB_REPOSITORY).",
)
def propose(folder: Path, repo: str) -> None:
    """Open a pull request with the report that "run --report DIR" has written.

    It adds the report to .github/coderasst on the branch coderasst/retrain. One that is open
    already is brought up to date. GITHUB_TOKEN must be allowed to write contents and pull requests.
    """
    from coderasst_hook.github.client import open_client
    from trainer.pipeline.proposal import Report, propose

    report = Report.read(folder)
    if report.nothing_done:
        click.echo("nothing was done, so nothing is proposed")
        return
    with open_client(os.environ) as client:
        click.echo(propose(client, repo, report, note=_note(os.environ.get("GITHUB_RUN_ID", ""))))


def _note(run: str) -> str:
    """Where the model is: with the run of the workflow that trained it."""
    server = os.environ.get("GITHUB_SERVER_URL", "")
    where = os.environ.get("GITHUB_REPOSITORY", "")
    if not (run.isdigit() and server.startswith("https://") and where):
        return ""
    return f"The model and all reports are with [this run]({server}/{where}/actions/runs/{run})."
