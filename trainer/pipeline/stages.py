"""The stages in their order."""

from __future__ import annotations

from trainer.pipeline.acquiring import Acquire, Acquirer
from trainer.pipeline.exporting import Export
from trainer.pipeline.finetuning import Finetune
from trainer.pipeline.judging import Evaluate, Gate, Promote
from trainer.pipeline.preparing import Dataset, Preprocess
from trainer.pipeline.stage import Stage
from trainer.pipeline.training import Base
from trainer.pipeline.verdicts import VerdictStore

NAMES = (
    *("acquire", "preprocess", "dataset", "base", "finetune"),
    *("evaluate", "gate", "export", "promote"),
)


def stages(acquirer: Acquirer, verdicts: VerdictStore, host: str) -> tuple[Stage, ...]:
    """``host``: the Ollama that answers and gets the model, normalised."""
    found: tuple[Stage, ...] = (
        Acquire(acquirer, verdicts),
        Preprocess(),
        Dataset(),
        Base(),
        Finetune(),
        Evaluate(host, verdicts),
        Gate(),
        Export(host),
        Promote(host, verdicts),
    )
    assert tuple(stage.name for stage in found) == NAMES
    return found
