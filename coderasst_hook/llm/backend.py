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
    form: str = "full"
    """Name of the prompt form (``forms.py``) that the model declares to be made for."""


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    prompt_tokens: int
    answer_tokens: int
    server_seconds: float
    """Load, prompt and answer time, as the server itself reports it (0 where it does not)."""
    tokens: tuple[tuple[str, float], ...] = ()
    """Each token's text and the logarithm of its probability, where the backend is to tell them."""


class AnswerFailure(Exception):
    """This prompt got no usable answer; ``str()`` is the reason that coverage will show.

    ``transient``: the same request may succeed when sent again (connection lost, 5xx, busy).
    ``too_long``: the prompt or the answer was cut; a smaller request may succeed.
    ``prompt_cut``: it was the prompt; a larger context may succeed.
    ``context_full``: the answer ran out of the context; a larger one or a shorter answer may do.
    ``unreadable``: the text is not the JSON asked for; another sample may be.
    ``unreachable``: nothing listens there, so no other request will do better.
    """

    def __init__(
        self,
        reason: str,
        *,
        transient: bool = False,
        too_long: bool = False,
        prompt_cut: bool = False,
        context_full: bool = False,
        unreadable: bool = False,
        unreachable: bool = False,
    ) -> None:
        super().__init__(reason)
        self.transient = transient or unreachable
        self.too_long = too_long or prompt_cut or context_full
        self.prompt_cut = prompt_cut
        self.context_full = context_full
        self.unreadable = unreadable
        self.unreachable = unreachable


class Backend(Protocol):
    """All methods are cancellable: a cancelled ``answer`` closes its connection, which stops the
    server's work. After ``close`` it can be used again, also in another event loop."""

    name: str
    """What it speaks: "ollama", "openai"."""
    host: str

    async def identity(self) -> ModelIdentity:
        """Raises ``BackendError`` with the next step: server unreachable, model missing."""
        ...

    async def answer(self, prompt: Prompt, options: Options) -> Answer:
        """Raises ``AnswerFailure``."""
        ...

    async def close(self) -> None: ...
