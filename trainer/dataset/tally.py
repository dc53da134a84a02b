"""What became examples, by what one wants to know of them; and what did not, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from heapq import nsmallest

from trainer.dataset.draw import number
from trainer.dataset.example import SPLITS, Example, LeftOut

SAMPLES = 3
"""Of each kind of example, and of each reason."""
CLEAN = "clean"
SIDES = ("kind", "category", "severity", "language", "source", "licence", "made up", "rule", "type")


@dataclass(slots=True)
class Tally:
    """``kept[side][value][split]`` are numbers of examples. An example with several rules counts
    for each."""

    kept: dict[str, dict[str, Counter[str]]] = field(
        default_factory=lambda: {side: {} for side in SIDES}
    )
    splits: Counter[str] = field(default_factory=Counter)
    clean: Counter[str] = field(default_factory=Counter)
    preferences: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[Example]] = field(default_factory=dict)
    """By kind, one clean and others."""
    left_out: dict[str, Counter[str]] = field(default_factory=dict)
    """By kind and reason."""
    places: dict[str, list[str]] = field(default_factory=dict)
    """Of some of what was left out, by reason."""

    def keep(self, example: Example) -> None:
        split = example.split
        self.splits[split] += 1
        self.clean[split] += example.is_clean
        self.preferences[split] += example.preference is not None
        values = {
            "kind": (example.kind.value,),
            "category": (example.category or CLEAN,),
            "severity": (example.severity or CLEAN,),
            "language": (example.language or "unknown",),
            "source": (example.provenance.source,),
            "licence": (example.provenance.licence,),
            "made up": example.provenance.made or ("nothing",),
            "rule": example.rules or (CLEAN,),
            "type": example.issue_types or (CLEAN,),
        }
        for side, found in values.items():
            for value in found:
                self.kept[side].setdefault(value, Counter())[split] += 1
        self._sample(example)

    def leave_out(self, one: LeftOut) -> None:
        self.left_out.setdefault(one.kind.value, Counter())[one.reason] += 1
        # Those with the smallest hash: the same whoever comes first.
        known = {*self.places.get(one.reason, ()), one.where}
        self.places[one.reason] = nsmallest(SAMPLES, known, key=lambda where: number(0, where))

    @property
    def total(self) -> int:
        return sum(self.splits.values())

    def rows(self, side: str) -> list[tuple[str, Counter[str]]]:
        """The most frequent value first."""
        found = self.kept[side].items()
        return sorted(found, key=lambda item: (-sum(item[1].values()), item[0]))

    def reasons(self) -> list[tuple[str, str, int]]:
        """Kind, reason and number."""
        return sorted(
            (
                (kind, reason, count)
                for kind, reasons in self.left_out.items()
                for reason, count in reasons.items()
            ),
            key=lambda row: (-row[2], row[0], row[1]),
        )

    def by_split(self, counts: Counter[str]) -> dict[str, int]:
        return {split: counts[split] for split in SPLITS}

    def _sample(self, example: Example) -> None:
        known = self.samples.setdefault(example.kind.value, [])
        quiet = sum(one.is_clean for one in known)
        if len(known) < SAMPLES and not (example.is_clean and quiet):
            known.append(example)
