"""``coderasst models``: see, choose, download and look at the models of the servers."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from coderasst_hook import config, userstate
from coderasst_hook.errors import BackendError, UsageError
from coderasst_hook.llm import hosts
from coderasst_hook.llm.catalog import Details, OllamaCatalog, OpenAICatalog, api_key
from coderasst_hook.llm.choose import RECOMMENDED, Installed, choose_model, find, missing
from coderasst_hook.settings import BackendName
from coderasst_hook.untrusted import printable

_Function = TypeVar("_Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Setup:
    """The configuration, and the servers that it names."""

    loaded: config.Loaded
    hosts: tuple[str, ...]

    @classmethod
    def here(cls, given_hosts: tuple[str, ...]) -> Setup:
        root = config.find_root(Path.cwd())
        loaded = config.load(root, environ=os.environ, flags={"llm.hosts": given_hosts})
        return cls(loaded, hosts.resolve(loaded.settings.llm, os.environ))

    def ollamas(self) -> list[OllamaCatalog]:
        """Raises ``UsageError`` where the backend is another one."""
        if self.loaded.settings.llm.backend is not BackendName.OLLAMA:
            raise UsageError(
                "an OpenAI-compatible server decides itself which models it has",
                next_step='choose one of them with model = "NAME" in your configuration',
            )
        # click closes them when the command ends.
        keep = click.get_current_context().with_resource
        return [keep(OllamaCatalog(host)) for host in self.hosts]

    def catalogs(self) -> Sequence[OllamaCatalog | OpenAICatalog]:
        llm = self.loaded.settings.llm
        if llm.backend is BackendName.OLLAMA:
            return self.ollamas()
        key = api_key(llm.api_key_env, os.environ)
        return [OpenAICatalog(host, key) for host in self.hosts]

    def why_chosen(self) -> str:
        if self.loaded.settings.model:
            return f"set by {self.loaded.sources['model'].label}"
        return (
            "chosen by: coderasst models use"
            if userstate.remembered_model()
            else "the only one that can review"
        )


def _host_option(command: _Function) -> _Function:
    option = click.option(
        "--host", "host", multiple=True, metavar="URL", help="Server to ask instead."
    )
    return option(command)


@click.group()
def models() -> None:
    """Choose the model that reviews."""


@models.command("list")
@_host_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def list_models(host: tuple[str, ...], form: str) -> None:
    """List the models of every server, the one in use marked with a star."""
    setup = Setup.here(host)
    catalogs = setup.catalogs()
    found = [catalog.installed() for catalog in catalogs]
    try:
        chosen = choose_model(setup.loaded.settings.model, userstate.remembered_model(), found[0])
        why, next_step = setup.why_chosen(), None
    except BackendError as error:
        chosen, why, next_step = "", str(error), error.next_step
    rows = {
        catalog.host: [_row(catalog, model) for model in there]
        for catalog, there in zip(catalogs, found, strict=True)
    }
    if form == "json":
        listed = [{"host": server, "models": rows[server]} for server in rows]
        click.echo(json.dumps({"version": 1, "chosen": chosen or None, "hosts": listed}, indent=2))
        return
    for server, models_there in rows.items():
        click.echo(server)
        for line in _table(models_there, chosen):
            click.echo(f"  {line}")
    click.echo(f"* in use: {chosen} ({why})" if chosen else why)
    if next_step:
        click.echo(f"  try: {next_step}")


@models.command("use")
@click.argument("name")
@_host_option
def use_model(name: str, host: tuple[str, ...]) -> None:
    """Review with NAME from now on, in every repository that names no other."""
    setup = Setup.here(host)
    for catalog in setup.ollamas():
        model = _find(catalog, name)
        capabilities = catalog.details(model.name).capabilities
        if not model.chats or (capabilities and "completion" not in capabilities):
            raise UsageError(f"{model.name} only computes embeddings; it cannot review")
        if model.is_remote:
            click.echo(f"note: {model.name} runs at Ollama: code leaves this machine", err=True)
    path = userstate.remember_model(model.name)
    click.echo(f"{model.name} reviews from now on (kept in {path})")
    if setup.loaded.settings.model:
        source = setup.loaded.sources["model"]
        click.echo(
            f"note: here {source.label} sets model = {setup.loaded.settings.model!r}, which wins",
            err=True,
        )


@models.command("pull")
@click.argument("name", default=RECOMMENDED)
@_host_option
def pull_model(name: str, host: tuple[str, ...]) -> None:
    """Download NAME to every server. Stop with Ctrl-C; a second try goes on where it stopped."""
    for catalog in Setup.here(host).ollamas():
        _pull(catalog, name)
    if not userstate.remembered_model():
        click.echo(f"to review with it: coderasst models use {name}")


@models.command("show")
@click.argument("name", default="")
@_host_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def show_model(name: str, host: tuple[str, ...], form: str) -> None:
    """Tell what NAME (the model in use) says of itself."""
    setup = Setup.here(host)
    catalog = setup.ollamas()[0]
    if name:
        model = _find(catalog, name)
    else:
        there = catalog.installed()
        in_use = choose_model(setup.loaded.settings.model, userstate.remembered_model(), there)
        model = next(entry for entry in there if entry.name == in_use)
    details = catalog.details(model.name)
    if form == "json":
        click.echo(json.dumps({"version": 1, **asdict(model), **asdict(details)}, indent=2))
        return
    for label, value in _facts(model, details).items():
        click.echo(f"{label:<13} {value or '?'}")
    for line in printable(details.options).splitlines():
        click.echo(f"{'parameter':<13} {' '.join(line.split())}")


def _find(catalog: OllamaCatalog, name: str) -> Installed:
    installed = catalog.installed()
    model = find(name, installed)
    if model is None:
        error = missing(name, installed)
        raise UsageError(f"{catalog.host}: {error}", next_step=error.next_step)
    return model


def _row(catalog: OllamaCatalog | OpenAICatalog, model: Installed) -> dict[str, Any]:
    row: dict[str, Any] = asdict(model) | {"chats": model.chats, "remote": model.is_remote}
    if isinstance(catalog, OllamaCatalog):
        try:
            row["context"] = catalog.details(model.name).context
        except BackendError:  # a broken model must not hide the others
            row["context"] = 0
    return row


def _table(rows: Sequence[dict[str, Any]], chosen: str) -> list[str]:
    if not rows:
        return [f"no models; get one with: coderasst models pull {RECOMMENDED}"]
    cells = [
        (
            "*" if row["name"] == chosen else " ",
            row["name"],
            size(row["size"]) if row["size"] else "",
            row["quantization"],
            row["parameters"],
            f"{row['context']} tokens" if row.get("context") else "",
            "" if row["chats"] else "embeds only",
            "at Ollama" if row["remote"] else "",
        )
        for row in rows
    ]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True) if width
        ).rstrip()
        for row in cells
    ]


def _facts(model: Installed, details: Details) -> dict[str, str]:
    return {
        "model": model.name,
        "family": details.family,
        "parameters": details.parameters,
        "quantization": details.quantization,
        "size": size(model.size),
        "context": f"{details.context} tokens" if details.context else "",
        "capabilities": ", ".join(details.capabilities),
        "prompt": details.form,
        "template": "yes" if details.has_template else "none: answers will be poor",
        "digest": model.digest,
    }


def _pull(catalog: OllamaCatalog, name: str) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TimeRemainingColumn

    console = Console(stderr=True)
    bar = Progress(
        "{task.description}",
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    tasks: dict[str, TaskID] = {}
    last = ""
    with bar, closing(catalog.pull(name)) as steps:
        for step in steps:
            if step.total:
                if step.digest not in tasks:
                    tasks[step.digest] = bar.add_task(step.digest[7:19], total=step.total)
                bar.update(tasks[step.digest], completed=step.done, total=step.total)
            if step.status != last and not console.is_terminal:
                click.echo(step.status, err=True)
            last = step.status
    if last != "success":
        raise BackendError(
            f"the server at {catalog.host} stopped before {name!r} was complete",
            next_step=f"coderasst models pull {name}",
        )
    click.echo(f"{name} is at {catalog.host}")


def size(count: int) -> str:
    """Bytes as people compare them to their memory: "4.7 GB"."""
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.1f} MB"
