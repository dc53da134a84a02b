"""What stage 2 decides: which documents stay, in which split, and in which output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from trainer.corpus.split import SPLITS


@dataclass(frozen=True, slots=True)
class Output:
    """The kept documents of ``split`` from number ``first`` to ``last``, both included."""

    split: str
    number: int
    first: int
    last: int

    @property
    def name(self) -> str:
        """ "train-00000", to which endings are added."""
        return f"{self.split}-{self.number:05}"


@dataclass(frozen=True, slots=True)
class Plan:
    """``offsets``: the number of the first document of each shard, and of the one behind all."""

    offsets: tuple[int, ...]
    outputs: tuple[Output, ...]

    def to_json(self) -> dict[str, Any]:
        return {"offsets": self.offsets, "outputs": [asdict(one) for one in self.outputs]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        return cls(tuple(data["offsets"]), tuple(Output(**one) for one in data["outputs"]))


SPLIT_NUMBERS = {name: number for number, name in enumerate(SPLITS)}
DROPPED = 255
"""In the place of a split's number."""
