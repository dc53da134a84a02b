"""The stage ``finetune``: a candidate, of the dataset and of what it starts from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coderasst_hook.errors import UsageError
from trainer.extras import need
from trainer.pipeline.candidate import FINETUNE, MODEL, registry_of
from trainer.pipeline.digests import of_value
from trainer.pipeline.progress import shown
from trainer.pipeline.stage import Context, Inputs, Outcome, Work
from trainer.pipeline.training import LIBRARIES

if TYPE_CHECKING:
    from trainer.finetuning.preparing import Prepared
    from trainer.finetuning.start import Start
    from trainer.finetuning.work import Watching
    from trainer.registry import Entry

_KEY = "key"


@dataclass(frozen=True, slots=True)
class Finetune:
    name: str = FINETUNE

    def left_out(self, context: Context) -> str | None:
        if not _train(context).is_file():
            return f"there is no dataset in {context.workspace.dataset}"
        try:
            begin = _start(context)
        except UsageError as error:
            return str(error)
        in_use = registry_of(context).promoted()
        if in_use is not None and in_use.parent == begin.name and in_use.data == _data(context):
            return f"{in_use.id}, which is in use, has learned this very dataset"
        return None

    def inputs(self, context: Context) -> Inputs:
        begin = _start(context)
        weights = sorted(begin.folder.glob("*.safetensors")) if begin.folder is not None else ()
        base = begin.folder or context.workspace.root
        return {
            "dataset": _data(context),
            "base model": of_value([begin.name, context.digests.of_files(weights, base)]),
            "settings of finetune": of_value(context.settings.finetune.model_dump(mode="json")),
        }

    def run(self, context: Context, work: Work) -> Outcome:
        for library in LIBRARIES:
            need(library)
        from trainer.finetuning.identity import identity
        from trainer.finetuning.preparing import Request, prepare
        from trainer.finetuning.running import finetune
        from trainer.finetuning.telling import told

        settings = context.settings.finetune
        prepared = prepare(context.workspace, settings, Request(named=_named(context)))
        for line in told(prepared):
            work.say(line)
        key = identity(prepared)
        # Killed between the end of the training and that of the stage, it is not trained again.
        entry = _ended(key, context) if work.remembered.get(_KEY) == key else None
        if entry is None:
            work.remember({_KEY: key})
            done = finetune(prepared, context.workspace, _watching(work), now=context.now)
            if done.entry is None:
                raise KeyboardInterrupt
            entry = done.entry
        run = context.workspace.models / entry.id
        folder = registry_of(context).folder(entry)
        return Outcome(
            line=f"{entry.id} of {prepared.start.name}",
            took=_took(prepared),
            gave={"model": entry.id, **{name: str(told) for name, told in entry.details.items()}},
            outputs=tuple(sorted(folder.glob("*.safetensors"))),
            reports=(run / "training_report.html",),
            notes={MODEL: entry.id},
        )


def _named(context: Context) -> str | None:
    """Our own base is named, so that a new one is built upon also where an older one is in use."""
    if context.settings.run.start:
        return context.settings.run.start
    own = context.workspace.base_model
    return str(own) if (own / "config.json").is_file() else None


def _start(context: Context) -> Start:
    from trainer.finetuning.start import start

    return start(_named(context), registry_of(context), context.workspace)


def _train(context: Context) -> Path:
    return context.workspace.dataset / "train.jsonl"


def _data(context: Context) -> str:
    """As the registry has it."""
    from trainer.finetuning.examples import digest

    return digest(context.workspace.dataset)


def _ended(key: str, context: Context) -> Entry | None:
    from trainer.finetuning.identity import KEY, KIND
    from trainer.run_folder import RunFolder

    entries = {one.id: one for one in registry_of(context).models()}
    for run in reversed(RunFolder.all(context.workspace.models, KIND)):
        if run.read_run().get(KEY) == key and run.is_finished:
            return entries.get(run.id)
    return None


def _watching(work: Work) -> Watching:
    from trainer.finetuning.work import Watching

    return Watching(tell=work.say, training=shown(work))


def _took(prepared: Prepared) -> dict[str, str]:
    return {
        "start": prepared.start.source,
        "parameters": f"{prepared.shape.parameters:,}",
        "examples": f"{len(prepared.train):,}",
        "of verdicts": f"{prepared.mixture.verdicts:,}",
        "method": prepared.method,
    }
