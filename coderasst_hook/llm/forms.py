"""How a change is put to a model, and how its answer is read. The model itself declares which form
it was made for, by the first line of the system text in its Modelfile; one that declares nothing
gets the full form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from coderasst_hook.changes import FileDiff
from coderasst_hook.chunks import Chunk, estimate_tokens, make_chunks
from coderasst_hook.errors import BackendError
from coderasst_hook.llm.backend import Prompt
from coderasst_hook.llm.chunk_prompt import chunk_prompt
from coderasst_hook.llm.compact import CompactForm
from coderasst_hook.llm.parse import Parsed, parse
from coderasst_hook.llm.prompt import PROMPT_VERSION, SYSTEM
from coderasst_hook.llm.schema import answer_schema, tight
from coderasst_hook.models import Finding
from coderasst_hook.scopes import Outline
from coderasst_hook.source import SourceFile
from coderasst_hook.untrusted import one_line

_MARKER = re.compile(r"coderasst [a-z]{1,20} \d{1,9}")


class PromptForm(Protocol):
    """Frozen and picklable: the trainer sends it to worker processes."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str:
        """Changes with whatever changes an answer: it is a part of the cache's keys."""
        ...

    @property
    def system(self) -> str:
        """The same for every request; what a model of this form has as its own system text."""
        ...

    @property
    def max_answer(self) -> int:
        """Tokens that no answer needs more of."""
        ...

    def chunks(
        self,
        file: FileDiff,
        source: SourceFile,
        room: int,
        outline: Outline | None = None,
        instructions: str = "",
    ) -> tuple[Chunk, ...]:
        """``file`` as requests of at most ``room`` estimated tokens, ``instructions`` included.
        ``outline`` saves the parsing where there is one already."""
        ...

    def prompt(
        self, chunk: Chunk, findings: Sequence[Finding] = (), instructions: str = ""
    ) -> Prompt:
        """``findings`` are what analyzers reported of the chunk's file."""
        ...

    def again(self, user: str) -> Prompt:
        """The prompt that had this user text."""
        ...

    def shorter(self, max_answer: int) -> dict[str, Any]:
        """The schema for a second try, whose answer fits into ``max_answer`` tokens."""
        ...

    def read(self, text: str, path: str) -> Parsed:
        """An answer about the file ``path``, in the form's own terms. Raises ``AnswerFailure``
        where it is not what was asked for."""
        ...

    def placed(self, parsed: Parsed, chunk: Chunk) -> Parsed:
        """What was ``read`` of an answer about ``chunk``, in terms of its file."""
        ...

    def parse(self, text: str, chunk: Chunk) -> Parsed:
        """``read`` and ``placed``."""
        ...


@dataclass(frozen=True, slots=True)
class FullForm:
    """Many lines, with all that a reader needs around them, and answers in words."""

    name: str = "full"
    version: str = PROMPT_VERSION
    system: str = SYSTEM
    max_answer: int = 65_536

    def chunks(
        self,
        file: FileDiff,
        source: SourceFile,
        room: int,
        outline: Outline | None = None,
        instructions: str = "",
    ) -> tuple[Chunk, ...]:
        budget = room - estimate_tokens(instructions)
        return make_chunks(file, source, budget=budget, outline=outline)

    def prompt(
        self, chunk: Chunk, findings: Sequence[Finding] = (), instructions: str = ""
    ) -> Prompt:
        return chunk_prompt(chunk, findings, instructions)

    def again(self, user: str) -> Prompt:
        return Prompt(system=self.system, user=user, schema=answer_schema())

    def shorter(self, max_answer: int) -> dict[str, Any]:
        return answer_schema(tight(max_answer))

    def read(self, text: str, path: str) -> Parsed:
        return parse(text, path)

    def placed(self, parsed: Parsed, chunk: Chunk) -> Parsed:
        return parsed

    def parse(self, text: str, chunk: Chunk) -> Parsed:
        return parse(text, chunk.path)


FULL = FullForm()
COMPACT = CompactForm()
FORMS: tuple[PromptForm, ...] = (FULL, COMPACT)


def by_name(name: str) -> PromptForm:
    """Raises ``KeyError``."""
    return {form.name: form for form in FORMS}[name]


def declared_by(system: str) -> PromptForm:
    """The form of a model with ``system`` for its own system text.

    Raises ``BackendError`` for a form that this version does not know: the model would be shown
    what it was not trained on.
    """
    first = system.strip().partition("\n")[0].strip()
    if not _MARKER.fullmatch(first):
        return FULL
    for form in FORMS:
        if form.system == first:
            return form
    raise BackendError(
        f"the model was made for the prompt form {one_line(first)!r}, which this version of "
        "coderasst does not have",
        next_step="pip install --upgrade coderasst, or choose another model: coderasst models list",
    )
