"""What was said in one video, and when, however it was found out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from trainer.acquire.youtube.facts import Facts


class Made(str, Enum):
    """By whom."""

    MANUAL = "manual"
    """Somebody wrote it."""
    GENERATED = "generated"
    """YouTube's speech recognition."""
    SPEECH = "speech"
    """Ours."""


@dataclass(frozen=True, slots=True)
class Segment:
    """``start`` and ``seconds``: when it is shown or said, and for how long."""

    start: float
    seconds: float
    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    facts: Facts
    language: str
    """As in "en" or "pt-BR"."""
    made: Made
    segments: tuple[Segment, ...]


def choose(wanted: tuple[str, ...], there: str) -> int | None:
    """How well the language ``there`` fits, 0 being best; None where it is not wanted. A wanted
    "pt" takes "pt-BR", too, behind "pt" itself."""
    for rank, language in enumerate(wanted):
        if there.lower() == language.lower():
            return 2 * rank
        if "-" not in language and there.lower().startswith(f"{language.lower()}-"):
            return 2 * rank + 1
    return None
