"""The stages ``preprocess`` and ``dataset``: from what was gathered to examples."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coderasst_hook.errors import UsageError
from coderasst_hook.wording import count
from trainer.extras import need
from trainer.pipeline.digests import of_value
from trainer.pipeline.stage import Context, Inputs, Outcome, RunIncomplete, Work
from trainer.raw_source import shards, sources
from trainer.workspace import Workspace

if TYPE_CHECKING:
    from trainer.dataset.build import Recipe
    from trainer.dataset.sources import Sources

_LIBRARIES = ("numpy", "pyarrow", "re2", "rensa", "datatrove.executor")


@dataclass(frozen=True, slots=True)
class Preprocess:
    name: str = "preprocess"

    def left_out(self, context: Context) -> str | None:
        where = context.workspace.raw
        return None if _shards(where) else f"nothing was acquired into {where}"

    def inputs(self, context: Context) -> Inputs:
        _ready()
        from trainer.corpus import blocks, versions

        settings, raw = context.settings, context.workspace.raw
        sets = _evaluation_sets(context.workspace)
        return {
            "raw documents": context.digests.of_files(_shards(raw), raw),
            "settings of preprocess": of_value(versions.planning(settings)),
            "steps of preprocess": of_value(versions.cleaning(blocks.steps_of(settings, sets))),
        }

    def run(self, context: Context, work: Work) -> Outcome:
        _ready()
        from trainer.corpus.pipeline import Places, preprocess

        where = context.workspace
        places = Places(
            raw=where.raw.absolute(),
            work=str((where.work / "corpus").absolute()),
            processed=str(where.processed.absolute()),
        )
        sets = _evaluation_sets(where)
        outcome = preprocess(places, context.settings, sets, workers=context.workers, tell=work.say)
        if outcome.tally is None:
            raise RunIncomplete(
                f"preprocess was handed to Slurm; its last job is {outcome.slurm_job}",
                next_step="coderasst-train run, once it has ended",
            )
        came, kept = outcome.tally.total(), outcome.tally.total(kept=True)
        return Outcome(
            line=f"{kept.documents:,} of {came.documents:,} documents stayed",
            took={"documents": f"{came.documents:,}", "bytes": f"{came.bytes:,}"},
            gave={"documents": f"{kept.documents:,}", "bytes": f"{kept.bytes:,}"},
            outputs=_listed(where.processed),
            reports=tuple(where.processed.glob("corpus_report.html")),
        )


@dataclass(frozen=True, slots=True)
class Dataset:
    name: str = "dataset"

    def left_out(self, context: Context) -> str | None:
        try:
            _sources(context)
        except UsageError as error:
            return str(error)
        return None

    def inputs(self, context: Context) -> Inputs:
        from coderasst_hook.analyzers.registry import rules_version

        found, recipe = _sources(context), _recipe(context)
        settings = context.settings.dataset.model_dump(mode="json")
        return {
            "corpus": context.digests.of_files(found.corpus, context.workspace.processed),
            "examples by hand": context.digests.of_file(context.workspace.security_examples),
            "feedback": context.digests.of_file(context.workspace.feedback),
            "settings of dataset": of_value([settings, recipe.form.version]),
            "rules": rules_version(),
        }

    def run(self, context: Context, work: Work) -> Outcome:
        from trainer.dataset.build import build
        from trainer.dataset.write import REPORT

        target = context.workspace.dataset
        remembered = context.workspace.work / "dataset"
        tally = build(_sources(context), target, _recipe(context), work.say, remembered)
        splits = tally.by_split(tally.splits)
        return Outcome(
            line=f"{count(tally.total, 'example')}, {sum(tally.clean.values()):,} of them clean",
            gave={f"examples for {split}": f"{number:,}" for split, number in splits.items()},
            outputs=_listed(target),
            reports=(target / REPORT,),
        )


def _ready() -> None:
    # Or loguru would write values, texts among them, into the log of a task that fails.
    os.environ["LOGURU_DIAGNOSE"] = "NO"
    for library in _LIBRARIES:
        need(library)


def _evaluation_sets(workspace: Workspace) -> tuple[str, ...]:
    """What the command ``preprocess`` takes of itself: the hand-made examples not for training."""
    return (str(workspace.security_examples.absolute()),)


def _shards(raw: Path) -> tuple[Path, ...]:
    return tuple(shard for source in sources(raw) for shard in shards(source))


def _sources(context: Context) -> Sources:
    from trainer.dataset.sources import Sources

    return Sources.of(context.workspace)


def _recipe(context: Context) -> Recipe:
    from trainer.dataset.build import Recipe
    from trainer.dataset.planters import PLANTERS

    return Recipe.of_review(context.settings.dataset, PLANTERS, context.workers)


def _listed(folder: Path) -> tuple[Path, ...]:
    """The manifest of ``folder``, and the files that it names."""
    import json

    manifest = folder / "manifest.json"
    named = json.loads(manifest.read_bytes())["outputs"]
    return (manifest, *(folder / name for name in sorted(named)))
