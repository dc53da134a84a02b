"""Feedback as a file, one finding a line in JSON: what the trainer reads, and stores exchange."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import jsonlines

from coderasst_hook.batching import batches
from coderasst_hook.feedback import line, old_form
from coderasst_hook.feedback.line import Hashed, Item, MalformedError
from coderasst_hook.feedback.people import hashed, salt_of
from coderasst_hook.feedback.store import Store

LONGEST_LINE = 1024 * 1024
"""Bytes. A line of ours has some kilobytes."""
MOST_PROBLEMS = 20
"""Problems that are told one by one; of the rest, the number."""
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Problem:
    number: int
    """Of the line, from 1."""
    words: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file. Lines that are empty do not count."""

    read: int = 0
    new_findings: int = 0
    changed_verdicts: int = 0
    bad: int = 0
    problems: tuple[Problem, ...] = ()
    """Of the first ``MOST_PROBLEMS`` lines that are ``bad``."""


def write(items: Iterable[Item], file: BinaryIO) -> int:
    """How many lines there were. Equal items in one order give equal bytes."""
    count = 0
    with jsonlines.Writer(file, compact=True) as writer:
        for finding, votes in items:
            writer.write(line.encode(finding, votes))
            count += 1
    return count


def read(file: BinaryIO, store: Store) -> Imported:
    """Take the lines of ``file`` into ``store``; reading it again changes nothing.

    A line that is malformed is told of, and the rest goes in. Raises ``StoreError`` and, where the
    file cannot be read, ``OSError``; what went in before stays.
    """
    salt = salt_of(store)
    reading = Reading(file, lambda name: hashed(name, salt))
    new_findings = changed = 0
    for batch in batches(reading.items(), _BATCH):
        new_findings += store.record_findings([finding for finding, _ in batch])
        changed += store.add_verdicts([vote for _, votes in batch for vote in votes])
    return Imported(
        read=reading.read,
        new_findings=new_findings,
        changed_verdicts=changed,
        bad=reading.bad,
        problems=tuple(reading.problems),
    )


class Reading:
    """The lines of a file, for who keeps them elsewhere; ``read`` is told by ``items`` as it goes.

    ``hashed_name`` makes a number of a person's name, where the file has names.
    """

    def __init__(self, file: BinaryIO, hashed_name: Hashed) -> None:
        self._lines = _Lines(file)
        self._hashed = hashed_name
        self.read = 0
        self.bad = 0
        self.problems: list[Problem] = []

    def items(self) -> Iterator[Item]:
        reader = jsonlines.Reader(self._lines, loads=_loads)
        while True:
            try:
                value = reader.read(type=dict, skip_empty=True)
                item = self._decoded(value)
            except EOFError:
                return
            except (jsonlines.InvalidLineError, MalformedError) as error:
                self.bad += 1
                if len(self.problems) < MOST_PROBLEMS:
                    self.problems.append(Problem(self._lines.number, _words(error)))
            else:
                self.read += 1
                yield item

    def _decoded(self, value: dict[str, Any]) -> Item:
        if old_form.is_old(value):
            return old_form.decode(value)
        return line.decode(value, self._hashed)


class _Lines:
    """The lines of a file. In place of one that is longer than ``LONGEST_LINE``, ``MalformedError``
    is raised; the next one is the line after it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.number = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        raw = self._file.readline(LONGEST_LINE + 1)
        if not raw:
            raise StopIteration
        self.number += 1
        if len(raw) <= LONGEST_LINE:
            return raw
        while raw and not raw.endswith(b"\n"):
            raw = self._file.readline(LONGEST_LINE)
        raise MalformedError(f"it is longer than {LONGEST_LINE >> 20} MiB")


def _loads(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _words(error: Exception) -> str:
    cause = error.__cause__
    if isinstance(cause, json.JSONDecodeError):
        return f"it is not JSON at column {cause.colno}: {cause.msg[0].lower()}{cause.msg[1:]}"
    if isinstance(cause, UnicodeDecodeError):
        return f"it is not UTF-8 at byte {cause.start + 1}"
    if isinstance(error, jsonlines.InvalidLineError):
        return "it is no object" if cause is None else f"it is not JSON: {cause}"
    return str(error)
