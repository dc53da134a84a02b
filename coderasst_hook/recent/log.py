"""``recent.jsonl``: one line a finding, the latest last.

Reviews append, each with one write, so two at once lose nothing; a line that a crash has torn is
skipped by whoever reads. Now and then the file is written anew, without what is old or said twice.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime, timezone
from itertools import islice
from pathlib import Path
from typing import Any

from coderasst_hook.feedback.values import FindingRecord, Provenance
from coderasst_hook.files import read_regular, write_atomically
from coderasst_hook.recent.records import Entry
from coderasst_hook.records import by_field

MAX_BYTES = 8 * 1024 * 1024
"""Size from which the file is written anew."""
MOST = 2_000
"""Findings that are remembered; of more, the latest, and of one review the worst."""
_NAME = "recent.jsonl"


@dataclass(frozen=True, slots=True)
class Recent:
    """What is known of each fingerprint, latest last."""

    shown: tuple[FindingRecord, ...] = ()
    ignored: tuple[Entry, ...] = ()
    """Suppressed in the code; each with the person's latest reason."""

    def starting_with(self, prefix: str) -> tuple[FindingRecord, ...]:
        """The findings whose fingerprint starts so, each once; suppressed ones too."""
        every = (*(entry.record for entry in self.ignored), *self.shown)
        found = {record.fingerprint: record for record in every}
        return tuple(r for r in found.values() if r.fingerprint.startswith(prefix))


def append(git_dir: Path, entries: Iterable[Entry]) -> None:
    """Raises ``OSError`` where the Git folder cannot be written."""
    path = _file(git_dir)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The empty line ends one that a crash has torn.
    content = b"\n" + b"".join(map(_encoded, islice(entries, MOST)))
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with open(descriptor, "ab", buffering=0) as file:
        file.write(content)
        size = file.tell()
    if size > MAX_BYTES:
        _write_anew(path)


def read(git_dir: Path) -> Recent:
    """Nothing where there is no file, or it cannot be read."""
    shown: dict[str, FindingRecord] = {}
    ignored: dict[str, Entry] = {}
    for entry in _entries(_file(git_dir)):
        record = entry.record
        if entry.ignored is None:
            first = shown.pop(record.fingerprint, record)
            shown[record.fingerprint] = replace(record, at=first.at)
        else:
            before = ignored.pop(record.fingerprint, entry)
            ignored[record.fingerprint] = replace(
                entry, record=replace(record, at=before.record.at)
            )
    return Recent(tuple(shown.values())[-MOST:], tuple(ignored.values())[-MOST:])


def _file(git_dir: Path) -> Path:
    return git_dir / "coderasst" / _NAME


def _write_anew(path: Path) -> None:
    """The latest half of what may be kept, so that this is not done at every review."""
    recent = read(path.parent.parent)
    kept: list[bytes] = []
    room = MAX_BYTES // 2
    entries = [*map(Entry, recent.shown), *recent.ignored]
    for line in map(_encoded, reversed(entries)):
        room -= len(line)
        if room < 0:
            break
        kept.append(line)
    write_atomically(path, b"".join(reversed(kept)), mode=0o600)


def _encoded(entry: Entry) -> bytes:
    record = entry.record
    values = by_field(record) | {
        "provenance": by_field(record.provenance),
        "at": record.at.isoformat() if record.at else None,
    }
    return json.dumps({"record": values, "ignored": entry.ignored}).encode("ascii") + b"\n"


def _entries(path: Path) -> Iterator[Entry]:
    try:
        # Reviews at the same time may have made it larger than one leaves it.
        raw = read_regular(path, 4 * MAX_BYTES)
    except OSError:
        return
    for line in raw.split(b"\n"):
        if line:
            entry = _decoded(line)
            if entry is not None:
                yield entry


def _decoded(line: bytes) -> Entry | None:
    """None for what was not written here as a whole."""
    try:
        value = json.loads(line)
        ignored, values = value["ignored"], value["record"]
        provenance, at = Provenance(**values.pop("provenance")), values.pop("at")
        record = FindingRecord(
            **values,
            provenance=provenance,
            at=None if at is None else datetime.fromisoformat(at).astimezone(timezone.utc),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    sound = _is_sound(record) and _is_sound(provenance) and isinstance(ignored, str | None)
    return Entry(record, ignored) if sound else None


def _is_sound(value: FindingRecord | Provenance) -> bool:
    """Whether its texts are texts and its numbers numbers."""
    return all(_fits(getattr(value, field.name), field.type) for field in fields(value))


def _fits(value: Any, declared: Any) -> bool:
    types: dict[str, Any] = {"str": str, "int": int, "str | None": str | None}
    return isinstance(value, types.get(declared, object))
