"""What people do not want to hear of, and what follows for the rest of the data.

Analyzers label the instruction data, and go on to name in it what people reject. A few hundred
verdicts stand against thousands of such labels and lose; so the findings of a type that is surely
unwanted are taken out of the answers that are replayed. Nothing else of them changes: the code is
still read, and the other findings are still reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from coderasst_hook.feedback.interval import wilson
from trainer.config_training import FinetuneSettings
from trainer.dataset.example import Example, Kind
from trainer.finetuning.wanted import types, without


@dataclass(frozen=True, slots=True)
class Opinion:
    """What people did with the findings of one type."""

    issue_type: str
    accepted: int
    rejected: int

    @property
    def verdicts(self) -> int:
        return self.accepted + self.rejected

    @property
    def most(self) -> float:
        """The rate of acceptance is at most this, with 95 % confidence."""
        return wilson(self.accepted, self.verdicts)[1]


@dataclass(frozen=True, slots=True)
class Taste:
    opinions: tuple[Opinion, ...] = ()
    """The most rejected ones first."""
    unwanted: tuple[str, ...] = ()
    """Types of issue that people consistently reject."""
    spared: tuple[str, ...] = ()
    """Those that would be, were they not to stay."""


@dataclass(slots=True)
class Adapted:
    """``examples`` with answers that do not contradict the verdicts."""

    examples: list[Example] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    """Ids of those with another answer than before."""


def opinions(examples: Iterable[Example]) -> tuple[Opinion, ...]:
    """Of the verdicts among ``examples``. An answer that people wanted and the one that they did
    not differ in what was judged; of a place with both, all that is wanted counts as accepted."""
    accepted: dict[str, int] = defaultdict(int)
    rejected: dict[str, int] = defaultdict(int)
    for example in examples:
        preference = example.preference
        if example.kind is not Kind.VERDICT or preference is None:
            continue
        wanted, refused = types(preference.chosen), types(preference.rejected)
        wrong = refused - wanted
        for name, count in wrong.items():
            rejected[name] += count
        for name, count in (wanted if wrong else wanted - refused).items():
            accepted[name] += count
    found = (Opinion(name, accepted[name], rejected[name]) for name in {*accepted, *rejected})
    return tuple(sorted(found, key=lambda one: (-one.rejected, one.issue_type)))


def taste_of(examples: Iterable[Example], settings: FinetuneSettings) -> Taste:
    found = opinions(examples)
    sure = [
        one.issue_type
        for one in found
        if one.verdicts >= settings.taste_verdicts and one.most < settings.taste_acceptance
    ]
    return Taste(
        found,
        unwanted=tuple(name for name in sure if name not in settings.taste_spares),
        spared=tuple(name for name in sure if name in settings.taste_spares),
    )


def adapted(examples: Sequence[Example], unwanted: Collection[str]) -> Adapted:
    """Verdicts stay as they are: they say themselves what is wanted."""
    result = Adapted()
    for example in examples:
        kept = example if example.kind is Kind.VERDICT else without(example, unwanted)
        result.examples.append(kept)
        if kept is not example:
            result.changed.add(kept.id)
    return result
