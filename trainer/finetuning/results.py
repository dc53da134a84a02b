"""What came of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trainer.evaluation.dimensions import scores
from trainer.finetuning.measuring import Measured
from trainer.finetuning.steps import INTERRUPTED
from trainer.training.plan import Outcome


@dataclass(frozen=True, slots=True)
class Results:
    """Each is None where there was nothing of it."""

    before: Measured | None = None
    after: Measured | None = None
    supervised: Outcome | None = None
    preferred: Mapping[str, Any] | None = None

    @property
    def interrupted(self) -> bool:
        examples = self.supervised is not None and self.supervised.stopped == INTERRUPTED
        return examples or (self.preferred or {}).get("stopped") == INTERRUPTED

    def to_json(self) -> dict[str, Any]:
        return {
            "before": None if self.before is None else self.before.to_json(),
            "after": None if self.after is None else self.after.to_json(),
            "supervised": None if self.supervised is None else self.supervised.to_json(),
            "preferred": None if self.preferred is None else dict(self.preferred),
        }

    def summary(self) -> dict[str, Any]:
        """Some numbers, for lists of models."""
        told: dict[str, Any] = {}
        if self.supervised is not None:
            told["loss"] = self.supervised.loss
            told["validation loss"] = self.supervised.best
        if self.after is not None:
            told["f1"] = scores(self.after.all)["f1"]
        return told
