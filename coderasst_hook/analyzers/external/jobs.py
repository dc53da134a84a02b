"""Which files go into one run of a linter, from which folder, and which cannot be looked at."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname

from coderasst_hook.analyzers import tuning
from coderasst_hook.analyzers.external.linter import Linter
from coderasst_hook.analyzers.external.process import argument
from coderasst_hook.models import Skipped
from coderasst_hook.source import SourceFile
from coderasst_hook.working_tree import Unreadable, WorkingTree

_MOST_BYTES = 60_000
"""Of the paths in one command line; the tightest systems take twice as much."""


@dataclass(frozen=True, slots=True)
class Job:
    """One run. ``folder`` is relative to the root of the repository, "" for itself."""

    folder: str
    files: tuple[SourceFile, ...]
    arguments: tuple[str, ...]
    stdin: bytes | None = None


def jobs(linter: Linter, files: Sequence[SourceFile], root: Path) -> Iterator[Job | Skipped]:
    """A linter reads the working tree, so a file that differs there from what is reviewed goes
    through standard input, or is not looked at."""
    tree, homes = WorkingTree(root), Homes(linter, root)
    together: dict[str, list[SourceFile]] = defaultdict(list)
    for source in files:
        folder, marker = homes.of(source.path)
        reason = _unusable(linter, source, marker) or _difference(source, tree)
        if reason is None:
            together[folder].append(source)
        elif linter.stdin is None or not source.complete:
            yield Skipped(source.path, linter.stage, reason)
        else:
            path = argument(tuning.readable(_below(source.path, folder)))
            arguments = (*_options(linter, marker), *linter.stdin(source, path))
            yield Job(folder, (source,), arguments, tuning.utf8(source.text))
    for folder, sources in together.items():
        options = _options(linter, homes.of(sources[0].path)[1])
        for batch in _batches(sources):
            targets = linter.targets([_below(source.path, folder) for source in batch])
            named = ("--", *map(argument, targets)) if targets else ()
            yield Job(folder, tuple(batch), (*options, *named))


class Homes:
    """Where to run for each file, and the marker that says so."""

    def __init__(self, linter: Linter, root: Path) -> None:
        self._markers = linter.markers
        self._root = os.path.realpath(root)
        self._known: dict[str, tuple[str, str | None]] = {}

    def of(self, path: str) -> tuple[str, str | None]:
        """The nearest folder above ``path`` with a marker, else "" and None."""
        folder = dirname(path)
        if folder not in self._known:
            marker = self._marker(folder)
            self._known[folder] = (folder, marker) if marker or not folder else self.of(folder)
        return self._known[folder]

    def _marker(self, folder: str) -> str | None:
        here = os.path.normpath(os.path.join(self._root, argument(folder)))
        # Behind a link lies what is no part of the repository.
        if os.path.realpath(here) != here:
            return None
        markers = (name for name in self._markers if os.path.exists(os.path.join(here, name)))
        return next(markers, None)


def _unusable(linter: Linter, source: SourceFile, marker: str | None) -> str | None:
    if not source.complete:
        return "only a part of the file is known"
    if marker is None and linter.needs_marker:
        return f"no {linter.markers[0]} in its folder or above"
    return None


def _difference(source: SourceFile, tree: WorkingTree) -> str | None:
    """Why a linter cannot read the file in the working tree, None where it can."""
    if tuning.readable(source.path) != source.path:
        return "the file's name is not UTF-8"
    content = tree.open(source.path)
    if isinstance(content, Unreadable):
        return f"it reads the working tree, and there the file is {content.reason}"
    if content != tuning.utf8(source.text):
        return "it reads the working tree, and there the file differs from what is reviewed"
    return None


def _options(linter: Linter, marker: str | None) -> tuple[str, ...]:
    return (linter.marker_option, f"./{marker}") if linter.marker_option and marker else ()


def _below(path: str, folder: str) -> str:
    return path[len(folder) + 1 :] if folder else path


def _batches(sources: Sequence[SourceFile]) -> Iterator[list[SourceFile]]:
    batch: list[SourceFile] = []
    size = 0
    for source in sources:
        length = len(tuning.utf8(source.path)) + 3
        if batch and size + length > _MOST_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(source)
        size += length
    if batch:
        yield batch
