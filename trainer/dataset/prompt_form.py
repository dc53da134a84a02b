"""How a change is put to the model in training: as the review puts it, in the form that the model
will declare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coderasst_hook.chunks import Chunk
from coderasst_hook.llm.backend import Prompt
from coderasst_hook.llm.compact import rows
from coderasst_hook.llm.forms import COMPACT, FULL, PromptForm, by_name
from coderasst_hook.models import Finding
from coderasst_hook.scopes import Outline
from trainer.dataset.change import Change, key_of


@dataclass(frozen=True, slots=True)
class ReviewPrompt:
    """One of the review's own forms, word by word. Frozen and picklable, for it is sent to worker
    processes. ``budget``: tokens of a chunk's text, estimated."""

    budget: int
    form: PromptForm = FULL

    @classmethod
    def named(cls, name: str, budget: int) -> ReviewPrompt:
        return cls(budget, by_name(name))

    @property
    def name(self) -> str:
        return self.form.name

    @property
    def version(self) -> str:
        return self.form.version

    @property
    def in_windows(self) -> bool:
        """Whether a change is many requests, each with some of its lines and no hints."""
        return self.form.name == COMPACT.name

    def chunks(self, change: Change, outline: Outline | None = None) -> tuple[Chunk, ...]:
        """All of ``change``; none where it is to be one request and does not fit into one."""
        chunks = self.form.chunks(change.file, change.source, self.budget, outline)
        if self.in_windows:
            return chunks
        if len(chunks) != 1 or any(piece.parts > 1 for piece in chunks[0].hunks):
            return ()
        return chunks

    def prompt(self, chunk: Chunk, hints: Sequence[Finding] = ()) -> Prompt:
        return self.form.prompt(chunk, hints)

    def key(self, chunk: Chunk) -> str:
        """Equal for requests that add the same code, however it is spaced. A window is known by all
        its lines: a single ``except:`` is nothing of its own."""
        if self.in_windows:
            return key_of(row.text for row in rows(chunk))
        return key_of(line.text for line in chunk.added())
