"""How a change is put to the model. The form is a parameter: small models need a shorter one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from coderasst_hook.chunks import Chunk, make_chunks
from coderasst_hook.llm.backend import Prompt
from coderasst_hook.llm.chunk_prompt import chunk_prompt
from coderasst_hook.llm.prompt import PROMPT_VERSION
from coderasst_hook.models import Finding
from coderasst_hook.scopes import Outline
from trainer.dataset.change import Change


class PromptForm(Protocol):
    """Frozen and picklable, for it is sent to worker processes."""

    @property
    def version(self) -> str:
        """Changes with every wording."""
        ...

    def chunk(self, change: Change, outline: Outline | None = None) -> Chunk | None:
        """All of ``change`` as one request; None where it does not fit into one."""
        ...

    def prompt(self, chunk: Chunk, hints: Sequence[Finding] = ()) -> Prompt: ...


@dataclass(frozen=True, slots=True)
class ReviewPrompt:
    """The review's own, word by word. ``budget``: tokens of a chunk's text, estimated."""

    budget: int

    @property
    def version(self) -> str:
        return PROMPT_VERSION

    def chunk(self, change: Change, outline: Outline | None = None) -> Chunk | None:
        chunks = make_chunks(change.file, change.source, budget=self.budget, outline=outline)
        if len(chunks) != 1 or any(piece.parts > 1 for piece in chunks[0].hunks):
            return None
        return chunks[0]

    def prompt(self, chunk: Chunk, hints: Sequence[Finding] = ()) -> Prompt:
        return chunk_prompt(chunk, hints)
