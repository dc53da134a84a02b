"""``coderasst ci``: review a pull request where its checks run, and say there what was found."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

_SEVERITIES = ("low", "medium", "high", "critical")


def _flag(*names: str, key: str, **attributes: Any) -> Callable[[Any], Any]:
    """An option that sets the configuration key ``key``; its parameter is named after the key."""
    return click.option(*names, key.replace(".", "__"), **attributes)


def _separated(context: click.Context, option: click.Parameter, value: str | None) -> Any:
    return tuple(name.strip() for name in (value or "").split(",") if name.strip())


@click.command()
@click.option(
    "--pull-request",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="The pull request, where no event names it.",
)
@click.option("--repo", metavar="OWNER/NAME", help="Its repository (default: GITHUB_REPOSITORY).")
@_flag(
    "--mode",
    key="ci.mode",
    type=click.Choice(["review", "annotate", "summary"]),
    help="What to write: inline comments and a summary, annotations, or the summary alone.",
)
@_flag(
    "--max-comments",
    key="ci.max_comments",
    type=int,
    metavar="NUMBER",
    help="Most inline comments of one run, worst first; the summary has the rest.",
)
@_flag("--fail-on", key="fail_on", type=click.Choice(_SEVERITIES), help="Severity for exit code 1.")
@_flag(
    "--categories",
    key="categories",
    callback=_separated,
    metavar="NAME,…",
    help="Categories to report.",
)
@_flag(
    "--filter",
    key="filter",
    type=click.Choice(["added", "diff-context", "file", "none"]),
    help="Lines that findings may be on (default: added).",
)
@_flag(
    "--llm",
    key="llm.mode",
    type=click.Choice(["auto", "on", "off"]),
    help="Whether the model takes part (default: auto, where one can be reached).",
)
@_flag("--model", key="model", metavar="NAME", help="Model to ask.")
@_flag(
    "--host",
    key="llm.hosts",
    multiple=True,
    metavar="URL",
    help="Server to ask; several share the work.",
)
@_flag("--budget", key="budget", type=float, metavar="SECONDS", help="Time for the model.")
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
        flags={name.replace("__", "."): value for name, value in flags.items()},
    )
    raise SystemExit(run(environ, options, Path.cwd()))
