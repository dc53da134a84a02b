"""The steps of a run: from the start to a model that has learned from examples, from there to one
that has learned from preferences, and to the folder that is handed over.

A step that has ended is not done again; one that was killed goes on from its last checkpoint.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.finetuning.adapters import merged
from trainer.finetuning.loading import model_of
from trainer.finetuning.preferences import opinions
from trainer.finetuning.saving import save
from trainer.finetuning.supervised import supervise
from trainer.finetuning.work import Work
from trainer.run_folder import RunFolder
from trainer.training.plan import Outcome

_STEP = "preference step"
SUPERVISED, PREFERRED = "supervised", "preferred"
INTERRUPTED = "interrupted"


def supervised(work: Work) -> Outcome:
    told = work.done(SUPERVISED)
    if told is not None:
        return Outcome(**told)
    prepared = work.prepared
    model = work.trainable()
    outcome = supervise(
        model,
        prepared.train,
        prepared.validation,
        prepared.settings,
        work.run,
        context=prepared.context,
        rate=prepared.rate,
        pad=work.pad,
        watch=work.watching.training,
    )
    if outcome.stopped != INTERRUPTED:
        work.leave(SUPERVISED, model, outcome.to_json())
    return outcome


def preferred(work: Work) -> dict[str, Any]:
    """What was measured last, and ``stopped`` where it was interrupted."""
    told = work.done(PREFERRED)
    if told is not None:
        return told
    from trainer.finetuning import kto

    prepared = work.prepared
    settings = prepared.settings
    found = opinions(prepared.data.train, prepared.renderer, settings.seed)
    work.watching.tell(f"learns from {len(found):,} answers that people wanted or did not")
    before = work.folder(SUPERVISED) if prepared.supervises else None
    model = work.trainable() if before is None else work.loaded(before)
    reference = None
    if not work.adapts:
        reference = work.start() if before is None else work.loaded(before)
    steps = max(1, round(settings.preference_epochs * len(found) / settings.preference_batch))
    schedule = kto.Schedule(
        work.run.checkpoints / "preferences",
        seed=settings.seed,
        longest=prepared.context,
        save_each=max(1, steps // settings.checkpoints),
        log=PreferenceLog(work.run),
    )
    result = kto.train(model, reference, prepared.tokenizer, found, settings, schedule)
    if result.get("stopped") != INTERRUPTED:
        work.leave(PREFERRED, model, result)
    return result


@dataclass(frozen=True, slots=True)
class PreferenceLog:
    """Lines of ``metrics.jsonl`` beside those of the loop, whose steps are others."""

    run: RunFolder

    def forget_after(self, step: int) -> None:
        self.run.rewind(lambda line: int(line.get(_STEP, 0)) <= step)

    def measured(self, step: int, values: Mapping[str, float]) -> None:
        self.run.log({_STEP: step, **{f"preference {name}": one for name, one in values.items()}})


def put_in_place(work: Work) -> Path:
    """``model/`` or ``adapter/``, or with ``--merge`` both; the folder that is handed over."""
    steps = [work.folder(step) for step in (PREFERRED, SUPERVISED)]
    last = next((folder for folder in steps if folder.is_dir()), None)
    if not work.result.is_dir():
        assert last is not None
        last.rename(work.result)
    if not (work.adapts and work.prepared.request.merge):
        return work.result
    if not work.run.model.is_dir():
        whole = merged(model_of(work.prepared.start), work.result)
        save(whole, work.tokenizer, work.run.model)
    return work.run.model


def tidy(work: Work) -> None:
    """Remove what only a run that goes on needs."""
    for folder in (*map(work.folder, (SUPERVISED, PREFERRED)), work.run.checkpoints):
        shutil.rmtree(folder, ignore_errors=True)
