"""Real code of the corpus as windows, for the compact form: of each document the windows with a
finding, those with a planted fault, and clean ones in the proportion that is wanted.

A window is clean where no finding is on its added lines, whatever there is beside it; one that
shows a part of a finding is neither.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from math import ceil

from trainer.dataset.answers import Said
from trainer.dataset.code_document import Code
from trainer.dataset.example import TRAIN, Example, Made, Making
from trainer.dataset.hunks import Unit, make_up
from trainer.dataset.labelled_file import (
    GUESSED,
    PLANTED,
    File,
    Labelling,
    files_of,
    labelled_example,
    lines_of,
)
from trainer.dataset.labels import SECRETS, Analyzed, is_told_by, said_of
from trainer.dataset.making import SECRET, Asked, asked
from trainer.dataset.planting import UNPROVEN
from trainer.dataset.planting_many import Copy, Fault, proven, with_faults

MOST_OF_A_RULE = 4
"""Changes of one document that are made up for findings of one rule."""
MOST_PLANTED = 8
"""Faults that are planted into one document, each in another unit."""
LEAST_CLEAN = 4
"""Windows of one document, where it has as many."""
SPARE = 1.25
"""How many times as many clean windows as are wanted: some turn out to be another's twin."""
_MOST_CLEAN = 0.95
_OF_A_CHANGE = 3
"""Clean windows of one change."""
_BESIDE = 3
"""A third of the clean windows stands beside one with a finding."""
_ROUNDS = 3
"""Changes that are made up of one clean unit, where there are few."""


@dataclass(frozen=True, slots=True)
class _Window:
    """``said`` are the findings on its added lines. ``reason``: why it is no example."""

    request: Asked
    key: str
    said: tuple[Said, ...]
    how: str
    reason: str = ""

    def holds(self, line: int) -> bool:
        return line in self.request.added


@dataclass(frozen=True, slots=True)
class _Known:
    """What one document has given so far: the keys of its windows, and clean ones that stand beside
    those with a finding."""

    keys: set[str]
    beside: list[_Window]

    def is_new(self, window: _Window) -> bool:
        if window.key in self.keys:
            return False
        self.keys.add(window.key)
        return True


def windowed(batch: Sequence[Code], labelling: Labelling) -> Making:
    """Examples of each document of ``batch``, and why others are none. The same documents in
    other batches give the same."""
    files, unfit = files_of(batch, labelling)
    yield from unfit
    copies = [_copy(file, labelling) for file in files]
    after = iter(proven([copy for copy in copies if copy is not None], labelling.rules))
    for file, copy in zip(files, copies, strict=True):
        known = _Known(set(), [])
        loud = [*_found(file, labelling, known)]
        if copy is not None:
            loud += _planted(file, copy, *next(after), labelling, known)
        yield from loud
        yield from _clean(file, labelling, known, sum(isinstance(one, Example) for one in loud))


def _copy(file: File, labelling: Labelling) -> Copy | None:
    if file.facts.split != TRAIN:
        return None
    source = file.analyzed.source
    return with_faults(source, file.clean_units, labelling.planters, file.draw, MOST_PLANTED)


def _found(file: File, labelling: Labelling, known: _Known) -> Making:
    tries: Counter[str] = Counter()
    told: set[tuple[str, int]] = set()
    for finding in file.draw.shuffled(file.analyzed.findings):
        rule, line = finding.rule_id, finding.location.line
        if (rule, line) in told or tries[rule] == MOST_OF_A_RULE:
            continue
        tries[rule] += 1
        # In training, what is rare is seen in several windows, each cut elsewhere.
        for _ in range(labelling.views if file.facts.split == TRAIN else 1):
            for window in _windows(file, file.unit_of(finding), line, labelling):
                told.update((one.rule_id, one.line) for one in window.said)
                yield from _loud(window, file, labelling, known)


def _planted(
    file: File,
    copy: Copy,
    now: Analyzed,
    faults: Sequence[Fault],
    labelling: Labelling,
    known: _Known,
) -> Making:
    for _ in range(len(copy.faults) - len(faults)):
        yield file.facts.left_out(UNPROVEN)
    if not faults:
        return
    faulty = file.becoming(now)
    for fault in faults:
        for window in _windows(faulty, fault.unit, fault.line, labelling):
            if window.holds(fault.line) or not window.said:
                yield from _loud(window, faulty, labelling, known, PLANTED)


def _loud(window: _Window, file: File, labelling: Labelling, known: _Known, *made: str) -> Making:
    if not known.is_new(window):
        return
    if window.reason:
        yield file.facts.left_out(window.reason)
    elif window.said:
        yield _example(window, file, labelling, *made)
    else:
        known.beside.append(window)


def _clean(file: File, labelling: Labelling, known: _Known, loud: int) -> Making:
    share = min(labelling.clean_share, _MOST_CLEAN)
    most = LEAST_CLEAN + ceil(loud * share / (1 - share) * SPARE) if share else 0
    beside = file.draw.shuffled(known.beside)[: most // _BESIDE]
    for window in islice(chain(beside, _quiet(file, labelling, known)), most):
        yield _example(window, file, labelling)


def _quiet(file: File, labelling: Labelling, known: _Known) -> Iterator[_Window]:
    for _ in range(_ROUNDS):
        for unit in file.draw.shuffled(file.clean_units):
            windows = [
                window
                for window in _windows(file, unit, None, labelling)
                if not window.said and not window.reason
            ]
            for window in file.draw.shuffled(windows)[:_OF_A_CHANGE]:
                if known.is_new(window):
                    yield window


def _windows(file: File, unit: Unit, wanted: int | None, labelling: Labelling) -> Iterator[_Window]:
    source = file.analyzed.source
    made = make_up(source, unit, file.draw, wanted)
    for request in asked(made.change, labelling.form, file.outline):
        here = [f for f in file.analyzed.findings if not request.added.isdisjoint(lines_of(f))]
        said = tuple(said_of(finding, made.change) for finding in here)
        reason = ""
        if any(finding.rule_id.startswith(SECRETS) for finding in here):
            reason = SECRET
        elif not all(one.line in request.added for one in said) or not all(
            is_told_by(request.chunk, finding, source, file.outline) for finding in here
        ):
            reason = GUESSED
        yield _Window(request, labelling.form.key(request.chunk), said, made.how, reason)


def _example(window: _Window, file: File, labelling: Labelling, *made: str) -> Made:
    how = (window.how, *made)
    return labelled_example(window.request, window.said, how, file.facts, labelling)
