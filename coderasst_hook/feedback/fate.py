"""What became of commented lines, from the versions of their file that followed. Pure.

Lines are compared without their white space, as fingerprints are: what was only indented anew, or
moved to another place of the file, has not been changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher
from enum import Enum

from coderasst_hook.bare import bare_lines
from coderasst_hook.github.values import Person

_MOST_ALIGNED = 5_000
"""Lines of a file up to which equal lines are told apart by their neighbours."""


class Became(Enum):
    KEPT = "kept"
    CHANGED = "changed"
    SUGGESTED = "suggested"
    """The suggestion stands there now."""
    REVERTED = "reverted"
    """They were changed, and later were what they had been."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines ``first`` to ``last`` of ``file``, from 1, inclusive. ``file`` may be the part of it
    that a diff shows. ``replacement``: the lines of the suggestion; None where there was none."""

    file: tuple[str, ...]
    first: int
    last: int
    replacement: tuple[str, ...] | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        return self.file[self.first - 1 : self.last]


@dataclass(frozen=True, slots=True)
class Version:
    """The file as one commit left it; ``lines`` is None where it is gone. ``person`` is None where
    GitHub knows none. ``from_suggestion``: the commit says that it takes suggestions of ours."""

    lines: tuple[str, ...] | None
    person: Person | None
    at: datetime
    from_suggestion: bool = False


@dataclass(frozen=True, slots=True)
class Fate:
    became: Became
    person: Person | None = None
    at: datetime | None = None
    """Whose commit it was, and when; None where the lines were kept."""
    lines: tuple[str, ...] | None = field(default=None, compare=False, repr=False)
    """The file as that commit left it, or the last one where the lines were kept; None where it is
    gone, and where nothing touched it."""


def fate_of(block: Block, versions: Sequence[Version]) -> Fate:
    """``versions``: of the commits after the comment, each a child of the one before."""
    states = [_state(block, version) for version in versions]
    if not states:
        return Fate(Became.KEPT)
    # The last run of versions that are all with the lines, or all without them.
    kept_now = states[-1] is Became.KEPT
    start = len(states)
    while start and (states[start - 1] is Became.KEPT) == kept_now:
        start -= 1
    if kept_now:
        return _kept(versions[-1]) if start == 0 else _by(Became.REVERTED, versions[start])
    taken = [i for i in range(start, len(states)) if states[i] is Became.SUGGESTED]
    if taken:
        return _by(Became.SUGGESTED, versions[taken[0]])
    return _by(Became.CHANGED, versions[start])


def stands_in(block: Block, lines: Sequence[str]) -> bool:
    """Whether the commented lines are in ``lines``, a later version of their file."""
    old, new, wanted = bare_lines(block.file), bare_lines(lines), bare_lines(block.lines)
    there = _count(new, wanted)
    if there == 0 or there >= _count(old, wanted):
        return there > 0
    if max(len(old), len(new)) > _MOST_ALIGNED:
        return True
    # Some of several equal places are gone; which ones, only their neighbours tell.
    start, end = _place(old, new, block)
    return _count(new[start:end], wanted) > 0


def _by(became: Became, version: Version) -> Fate:
    return Fate(became, version.person, version.at, version.lines)


def _kept(last: Version) -> Fate:
    return Fate(Became.KEPT, lines=last.lines)


def _state(block: Block, version: Version) -> Became:
    if version.lines is None:
        return Became.CHANGED
    stands = stands_in(block, version.lines)
    if block.replacement is not None:
        wanted, lines = bare_lines(block.replacement), bare_lines(block.lines)
        taken = _count(bare_lines(version.lines), wanted) > _count(bare_lines(block.file), wanted)
        # A suggestion may keep the lines and put others around them.
        if taken and wanted and (not stands or _count(wanted, lines) > 0):
            return Became.SUGGESTED
        if version.from_suggestion and not stands:
            return Became.SUGGESTED
    return Became.KEPT if stands else Became.CHANGED


def _place(old: Sequence[str], new: Sequence[str], block: Block) -> tuple[int, int]:
    """Where in ``new`` the block's place is, as a slice: between what stood around it."""
    start, end = 0, len(new)
    # Its heuristic leaves out lines that are everywhere, which are no neighbours to tell by.
    for before, after, size in SequenceMatcher(None, old, new).get_matching_blocks():
        above = min(size, block.first - 1 - before)
        if above > 0:
            start = max(start, after + above)
        below = max(0, block.last - before)
        if below < size:
            end = min(end, after + below)
    return start, max(start, end)


def _count(lines: Sequence[str], wanted: Sequence[str]) -> int:
    """How often ``wanted`` stands in ``lines`` without a gap."""
    if not wanted:
        return 0
    first, size = wanted[0], len(wanted)
    return sum(
        1
        for index, line in enumerate(lines)
        if line == first and list(lines[index : index + size]) == list(wanted)
    )
