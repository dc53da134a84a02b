"""What is said of a case, by whoever labelled it or by a model, in terms that can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from coderasst_hook.anchoring import Anchors, NoAnchor
from coderasst_hook.chunks.render import visible
from coderasst_hook.llm.backend import AnswerFailure
from coderasst_hook.llm.forms import PromptForm
from coderasst_hook.llm.parse import Parsed
from coderasst_hook.llm.taxonomy import BY_TYPE, PREFIX
from coderasst_hook.models import Candidate
from trainer.evaluation.chances import Tokens, chances
from trainer.evaluation.shown import Shown

_CONFIDENCES = {"low": 0.6, "medium": 0.8, "high": 1.0}


@dataclass(frozen=True, slots=True)
class Claim:
    """One finding: ``line`` is of the new side, as the request numbers it."""

    line: int
    issue_type: str
    severity: str
    sureness: float = 1.0
    """Above 0, at most 1: only the order of several counts."""
    replacement: str | None = None

    @property
    def category(self) -> str:
        return BY_TYPE[self.issue_type].category.value

    @property
    def what(self) -> tuple[int, str]:
        """Two claims with the same are one finding."""
        return self.line, self.issue_type


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model said of one case. ``failure`` says why there is no usable answer, and is empty
    where there is one; ``dropped`` counts what the review would not show of it."""

    claims: tuple[Claim, ...] = ()
    failure: str = ""
    dropped: int = 0
    requests: int = 1
    """How often the server was asked; more than once after an answer that could not be used."""
    seconds: float = 0.0
    """As the server reports it."""
    prompt_tokens: int = 0
    answer_tokens: int = 0


def labels(answer: str, form: PromptForm) -> tuple[Claim, ...]:
    """The findings of an answer of the dataset, whose lines are right. Raises ``ValueError`` where
    it is none."""
    try:
        parsed = form.read(answer, "label")
    except AnswerFailure as failure:
        raise ValueError(str(failure)) from None
    return _once(_claim(candidate, candidate.line) for candidate in parsed.candidates)


def read_reply(text: str, form: PromptForm, shown: Shown, tokens: Tokens = ()) -> Reply:
    """What the review would show of a model's answer ``text``. With its ``tokens``, the findings
    are as sure as the model was; without, as it says."""
    try:
        return placed(form.read(text, shown.path), form, shown, chances(text, tokens))
    except AnswerFailure as failure:
        return Reply(failure=str(failure))


def placed(
    parsed: Parsed,
    form: PromptForm,
    shown: Shown,
    sure: Mapping[tuple[int, str], float] | None = None,
) -> Reply:
    """The same of an answer that is read already: findings where they are anchored, on added lines,
    each once."""
    chunk = shown.chunk()
    of_file = form.placed(parsed, chunk)
    anchors = Anchors(chunk.hunk_lines(), visible)
    added = shown.added
    claims: list[Claim] = []
    for candidate in of_file.candidates:
        anchor = anchors.find(candidate.quote, candidate.line)
        if not isinstance(anchor, NoAnchor) and anchor.line in added:
            claims.append(_claim(candidate, anchor.line, sure or {}))
    kept = _once(claims)
    said = len(of_file.candidates) + len(of_file.dropped)
    return Reply(claims=kept, dropped=said - len(kept))


def _claim(
    candidate: Candidate, line: int, sure: Mapping[tuple[int, str], float] = MappingProxyType({})
) -> Claim:
    issue = candidate.rule.id.removeprefix(PREFIX)
    stated = _CONFIDENCES[candidate.confidence.value]
    return Claim(
        line=line,
        issue_type=issue,
        severity=candidate.severity.value,
        sureness=sure.get((candidate.line, issue), stated),
        replacement=candidate.replacement,
    )


def _once(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    found: dict[tuple[int, str], Claim] = {}
    for claim in claims:
        known = found.get(claim.what)
        if known is None or claim.sureness > known.sureness:
            found[claim.what] = claim
    return tuple(sorted(found.values(), key=lambda claim: claim.what))
