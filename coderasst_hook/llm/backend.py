"""What a backend is: something that answers one prompt with text.

Backends know their server's wire format and its faults, and nothing of diffs or findings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Prompt:
    """One request. ``system`` is the same for every chunk, so that the server's prompt cache is
    reused; ``schema`` is the JSON schema that the answer must obey."""

    system: str
    user: str
    schema: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Options:
    """How to sample. ``context`` and ``max_answer`` are in tokens."""

    context: int
    max_answer: int
    temperature: float = 0.0
    seed: int = 42
    keep_alive: str = "10m"


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which weights answer: ``digest`` changes whenever they do."""

    name: str
    digest: str
    context_length: int
    """The longest context that the model was made for, in tokens."""
    thinks: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    prompt_tokens: int
    answer_tokens: int
    server_seconds: float
    """Load, prompt and answer time, as the server itself reports it (0 where it does not)."""


class AnswerFailure(Exception):
    """This prompt got no usable answer; ``str()`` is the reason that coverage will show.

    ``transient``: the same request may succeed when sent again (connection lost, 5xx, busy).
    ``too_long``: the prompt or the answer was cut; a smaller request may succeed.
    """

    def __init__(self, reason: str, *, transient: bool = False, too_long: bool = False) -> None:
        super().__init__(reason)
        self.transient = transient
        self.too_long = too_long


class Backend(Protocol):
    """All methods are cancellable: a cancelled ``answer`` closes its connection, which stops the
    server's work."""

    name: str

    async def identity(self) -> ModelIdentity:
        """Raises ``BackendError`` with the next step: server unreachable, model missing."""
        ...

    async def answer(self, prompt: Prompt, options: Options) -> Answer:
        """Raises ``AnswerFailure``."""
        ...

    async def close(self) -> None: ...
