"""What an epoch is made of: verdicts, and instruction data against forgetting.

A base has not seen the instruction data and is given all of it. A model that has is given a part
again, and of that first what verdicts have changed: it is what there is to unlearn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from trainer.config_training import FinetuneSettings
from trainer.dataset.draw import number
from trainer.dataset.example import Example, Kind


@dataclass(frozen=True, slots=True)
class Mixture:
    examples: tuple[Example, ...]
    """In no particular order; a verdict may come several times."""
    verdicts: int
    """Different ones."""
    repeats: int
    """How often each of them comes."""
    replayed: int
    """Examples of the instruction data."""
    not_replayed: int


def mixture(
    examples: Sequence[Example],
    settings: FinetuneSettings,
    *,
    learned: bool,
    changed: Collection[str] = (),
) -> Mixture:
    """``learned``: whether the start was trained on the instruction data already. ``changed``: ids
    of the examples whose answers verdicts have changed."""
    verdicts = [one for one in examples if one.kind is Kind.VERDICT]
    others = [one for one in examples if one.kind is not Kind.VERDICT]
    replay = _drawn(others, settings, frozenset(changed)) if learned else others
    repeats = _repeats(len(verdicts), len(replay), settings)
    return Mixture(
        examples=(*(one for one in verdicts for _ in range(repeats)), *replay),
        verdicts=len(verdicts),
        repeats=repeats,
        replayed=len(replay),
        not_replayed=len(others) - len(replay),
    )


def _repeats(verdicts: int, others: int, settings: FinetuneSettings) -> int:
    """The fewest that give verdicts their share."""
    if not verdicts:
        return 0
    share = settings.verdict_share
    wanted = share * others / (1 - share) / verdicts
    return max(1, min(settings.verdict_repeats, round(wanted)))


def _drawn(
    others: Sequence[Example], settings: FinetuneSettings, changed: frozenset[str]
) -> list[Example]:
    """A part of ``others``: at most half of it changed ones, and the rest as they are spread over
    types of issue, a rare type first, so that none is forgotten."""
    most = round(settings.replay * len(others))

    def place(example: Example) -> tuple[int, str]:
        return number(settings.seed, "replay", example.id), example.id

    unlearned = sorted((one for one in others if one.id in changed), key=place)[: most // 2]
    taken = {one.id for one in unlearned}
    rest = [one for one in others if one.id not in taken]
    return unlearned + _spread(rest, most - len(unlearned), place)


def _spread(
    examples: Sequence[Example], most: int, place: Callable[[Example], tuple[int, str]]
) -> list[Example]:
    """Half of them clean, as far as there are; the others in turns, one of each type of issue."""
    groups: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        groups["/".join(sorted(example.issue_types))].append(example)
    clean = sorted(groups.pop("", []), key=place)
    turns = [
        (turn, place(one), one)
        for group in groups.values()
        for turn, one in enumerate(sorted(group, key=place))
    ]
    loud = [one for *_, one in sorted(turns, key=lambda turn: turn[:2])]
    quiet = clean[: max(most // 2, most - len(loud))]
    return quiet + loud[: most - len(quiet)]
