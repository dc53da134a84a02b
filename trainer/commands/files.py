"""``coderasst-train acquire files``: what lies on disk."""

from __future__ import annotations

from datetime import datetime, timezone

import click

from trainer.commands.acquiring import Acquisition, acquiring

KIND = "files"
DEFAULT_NAME = "local"


@click.command()
@click.argument("names", metavar="PATH_OR_GLOB...", nargs=-1, required=True)
@click.option(
    "--group",
    metavar="NAME",
    help="What all of it belongs to; never divided between training and test"
    " (default: the repository, package or folder).",
)
@click.option(
    "--licence", metavar="SPDX", help="Of files of which nothing says what they stand under."
)
@click.option("--include", multiple=True, metavar="PATTERN", help="Take only what matches.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave out what matches.")
@click.option("--revision", metavar="REV", help="Of Git repositories (default: HEAD).")
@acquiring
def files(
    what: Acquisition,
    names: tuple[str, ...],
    group: str | None,
    licence: str | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    revision: str | None,
) -> None:
    """Take files, folders, archives and Git repositories.

    Of a repository, what is tracked in HEAD. Text in any encoding, code, notebooks, HTML; PDF and
    Office documents are kept as they are until preprocess takes the text out of them. Patterns are
    those of .gitignore. Links are not followed. Run again, only what is new is added.
    """
    from coderasst_hook.patterns import Patterns
    from trainer.acquire.files import acquire
    from trainer.acquire.places import places
    from trainer.acquire.walk import Wish

    found = places(names)
    name = what.name or DEFAULT_NAME
    wish = Wish(
        source=name,
        now=datetime.now(timezone.utc).replace(microsecond=0),
        most=what.limits.max_document_bytes,
        include=Patterns(include, key="--include") if include else None,
        exclude=Patterns(exclude, key="--exclude"),
        group=_group(group),
        licence=_licence(licence),
        revision=_revision(revision),
        avoid=_own_folders(what),
    )
    with what.run(KIND, name) as run:
        acquire(found, wish, run.source, run.budget, run.looked_at)


def _group(name: str | None) -> str | None:
    from coderasst_hook.errors import UsageError

    if name is not None and not name.strip():
        raise UsageError("--group takes a name")
    return name


def _licence(expression: str | None) -> str | None:
    from coderasst_hook.errors import UsageError
    from trainer import spdx

    if expression is None:
        return None
    found = spdx.normal(expression)
    if found is None:
        raise UsageError(
            f"--licence takes an SPDX expression, not {expression!r}",
            next_step='one as in --licence "MIT OR Apache-2.0"',
        )
    return found


def _revision(name: str | None) -> str | None:
    from coderasst_hook.errors import UsageError

    if name is not None and (not name or name.startswith("-")):
        raise UsageError(f"--revision takes a commit, branch or tag, not {name!r}")
    return name


def _own_folders(what: Acquisition) -> tuple[str, ...]:
    """What is written in there would be read again, and never end."""
    import os

    workspace = what.workspace
    own = (workspace.raw, workspace.work, workspace.processed, workspace.models)
    return tuple(os.path.realpath(folder) for folder in own)
