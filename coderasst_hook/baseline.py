"""The findings that an old repository lives with, so that only new ones are reported.

A file of JSON meant to be committed: sorted and one finding to a few lines, for small diffs. What
counts is the fingerprint (path, rule, text of the line) and how often it occurs: of three equal
lines where two are known, one is new. Evidence is not written.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from coderasst_hook.errors import StoreError
from coderasst_hook.files import read_regular, write_atomically
from coderasst_hook.models import Finding

VERSION = 1
LARGEST_FILE = 64 * 1024 * 1024
"""Bytes: some hundred thousand findings."""
_NEXT_STEP = "write it anew: coderasst baseline --update"


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """``line`` and ``message`` are for the person who reads the file; they do not count."""

    path: str
    line: int
    rule_id: str
    fingerprint: str
    message: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Baseline:
    entries: tuple[Entry, ...] = ()

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Baseline:
        by_fingerprint: dict[str, Entry] = {}
        for finding in sorted(findings, key=lambda f: (f.location.path, f.location.line)):
            known = by_fingerprint.get(finding.fingerprint)
            by_fingerprint[finding.fingerprint] = (
                replace(known, count=known.count + 1)
                if known
                else Entry(
                    path=finding.location.path,
                    line=finding.location.line,
                    rule_id=finding.rule_id,
                    fingerprint=finding.fingerprint,
                    message=finding.message,
                )
            )
        return cls(tuple(sorted(by_fingerprint.values())))

    @property
    def total(self) -> int:
        return sum(entry.count for entry in self.entries)

    def split(self, findings: Iterable[Finding]) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
        """The new ones and the known ones, each in the order given. Of equal findings, the first
        are taken for the known ones: which line was there before cannot be told."""
        left = Counter({entry.fingerprint: entry.count for entry in self.entries})
        new: list[Finding] = []
        known: list[Finding] = []
        for finding in findings:
            if left[finding.fingerprint] > 0:
                left[finding.fingerprint] -= 1
                known.append(finding)
            else:
                new.append(finding)
        return tuple(new), tuple(known)

    def pruned(self, findings: Iterable[Finding]) -> Baseline:
        """Without what ``findings``, all of the repository's, no longer has. Nothing is added."""
        current = {entry.fingerprint: entry for entry in Baseline.of(findings).entries}
        return Baseline(
            tuple(
                sorted(
                    replace(
                        current[e.fingerprint], count=min(e.count, current[e.fingerprint].count)
                    )
                    for e in self.entries
                    if e.fingerprint in current
                )
            )
        )


def load(path: Path) -> Baseline:
    """A missing file is an empty baseline. Raises ``StoreError``, with the line, for a bad one."""
    try:
        raw = read_regular(path, LARGEST_FILE + 1)
    except FileNotFoundError:
        return Baseline()
    except OSError as error:
        raise StoreError(f"the baseline {path} cannot be read: {error.strerror}") from None
    if len(raw) > LARGEST_FILE:
        raise StoreError(f"the baseline {path} is larger than {LARGEST_FILE >> 20} MiB")
    text = raw.decode("utf-8", "surrogateescape")
    if not text.strip():
        return Baseline()
    try:
        document = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        conflict = " (an unresolved merge conflict)" if "\n<<<<<<< " in f"\n{text}" else ""
        raise StoreError(
            f"the baseline {path} is not JSON at line {error.lineno}{conflict}: {error.msg}",
            next_step=_NEXT_STEP,
        ) from None
    except RecursionError:
        raise StoreError(
            f"the baseline {path} is not JSON that was written here: nested too deep, from line 1",
            next_step=_NEXT_STEP,
        ) from None
    return Baseline(tuple(sorted(_entries(document, path, text))))


def _entries(document: Any, path: Path, text: str) -> Iterable[Entry]:
    if not isinstance(document, dict) or not isinstance(document.get("findings"), list):
        raise _bad(path, 1, 'it has no list of "findings"')
    if document.get("version") != VERSION:
        raise _bad(path, _line_of(text, '"version"', 0), f"its version is not {VERSION}")
    for index, item in enumerate(document["findings"]):
        try:
            yield _entry(item)
        except (TypeError, ValueError) as error:
            line = _line_of(text, '"fingerprint"', index)
            raise _bad(path, line, f"finding {index + 1} {error}") from None


def _entry(item: Any) -> Entry:
    if not isinstance(item, dict):
        raise TypeError("is not an object")
    entry = Entry(
        path=item.get("path", ""),
        line=item.get("line", 1),
        rule_id=item.get("rule_id", ""),
        fingerprint=item.get("fingerprint", ""),
        message=item.get("message", ""),
        count=item.get("count", 1),
    )
    for key in ("path", "rule_id", "fingerprint", "message"):
        if not isinstance(getattr(entry, key), str):
            raise TypeError(f'has a "{key}" that is not a text')
    for key in ("line", "count"):
        # bool is an int to Python, and no count to a person.
        if type(getattr(entry, key)) is not int or getattr(entry, key) < 1:
            raise TypeError(f'has a "{key}" that is not a number from 1 on')
    if not entry.fingerprint:
        raise ValueError('has no "fingerprint"')
    return entry


def _line_of(text: str, word: str, occurrence: int) -> int:
    """The line of the n-th ``word``, from 0; of the last one where there are fewer."""
    place = -1
    for _ in range(occurrence + 1):
        following = text.find(word, place + 1)
        if following < 0:
            break
        place = following
    return text.count("\n", 0, max(place, 0)) + 1


def _bad(path: Path, line: int, what: str) -> StoreError:
    return StoreError(
        f"the baseline {path} is malformed at line {line}: {what}", next_step=_NEXT_STEP
    )


def save(baseline: Baseline, path: Path) -> None:
    """Replaces the file in one step. Raises ``StoreError``."""
    document = {
        "version": VERSION,
        "findings": [
            {
                "fingerprint": entry.fingerprint,
                "rule_id": entry.rule_id,
                "path": entry.path,
                "line": entry.line,
                "message": entry.message,
                "count": entry.count,
            }
            for entry in sorted(baseline.entries)
        ],
    }
    # Escapes of ASCII keep a path whose bytes are no UTF-8 intact.
    text = json.dumps(document, indent=2, ensure_ascii=True) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text.encode("ascii"))
    except OSError as error:
        raise StoreError(f"the baseline {path} cannot be written: {error.strerror}") from None
