"""Review conversations as requests and answers: comment ↔ hunk ↔ the change that followed.

A comment counts where the code was changed because of it, or right beside it: then its author was
right, and the change says what was meant. People write for people who know the code, so the
weight is low.
"""

from __future__ import annotations

import re
from dataclasses import replace

from coderasst_hook.llm.taxonomy import BY_TYPE
from coderasst_hook.models import Confidence
from coderasst_hook.personal import mask_mentions
from trainer.conversations import Conversation, Outcome, Remark, Role
from trainer.dataset.answers import Said
from trainer.dataset.change import Change, hunk_of_text, patch_of
from trainer.dataset.code_document import provenance_of
from trainer.dataset.comment_types import issue_type_of
from trainer.dataset.example import Kind, LeftOut, Made
from trainer.dataset.making import Facts, asked, example, why_none
from trainer.dataset.prompt_form import ReviewPrompt
from trainer.dataset.shipped import first_sentence
from trainer.documents import Document

RULE = "review"
"""What such findings have for a rule."""
WEIGHTS = {Outcome.SUGGESTED: 0.4, Outcome.CHANGED: 0.3, Outcome.NEARBY: 0.2}
MOST_CHANGED = 3
"""Lines of the change that are told as a suggestion in words."""

UNREADABLE = "not a conversation"
NOT_ACTED_ON = "nothing was changed because of it"
ABOUT_OLD = "about lines that are not added"
NO_HUNK = "its hunk cannot be read"
NO_CATEGORY = "about nothing that has a category"
NOT_A_REVIEWER = "not by a reviewer"

_NOISE = re.compile(
    r"```.*?(?:```|\Z)|<!--.*?-->|!?\[[^\]]{0,200}\]\([^)]{0,500}\)|[*_`>#]+", re.DOTALL
)


def reviewed(document: Document, split: str, form: ReviewPrompt) -> Made:
    try:
        conversation = Conversation.from_json(document.text)
    except ValueError:
        return LeftOut(UNREADABLE, Kind.CONVERSATION, document.id)
    first = conversation.comments[0]
    provenance = provenance_of(document, reviewer=first.person, revision=conversation.commit)
    weight = WEIGHTS.get(conversation.outcome, 0.0)
    facts = Facts(Kind.CONVERSATION, split, weight, provenance)
    reason = _unfit(conversation)
    if reason:
        return facts.left_out(reason)
    hunk = hunk_of_text(conversation.hunk)
    if hunk is None:
        return facts.left_out(NO_HUNK)
    change = patch_of(conversation.path, (hunk,))
    if change.source.language is None and conversation.language:
        change = replace(change, source=replace(change.source, language=conversation.language))
    said = _said(conversation, change)
    if isinstance(said, str):
        return facts.left_out(said)
    request = next((one for one in asked(change, form) if said.line in one.added), None)
    if request is None:
        return facts.left_out(why_none(form))
    return example(request, [said], facts, form)


def _unfit(conversation: Conversation) -> str:
    if conversation.comments[0].role in (Role.AUTHOR, Role.TOOL):
        return NOT_A_REVIEWER
    if conversation.side != "new":
        return ABOUT_OLD
    if conversation.outcome not in WEIGHTS:
        return NOT_ACTED_ON
    return ""


def _said(conversation: Conversation, change: Change) -> Said | str:
    """Or why nothing is said."""
    remark = conversation.comments[0]
    words = _plain(remark.body)
    issue = issue_type_of(words)
    if issue is None:
        return NO_CATEGORY
    commented = range(conversation.first_line, conversation.last_line + 1)
    line = next((n for n in commented if n in change.source.changed), None)
    if line is None:
        return ABOUT_OLD
    message, explanation = first_sentence(words)
    return Said(
        rule_id=f"{RULE}/{issue}",
        issue_type=issue,
        line=line,
        message=message,
        severity=BY_TYPE[issue].severity,
        confidence=Confidence.MEDIUM,
        explanation=explanation,
        suggestion=_suggestion(conversation, remark),
        replacement=_replacement(conversation, line),
    )


def _plain(body: str) -> str:
    return " ".join(mask_mentions(_NOISE.sub(" ", body)).split())


def _suggestion(conversation: Conversation, remark: Remark) -> str:
    lines = _became(conversation) if remark.suggestion is None else remark.suggestion
    shown = [line.strip() for line in lines if line.strip()]
    return f"Write: {' ⏎ '.join(shown)}" if 0 < len(shown) <= MOST_CHANGED else ""


def _became(conversation: Conversation) -> tuple[str, ...]:
    return () if conversation.change is None else conversation.change.after


def _replacement(conversation: Conversation, line: int) -> str | None:
    """The line that took the place of ``line`` alone."""
    remark, change = conversation.comments[0], conversation.change
    if conversation.first_line == conversation.last_line == line and remark.suggestion:
        return "\n".join(remark.suggestion)
    if change is None or change.first_line != line or len(change.before) != 1:
        return None
    return change.after[0] if len(change.after) == 1 else None
