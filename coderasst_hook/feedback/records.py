"""What the store keeps beside findings and verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """A model that was seen or made; ``name`` with ``digest`` identifies it."""

    name: str
    digest: str
    at: datetime
    details: Mapping[str, Any] = field(default_factory=dict)
    """Values of JSON."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run of the trainer. Recording the same ``id`` again replaces it: once where it starts,
    once where it has ended."""

    id: str
    kind: str
    started: datetime
    ended: datetime | None = None
    outcome: str = ""
    """Empty while it runs, and where it was killed."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """Values of JSON."""


@dataclass(frozen=True, slots=True)
class Counts:
    findings: int
    verdicts: int
    reviews: int
    models: int
    runs: int
