"""No hunk twice: not in two splits, where it would be learned and then measured; and not twice in
one, where it would count twice."""

from __future__ import annotations

from collections.abc import Iterable

from trainer.dataset.example import TEST, TRAIN, VALIDATION
from trainer.dataset.spool import Entry

IN_ANOTHER_SPLIT = "in another split, too"
TWICE = "the same hunk as another one"

_ORDER = (TEST, VALIDATION, TRAIN)
"""What is held out stays: it is little, and training has more."""


def apart(entries: Iterable[Entry]) -> tuple[list[Entry], dict[str, list[Entry]]]:
    """Those that stay, in a fixed order, and the others by reason.

    Where one hunk has several examples, the most held-out split has it, then the kind that counts
    most; and in training, a real hunk goes before a made-up one.
    """
    kept: dict[str, Entry] = {}
    out: dict[str, list[Entry]] = {IN_ANOTHER_SPLIT: [], TWICE: []}
    for entry in sorted(entries, key=_rank):
        first = kept.setdefault(entry.hunk, entry)
        if first is entry:
            continue
        out[TWICE if first.split == entry.split else IN_ANOTHER_SPLIT].append(entry)
    return list(kept.values()), out


def _rank(entry: Entry) -> tuple[int, int, bool, str]:
    return _ORDER.index(entry.split), entry.kind.rank, entry.is_planted, entry.id
