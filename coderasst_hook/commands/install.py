"""``coderasst install``: a plain Git hook, for people without pre-commit."""

from __future__ import annotations

import click


@click.command()
@click.option("--pre-push", is_flag=True, help="Also review what is about to be pushed.")
@click.option("--uninstall", is_flag=True, help="Remove the hooks, and put earlier ones back.")
def install(pre_push: bool, uninstall: bool) -> None:
    """Write the Git hook that reviews each commit.

    A hook that is there already is kept and runs first. With pre-commit, add coderasst to
    .pre-commit-config.yaml instead.
    """
    from coderasst_hook import git_hooks
    from coderasst_hook.git import find_repository

    folder = find_repository().hooks_folder()
    if uninstall:
        removed = [stage for stage in git_hooks.STAGES if git_hooks.remove(folder, stage)]
        click.echo(f"removed: {', '.join(removed)}" if removed else "no hook of ours is installed")
        return
    for stage in git_hooks.STAGES if pre_push else git_hooks.STAGES[:1]:
        written = git_hooks.write(folder, stage)
        click.echo(f"installed {written.path}")
        if written.kept is not None:
            click.echo(f"the earlier hook runs first; it is now {written.kept}")
