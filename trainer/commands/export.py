"""``coderasst-train export``: a trained model as files, and in Ollama."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trainer.commands.options import config_option, tell, workspace_option

if TYPE_CHECKING:
    from trainer.export.exporting import Exported


@click.command()
@click.argument("model", default="", metavar="[MODEL-ID|FOLDER]")
@workspace_option
@config_option
@click.option(
    "--quantise",
    metavar="KINDS",
    help="Such as Q4_K_M,Q8_0; the first gets the name, each further one is its own tag.",
)
@click.option(
    "--into", metavar="NAME", help="Name in Ollama; one that is there is kept as a backup."
)
@click.option("--name", "new", metavar="NAME", help="The same, for a name that must be new.")
@click.option("--host", metavar="URL", help="The Ollama to import into.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder for the files (default: export, beside the model).",
)
@click.option(
    "--llama-cpp", type=click.Path(path_type=Path), metavar="DIR", help="Folder of llama.cpp."
)
@click.option(
    "--converter",
    type=click.Choice(["auto", "llama.cpp", "own", "ollama"]),
    help="Who makes GGUF of the weights.",
)
@click.option("--form", type=click.Choice(["full", "compact"]), help="How changes are put to it.")
@click.option(
    "--base",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="For a LoRA adapter: the model that it was trained on.",
)
@click.option("--merge", is_flag=True, help="Merge the adapter into its base.")
@click.option("--no-import", is_flag=True, help="Only write files.")
@click.option("--no-parity", is_flag=True, help="Prove nothing. Not for models that reviews use.")
@click.option("--push", is_flag=True, help="Push to the registry that the name names.")
@click.option("--dry-run", is_flag=True, help="Check, say who would make what, and write nothing.")
def export(
    model: str,
    workspace: Path | None,
    config_file: Path | None,
    quantise: str | None,
    into: str | None,
    new: str | None,
    host: str | None,
    output: Path | None,
    llama_cpp: Path | None,
    converter: str | None,
    form: str | None,
    base: Path | None,
    merge: bool,
    no_import: bool,
    no_parity: bool,
    push: bool,
    dry_run: bool,
) -> None:
    """Export a trained model to Ollama, and prove that it is the one that was trained.

    Without an argument: the promoted model, else the newest, else our own base model. Files go to
    "export" beside the model, with a Modelfile for another machine.
    """
    from coderasst_hook.errors import UsageError
    from coderasst_hook.hosts import normalise
    from coderasst_hook.llm.hosts import resolve
    from coderasst_hook.settings import LlmSettings
    from trainer.commands.export_bar import bar
    from trainer.config import load
    from trainer.export import adapter, exporting, quantisation
    from trainer.export import llama_cpp as tools_of
    from trainer.export.checks import examine
    from trainer.export.choosing import ask_name, card_of, choose, now
    from trainer.export.conversion import Tools
    from trainer.export.modelfile import Modelfile
    from trainer.export.placing import tagged
    from trainer.export.release import system_text
    from trainer.workspace import Workspace

    if into and new:
        raise UsageError("--into and --name cannot both be given")
    if push and no_import:
        raise UsageError("--push needs the import that --no-import leaves out")
    whole = load(config_file)
    settings = whole.export
    where = Workspace(workspace or Path(whole.workspace))
    chosen = choose(model, where)
    kinds = quantisation.parse(quantise.split(",") if quantise else settings.quantise)
    found = tools_of.find(
        llama_cpp, settings.llama_cpp, os.environ, here=Path.cwd(), python=settings.python
    )
    tools = Tools(found, settings.tool_seconds)
    given_host = host or settings.host
    address = normalise(given_host) if given_host else resolve(LlmSettings(), os.environ)[0]
    with adapter.opened(chosen.folder, base, merge) as (path, put_on):
        folder = examine(path)
        for note in folder.notes:
            tell(f"note: {note}")
        by = tools.converter(converter or settings.converter, folder)
        if found is None:
            tell(f"llama.cpp was not found ({tools_of.HOW_TO_GET})")
        used = form or (chosen.entry.form if chosen.entry is not None else "full")
        modelfile = Modelfile.of(folder, system_text(used), context=settings.context)
        with exporting.connected(None if no_import else address) as models:
            name = into or new or settings.name
            if models is not None and new and models.find(new):
                raise UsageError(
                    f"the Ollama at {address} has a model {new!r} already",
                    next_step=f"replace it, with a backup: --into {new}",
                )
            if models is not None and not into and not new and not dry_run and _interactive():
                name = ask_name(name, models.installed(), lambda text: _asked(text))
            tagged(name)
            order = exporting.Order(
                folder=folder,
                modelfile=modelfile,
                kinds=kinds,
                output=output or chosen.run / "export",
                name=name,
                converter=by,
                settings=settings,
                now=now(),
                push=push,
                prove=not no_parity,
                adapter=put_on,
                card=card_of(chosen.run),
            )
            makers = exporting.plan(order, tools, importing=models is not None)
            if dry_run:
                for kind, maker in makers.items():
                    click.echo(f"{kind}: made by {exporting.said(maker)}")
                click.echo(f"{chosen.folder} would be written to {order.output} as {name}")
                return
            with bar() as sent:
                done = exporting.export(order, tools, models, tell, sent)
    click.echo(told(done))


def told(done: Exported) -> str:
    """The result: the table, what was proven, where it is."""
    from trainer.export.table import plain

    lines = [plain(done.rows), ""]
    if done.proven is not None and done.proven.answers is not None:
        answers = done.proven.answers
        ties = f" ({answers.tied} with a tie)" if answers.tied else ""
        lines.append(
            f"proven: the tokens of {done.proven.snippets:,} snippets and {answers.count} greedy "
            f"answers{ties} are the same in transformers and in Ollama"
        )
    elif done.imported:
        lines.append("not proven: nothing was compared with the trained model")
    lines += [f"in Ollama: {one.name} ({one.quantisation})" for one in done.imported]
    if done.kept:
        lines.append(f"the former {done.imported[0].name} is kept as {done.kept}")
    return "\n".join((*lines, f"files: {done.folder}"))


def _interactive() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _asked(text: str) -> str:
    click.echo(text, nl=False, err=True)
    return sys.stdin.readline()
