"""What an acquisition from GitHub takes, and what it works with."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from coderasst_hook.errors import StoreError
from coderasst_hook.github.client import Client
from coderasst_hook.patterns import Patterns
from trainer.acquire.budget import Budget
from trainer.acquire.github.permission import Permission
from trainer.raw_source import RawSource


@dataclass(frozen=True, slots=True)
class Wish:
    """What to take of each repository. Patterns are gitignore's."""

    source: str
    now: datetime
    most: int
    """Bytes of one document."""
    permission: Permission
    include: tuple[str, ...] = ()
    """Where there are some, what matches is looked at alone."""
    exclude: tuple[str, ...] = ()
    languages: frozenset[str] = frozenset()
    """Names of ``coderasst_hook.languages``; all where there are none."""
    ref: str | None = None
    by_clone: bool = False

    @property
    def key(self) -> str:
        """Other for a wish that takes other files of the same commit."""
        settings = self.permission.settings
        decisive = (
            *(self.most, self.include, self.exclude, sorted(self.languages), self.ref),
            *(sorted(settings.allowed), settings.allow_unknown),
        )
        return hashlib.sha256(repr(decisive).encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def filter(self) -> Callable[[str], bool]:
        """Whether a path is wanted. Raises ``ConfigurationError`` for a pattern that is none."""
        include = Patterns(self.include, key="--include") if self.include else None
        exclude = Patterns(self.exclude, key="--exclude")

        def wanted(path: str) -> bool:
            return (include is None or include.match(path)) and not exclude.match(path)

        return wanted


@dataclass(frozen=True, slots=True)
class Work:
    """``token`` and ``environ`` are for git, where it clones."""

    client: Client
    source: RawSource
    budget: Budget
    looked_at: Callable[[str], None]
    token: str | None = None
    environ: Mapping[str, str] = field(default_factory=dict)


def remembered(state: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What a source knows of repositories, by name in lower case. Change it to remember more.
    Raises ``StoreError`` where it is not what was written here."""
    known = state.setdefault("repositories", {})
    if not (isinstance(known, dict) and all(map(_is_plain, known.values()))):
        raise StoreError(
            "the state of this source is damaged", next_step="acquire with another --name"
        )
    return known


def _is_plain(value: Any) -> bool:
    return isinstance(value, dict) and all(
        one is None or isinstance(one, str | bool) for one in value.values()
    )
