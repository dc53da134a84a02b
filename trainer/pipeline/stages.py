"""The stages in their order."""

from __future__ import annotations

from trainer.pipeline.acquiring import Acquire, Acquirer
from trainer.pipeline.preparing import Dataset, Preprocess
from trainer.pipeline.stage import Stage
from trainer.pipeline.verdicts import VerdictStore

NAMES = ("acquire", "preprocess", "dataset")


def stages(acquirer: Acquirer, verdicts: VerdictStore) -> tuple[Stage, ...]:
    found: tuple[Stage, ...] = (Acquire(acquirer, verdicts), Preprocess(), Dataset())
    assert tuple(stage.name for stage in found) == NAMES
    return found
