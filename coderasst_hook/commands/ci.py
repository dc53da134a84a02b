"""``coderasst ci``: review a pull request where its checks run, and say there what was found."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from coderasst_hook.commands.options import (
    fail_on_flag,
    filter_flag,
    flag,
    flags_by_key,
    model_flags,
    separated,
)


@click.command()
@click.option(
    "--pull-request",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="The pull request, where no event names it.",
)
@click.option("--repo", metavar="OWNER/NAME", help="Its repository (default: GITHUB_REPOSITORY).")
@flag(
    "--mode",
    key="ci.mode",
    type=click.Choice(["review", "annotate", "summary"]),
    help="What to write: inline comments and a summary, annotations, or the summary alone.",
)
@flag(
    "--max-comments",
    key="ci.max_comments",
    type=int,
    metavar="NUMBER",
    help="Most inline comments of one run, worst first; the summary has the rest.",
)
@fail_on_flag
@flag(
    "--categories",
    key="categories",
    callback=lambda context, option, value: separated(value or ""),
    metavar="NAME,…",
    help="Categories to report.",
)
@filter_flag
@model_flags
@click.option(
    "--config",
    default="",
    metavar="PATH",
    help="Configuration in the base commit, in place of .coderasst.toml there.",
)
@click.option("--sarif-file", type=click.Path(path_type=Path), help="Write the findings as SARIF.")
@click.option("--json-file", type=click.Path(path_type=Path), help="Write the report as JSON.")
@click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Post nothing; keep the review in FOLDER, for a run that may write.",
)
@click.option(
    "--post",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Review nothing; post what --save kept in FOLDER.",
)
@click.option("--check-run", is_flag=True, help="Also make a check run with annotations.")
@click.option("--upload-sarif", is_flag=True, help="Also send the findings to code scanning.")
@click.option("--skip-drafts", is_flag=True, help="Leave drafts alone.")
@click.option("--dry-run", is_flag=True, help="Say what would be posted, and post nothing.")
def ci(
    pull_request: int | None,
    repo: str | None,
    config: str,
    sarif_file: Path | None,
    json_file: Path | None,
    save: Path | None,
    post: Path | None,
    check_run: bool,
    upload_sarif: bool,
    skip_drafts: bool,
    dry_run: bool,
    **flags: Any,
) -> None:
    """Review a pull request, and say there what was found.

    Runs in GitHub Actions, with GITHUB_TOKEN; nothing of the pull request is checked out or run,
    and configuration and rules come from its base. Exit codes: 0 nothing at or above --fail-on,
    1 findings, 2 wrong usage or configuration, 3 not completed.
    """
    from coderasst_hook.action.job import Options
    from coderasst_hook.action.run import run

    if save is not None and post is not None:
        raise click.UsageError("--save and --post exclude each other")
    environ = {**os.environ, **({"GITHUB_REPOSITORY": repo} if repo else {})}
    options = Options(
        pull_request=pull_request,
        config=config,
        json_file=json_file,
        sarif_file=sarif_file,
        save=save,
        post=post,
        check_run=check_run,
        upload_sarif=upload_sarif,
        dry_run=dry_run,
        skip_drafts=skip_drafts,
        flags=flags_by_key(flags),
    )
    raise SystemExit(run(environ, options, Path.cwd()))
