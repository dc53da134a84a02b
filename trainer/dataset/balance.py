"""Which of the labelled hunks are taken: rules and languages take turns, and enough are clean.

What people wrote or judged is little, and stays as it is; only a limit on all examples cuts it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from trainer.config import DatasetSettings
from trainer.dataset.draw import number
from trainer.dataset.example import SPLITS, Kind
from trainer.dataset.spool import Entry

NOT_DRAWN = "more of its rule or language than are wanted"
NO_ROOM = "beyond the limit on all examples"


def balanced(
    entries: Sequence[Entry], settings: DatasetSettings
) -> tuple[list[Entry], dict[str, list[Entry]]]:
    """Those that are taken, and the others by reason. The order of ``entries`` does not matter."""
    given = [entry for entry in entries if entry.kind is not Kind.LABELLED]
    given.sort(key=lambda entry: (entry.kind.rank, _drawn(entry, settings)))
    taken, no_room = given[: settings.max_examples], given[settings.max_examples :]
    labelled = [entry for entry in entries if entry.kind is Kind.LABELLED]
    room = settings.max_examples - len(taken)
    chosen: list[Entry] = []
    for split in SPLITS:
        of_split = [entry for entry in labelled if entry.split == split]
        share = room * len(of_split) // max(len(labelled), 1)
        chosen += _of_split(of_split, share, settings)
    ids = {entry.id for entry in chosen}
    not_drawn = [entry for entry in labelled if entry.id not in ids]
    return [*taken, *chosen], {NO_ROOM: no_room, NOT_DRAWN: not_drawn}


def _of_split(entries: Sequence[Entry], room: int, settings: DatasetSettings) -> Iterator[Entry]:
    found = [entry for entry in entries if not entry.is_clean]
    clean = [entry for entry in entries if entry.is_clean]
    share = settings.clean_share
    most = min(room, len(clean)) if share == 1 else int(room * (1 - share))
    chosen = [] if share == 1 else list(_turns(found, most, settings))
    quiet = most if share == 1 else round(len(chosen) * share / (1 - share))
    yield from chosen
    yield from _quiet(clean, min(quiet, room - len(chosen)), chosen, settings)


def _turns(entries: Iterable[Entry], most: int, settings: DatasetSettings) -> Iterator[Entry]:
    """First one of each rule in each language, then a second one of each, … Of examples with
    several rules, the rarest decides. Real faults come before planted ones."""
    groups: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    listed = list(entries)
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for entry in listed:
        for rule in entry.rules:
            counts[rule, entry.language] += 1
    for entry in listed:
        rarest = min((counts[rule, entry.language], rule) for rule in entry.rules)[1]
        groups[rarest, entry.language].append(entry)
    turns: list[tuple[int, int, Entry]] = []
    for group in groups.values():
        group.sort(key=lambda entry: (entry.is_planted, _drawn(entry, settings), entry.id))
        for turn, entry in enumerate(group[: settings.max_per_rule]):
            turns.append((turn, _drawn(entry, settings), entry))
    turns.sort(key=lambda item: (item[0], item[1], item[2].id))
    yield from _few_planted([entry for _, _, entry in turns], most, settings)


def _few_planted(entries: Sequence[Entry], most: int, settings: DatasetSettings) -> Iterator[Entry]:
    real = sum(not entry.is_planted for entry in entries)
    share = settings.planted_share
    left = int(min(real, most * (1 - share)) * share / (1 - share))
    count = 0
    for entry in entries:
        if count == most:
            return
        if entry.is_planted:
            if left == 0:
                continue
            left -= 1
        count += 1
        yield entry


def _quiet(
    entries: Iterable[Entry], most: int, found: Sequence[Entry], settings: DatasetSettings
) -> Iterator[Entry]:
    """Each language has as many as its part of ``found``: or it would be known by its silence. What
    is still missing then is taken in turns."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.language].append(entry)
    loud = Counter(entry.language for entry in found)
    turns: list[tuple[bool, int, int, str, Entry]] = []
    for language, group in groups.items():
        due = most * loud[language] // max(len(found), 1)
        group.sort(key=lambda entry: (_drawn(entry, settings), entry.id))
        for turn, entry in enumerate(group):
            turns.append((turn >= due, turn, _drawn(entry, settings), entry.id, entry))
    turns.sort(key=lambda item: item[:4])
    yield from (entry for *_, entry in turns[:most])


def _drawn(entry: Entry, settings: DatasetSettings) -> int:
    return number(settings.seed, "example", entry.id)
