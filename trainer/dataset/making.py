"""From a change and what is to be said of it to an example, or to the reason why it is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coderasst_hook.chunks import Chunk
from coderasst_hook.llm.backend import Prompt
from coderasst_hook.models import Finding
from coderasst_hook.redact import mask
from coderasst_hook.scopes import Outline
from trainer.dataset.answers import NoTarget, Said, target
from trainer.dataset.change import Change
from trainer.dataset.example import Example, Kind, LeftOut, Made, Preference, Provenance
from trainer.dataset.prompt_form import ReviewPrompt

TOO_LARGE = "too large for one request"
SECRET = "holds a secret"
NOTHING_ADDED = "adds nothing"


@dataclass(frozen=True, slots=True)
class Facts:
    """What an example carries besides its texts."""

    kind: Kind
    split: str
    weight: float
    provenance: Provenance

    def left_out(self, reason: str) -> LeftOut:
        return LeftOut(reason, self.kind, self.provenance.document)


@dataclass(frozen=True, slots=True)
class Asked:
    """A change, or a window of one, as a request, before anything is said of it."""

    change: Change
    chunk: Chunk
    added: frozenset[int | None]
    """New numbers of its added lines."""

    def about(self, said: Sequence[Said]) -> list[Said]:
        """Those of ``said`` that this request is to be answered with."""
        return [one for one in said if one.line in self.added]


def asked(change: Change, form: ReviewPrompt, outline: Outline | None = None) -> tuple[Asked, ...]:
    """All of ``change``. In the full form that is one request, or none where it does not fit."""
    return tuple(
        Asked(change, chunk, frozenset(line.new_number for line in chunk.added()))
        for chunk in form.chunks(change, outline)
    )


def why_none(form: ReviewPrompt) -> str:
    """Why a change has not been ``asked`` about."""
    return NOTHING_ADDED if form.in_windows else TOO_LARGE


def example(
    asked: Asked,
    said: Sequence[Said],
    facts: Facts,
    form: ReviewPrompt,
    *,
    hints: Sequence[Finding] = (),
    rejected: Sequence[Said] | None = None,
) -> Made:
    """``said`` is the answer to learn; ``rejected`` is another one, which people did not want."""
    change = asked.change
    if not any(line.text.strip() for line in asked.chunk.added()):
        return facts.left_out(NOTHING_ADDED)
    answer = target(asked.chunk, change.source, said, form.form)
    if isinstance(answer, NoTarget):
        return facts.left_out(answer.reason)
    preference = None
    if rejected is not None:
        other = target(asked.chunk, change.source, rejected, form.form)
        if isinstance(other, NoTarget):
            return facts.left_out(other.reason)
        preference = Preference(answer.text, other.text)
    prompt = form.prompt(asked.chunk, hints)
    if _holds_a_secret(prompt, answer.text):
        return facts.left_out(SECRET)
    worst = max(answer.said, key=lambda one: one.severity.rank, default=None)
    return Example(
        system=prompt.system,
        user=prompt.user,
        answer=answer.text,
        kind=facts.kind,
        split=facts.split,
        weight=round(facts.weight, 4),
        language=change.source.language or "",
        provenance=facts.provenance,
        hunk=form.key(asked.chunk),
        prompt=form.version,
        category=worst.category.value if worst else "",
        severity=worst.severity.value if worst else "",
        rules=tuple(sorted({one.rule_id for one in answer.said})),
        issue_types=tuple(sorted({one.issue_type for one in answer.said})),
        preference=preference,
    )


def _holds_a_secret(prompt: Prompt, answer: str) -> bool:
    """All of it was masked when it was made; this is the last gate, and it should have nothing to
    do."""
    return mask(prompt.user) != prompt.user or mask(answer) != answer
