"""What has been read of built-in rules, kept as JSON: reading YAML takes a millisecond a rule.

One file a folder of rules, in the user's cache folder. It fills as rules are used, and counts only
for files of the same names, sizes and times. Done without where it cannot be read or written.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coderasst_hook.files import write_atomically

FOLDER = "rules"
_MOST_BYTES = 8 * 1024 * 1024


@dataclass
class FolderCache:
    """``prefilters`` by file name, of every file; ``rules`` by file name, of those read so far."""

    file: Path
    stamp: str
    prefilters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rules: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    changed: bool = False

    @classmethod
    def of(cls, folder: Path) -> FolderCache:
        from platformdirs import user_cache_path

        place = user_cache_path("coderasst", appauthor=False) / FOLDER
        cache = cls(place / f"{folder.name}.json", _stamp(folder))
        cache._read()
        return cache

    def _read(self) -> None:
        with suppress(OSError, TypeError, ValueError, RecursionError):
            if self.file.stat().st_size <= _MOST_BYTES:
                self._take(json.loads(self.file.read_bytes()))

    def _take(self, kept: Any) -> None:
        if not isinstance(kept, dict) or kept.get("stamp") != self.stamp:
            return
        prefilters, rules = kept.get("prefilters"), kept.get("rules")
        if isinstance(prefilters, dict) and isinstance(rules, dict):
            self.prefilters = {name: tuple(words) for name, words in prefilters.items()}
            self.rules = {**rules, **self.rules}

    def add_prefilters(self, given: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        self.prefilters.update(given)
        self.changed = True

    def add_rule(self, name: str, data: Mapping[str, Any]) -> None:
        self.rules[name] = data
        self.changed = True

    def save(self) -> None:
        """Keep what was added, with what others added meanwhile: processes that share files out may
        use the same folder. Of two at the very same time, the last one's is kept."""
        if not self.changed:
            return
        self._read()
        kept = {"stamp": self.stamp, "prefilters": self.prefilters, "rules": self.rules}
        with suppress(OSError):
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(self.file, json.dumps(kept).encode(), mode=0o600)
        self.changed = False


def _stamp(folder: Path) -> str:
    """Changes with every file of ``folder`` that is added, removed or written."""
    hashed = hashlib.sha256(os.fsencode(folder))
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            status = entry.stat()
            hashed.update(f"{entry.name}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return hashed.hexdigest()
