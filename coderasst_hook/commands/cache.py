"""``coderasst cache``: what is kept of the model's answers, and how to forget it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import click

from coderasst_hook import config
from coderasst_hook.cache import Cache
from coderasst_hook.errors import StoreError


@click.group()
def cache() -> None:
    """Look at and empty the cache of the model's answers."""


@cache.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def info(form: str) -> None:
    """Say where the cache is, what it holds and how often that was used."""
    with _opened() as opened:
        told = opened.info()
    if form == "json":
        click.echo(json.dumps({"version": 1, **asdict(told)}, indent=2))
        return
    click.echo(f"file     {told.path}")
    click.echo(f"answers  {told.entries:,}, used again {told.hits:,} times")
    click.echo(f"size     {told.size / 2**20:.1f} of at most {told.max_size / 2**20:.0f} MiB")


@cache.command()
def clear() -> None:
    """Forget every answer: the next review asks the model again."""
    with _opened() as opened:
        count = opened.clear()
        path = opened.path
    click.echo(f"{count:,} {'answer' if count == 1 else 'answers'} removed from {path}")


def _opened() -> Cache:
    root = config.find_root(Path.cwd())
    settings = config.load(root, environ=os.environ, flags={}).settings.cache
    folder = Path(settings.dir) if settings.dir else None
    opened = Cache(folder, max_bytes=settings.max_megabytes * 2**20)
    if opened.unusable:
        raise StoreError(opened.note)
    if opened.note:
        click.echo(f"note: {opened.note}", err=True)
    return opened
