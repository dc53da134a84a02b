"""The stage ``export``: what the gate has let through, as files and in Ollama.

It is imported under a name of its own: the name that reviews use is given by ``promote`` alone.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from trainer.pipeline.candidate import candidate, passed, registry_of
from trainer.pipeline.digests import files_below, of_value
from trainer.pipeline.stage import Context, Inputs, Outcome, Work

if TYPE_CHECKING:
    from trainer.export.conversion import Tools
    from trainer.export.exporting import Exported, Order
    from trainer.export.model_folder import ModelFolder
    from trainer.registry import Entry

IMPORTED = "coderasst-exported"
"""What exported models are called in Ollama; the tag is their id."""


@dataclass(frozen=True, slots=True)
class Export:
    """``host`` is normalised."""

    host: str
    name: str = "export"

    def left_out(self, context: Context) -> str | None:
        return passed(context)

    def inputs(self, context: Context) -> Inputs:
        entry, settings = candidate(context), context.settings.export
        return {
            "candidate": entry.weights if entry else "",
            "settings of export": of_value(settings.model_dump(mode="json")),
            "server": self.host,
        }

    def run(self, context: Context, work: Work) -> Outcome:
        from trainer.export import exporting
        from trainer.export.checks import examine
        from trainer.registry import Placed

        entry, registry = candidate(context), registry_of(context)
        assert entry is not None, "else it is left out"
        tools = _tools(context)
        order = _order(entry, examine(registry.folder(entry)), context, tools)
        with exporting.connected(self.host) as models:
            done = exporting.export(
                order,
                tools,
                models,
                work.say,
                lambda what, sent, total: work.advance(sent, total or 1, what),
            )
        first = done.imported[0]
        # What is promoted is what was exported.
        registry.place(entry.id, Placed(self.host, first.name, first.digest))
        return Outcome(
            line=f"{entry.id} is {', '.join(one.name for one in done.imported)}",
            took={"candidate": entry.id, "quantisations": ", ".join(order.kinds)},
            gave=_proven(done),
            outputs=files_below(done.folder),
            notes={"digest": first.digest},
        )


def _order(entry: Entry, folder: ModelFolder, context: Context, tools: Tools) -> Order:
    from trainer.export import quantisation
    from trainer.export.choosing import card_of
    from trainer.export.exporting import Order
    from trainer.export.modelfile import Modelfile
    from trainer.export.release import system_text

    settings = context.settings.export
    run = context.workspace.models / entry.id
    return Order(
        folder=folder,
        modelfile=Modelfile.of(folder, system_text(entry.form), context=settings.context),
        kinds=quantisation.parse(settings.quantise),
        output=run / "export",
        name=f"{IMPORTED}:{entry.id}",
        converter=tools.converter(settings.converter, folder),
        settings=settings,
        now=context.now.astimezone(),
        card=card_of(run),
    )


def _tools(context: Context) -> Tools:
    from trainer.export import llama_cpp
    from trainer.export.conversion import Tools

    settings = context.settings.export
    found = llama_cpp.find(
        None, settings.llama_cpp, os.environ, here=Path.cwd(), python=settings.python
    )
    return Tools(found, settings.tool_seconds)


def _proven(done: Exported) -> dict[str, str]:
    told = {"in Ollama": ", ".join(f"{one.name} ({one.quantisation})" for one in done.imported)}
    if done.proven is not None and done.proven.answers is not None:
        told["proven the same"] = (
            f"the tokens of {done.proven.snippets:,} snippets, {done.proven.answers.count} answers"
        )
    return told
