"""Crawls within the tests' own process, of sites on this machine."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.acquire.budget import Budget
from trainer.acquire.web.addresses import AddressPolicy
from trainer.acquire.web.crawl import Outcome, crawl
from trainer.acquire.web.resolver import Lookup, system_lookup
from trainer.acquire.web.scope import scope_of
from trainer.config import Limits, WebSettings
from trainer.documents import Document
from trainer.raw_source import RawSource

AGENT = "coderasst-train/1.0 (+https://example.org/crawler)"
HERE = AddressPolicy(allow_private=True)


@dataclass(frozen=True)
class Crawled:
    outcome: Outcome
    documents: tuple[Document, ...]
    """All of the source, in order."""
    drops: Counter[str]
    """All of the source, by reason."""
    state: dict[str, Any]

    @property
    def locations(self) -> list[str]:
        return [one.origin.location for one in self.documents]

    @property
    def paths(self) -> set[str]:
        """Of the documents' locations, behind the host."""
        return {"/" + location.split("/", 3)[3] for location in self.locations}

    def at(self, path: str) -> Document:
        (found,) = [one for one in self.documents if one.origin.location.endswith(path)]
        return found


def crawled(
    folder: Path,
    *starts: str,
    policy: AddressPolicy = HERE,
    limits: Limits | None = None,
    lookup: Lookup = system_lookup,
    use_sitemaps: bool = True,
    scope: dict[str, Any] | None = None,
    **settings: Any,
) -> Crawled:
    """Crawl from ``starts`` into ``folder``; again with the same one, it is the next run."""
    web = WebSettings(**{"delay": 0.0, **settings})
    with RawSource(folder / "raw", "web", "site") as source:
        outcome = crawl(
            scope_of(starts, depth=web.depth, policy=policy, **(scope or {})),
            source,
            Budget(limits or Limits(), source),
            web,
            policy,
            user_agent=AGENT,
            folder=folder / "work",
            looked_at=lambda url: None,
            use_sitemaps=use_sitemaps,
            lookup=lookup,
        )
        source.checkpoint()
        return Crawled(outcome, tuple(source.documents()), source.drops, source.state)
