"""Verdicts as answers that people want or do not want, one by one.

K. Ethayarajh et al., "KTO: Model Alignment as Prospect Theoretic Optimization" (2024): no pairs are
needed. A place where people judged has both kinds of answer all the same: silence about what they
took is as unwanted as a finding that they called wrong, or the model would learn nothing but
silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random

from trainer.config_training import FinetuneSettings
from trainer.dataset.example import Example, Kind
from trainer.finetuning.rendering import Encoded, Renderer
from trainer.finetuning.wanted import types


@dataclass(frozen=True, slots=True)
class Judged:
    """Places where people judged findings, by what they said."""

    accepted: int = 0
    """All that was found there was right."""
    rejected: int = 0
    """Something that was found there was wrong."""

    @property
    def places(self) -> int:
        return self.accepted + self.rejected

    def missing(self, settings: FinetuneSettings) -> str:
        """Why there are too few for training on preferences; empty where there are enough."""
        each, all_of_them = settings.preference_each, settings.preference_verdicts
        if self.places < all_of_them:
            return f"{self.places:,} places were judged, and preferences need {all_of_them:,}"
        if min(self.accepted, self.rejected) < each:
            return (
                f"{self.accepted:,} places were accepted and {self.rejected:,} rejected, and "
                f"preferences need {each:,} of each"
            )
        return ""


@dataclass(frozen=True, slots=True, eq=False)
class Opinion:
    """One answer to a request, and whether people want it."""

    encoded: Encoded
    wanted: bool


def judged(examples: Iterable[Example]) -> Judged:
    accepted = rejected = 0
    for one in _with_preference(examples):
        assert one.preference is not None
        wrong = types(one.preference.rejected) - types(one.preference.chosen)
        rejected += bool(wrong)
        accepted += not wrong
    return Judged(accepted, rejected)


def opinions(examples: Sequence[Example], renderer: Renderer, seed: int) -> list[Opinion]:
    """In an order that is drawn: KTO compares neighbours, and two answers to one request are none
    that could be compared. What does not fit is counted by ``renderer``."""
    found: list[Opinion] = []
    chosen = list(_with_preference(examples))
    for wanted in (True, False):
        answered = (_answered(one, wanted=wanted) for one in chosen)
        found += (Opinion(encoded, wanted) for encoded in renderer.encoded(answered))
    Random(seed).shuffle(found)
    return found


def _with_preference(examples: Iterable[Example]) -> Iterable[Example]:
    return (one for one in examples if one.kind is Kind.VERDICT and one.preference is not None)


def _answered(example: Example, *, wanted: bool) -> Example:
    preference = example.preference
    assert preference is not None
    return replace(example, answer=preference.chosen if wanted else preference.rejected)
