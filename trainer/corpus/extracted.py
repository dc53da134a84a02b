"""What all extractions give back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Extracted:
    text: str
    how: str
    """For the history."""
    language: str = ""
    """As in ``Document``; "" where the extraction says nothing of it."""
