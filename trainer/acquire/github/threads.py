"""A review thread as a conversation, with what became of the lines that it is about."""

from __future__ import annotations

from dataclasses import dataclass

from coderasst_hook.feedback import redaction
from coderasst_hook.feedback.fate import Became
from coderasst_hook.feedback.versions import Versions
from coderasst_hook.github.values import Comment, PullRequest, Thread
from coderasst_hook.languages import language_of
from trainer.acquire.github.change import NEAR, change_at
from trainer.acquire.github.remarks import code_lines, is_own, remark, suggestion_in
from trainer.conversations import Change, Conversation, Outcome

LONGEST_HUNK = 20_000
"""Characters, of which the last are kept: the commented lines are there."""
LONGEST_PATH = 4_000
BOT = "begun by a bot"
OWN = "begun by coderasst"
NO_LINES = "about no lines"
NOTHING_SAID = "nothing said"

_OUTCOMES = {
    Became.CHANGED: Outcome.CHANGED,
    Became.SUGGESTED: Outcome.SUGGESTED,
    Became.REVERTED: Outcome.REVERTED,
    Became.KEPT: Outcome.KEPT,
}


@dataclass(frozen=True, slots=True)
class Unfit:
    reason: str


def conversation_of(
    pull: PullRequest, thread: Thread, versions: Versions, *, salt: str, own: bool
) -> Conversation | Unfit:
    """``own``: also those that the tool began. Raises ``GitHubError``."""
    reason = _unfit(thread, own=own)
    if reason:
        return Unfit(reason)
    comments = [one for one in thread.comments if one is thread.first or _counts(one, own=own)]
    remarks = tuple(remark(one, pull.author, salt) for one in comments)
    if not remarks[0].body and remarks[0].suggestion is None:
        return Unfit(NOTHING_SAID)
    side = _side(thread.first)
    outcome, change = _followed(thread, versions) if side == "new" else (Outcome.UNKNOWN, None)
    last = thread.original_line or 1
    return Conversation(
        repository=pull.repository,
        pull=pull.number,
        commit=thread.first.commit_sha,
        path=redaction.text(thread.path, LONGEST_PATH),
        language=language_of(thread.path) or "",
        hunk=_hunk(thread.first.diff_hunk),
        first_line=min(thread.original_start_line or last, last),
        last_line=last,
        side=side,
        comments=remarks,
        outcome=outcome,
        resolved=thread.resolved,
        change=None if change is None else _masked(change),
    )


def _unfit(thread: Thread, *, own: bool) -> str:
    first = thread.first
    if is_own(first):
        if not own:
            return OWN
    elif first.author.is_bot:
        return BOT
    if thread.original_line is None or not first.diff_hunk.startswith("@@"):
        return NO_LINES
    return ""


def _counts(reply: Comment, *, own: bool) -> bool:
    return not reply.author.is_bot or (own and is_own(reply))


def _side(comment: Comment) -> str:
    """A hunk ends with the line that is commented on."""
    return "old" if _last_line(comment).startswith("-") else "new"


def _last_line(comment: Comment) -> str:
    return comment.diff_hunk.rstrip("\n").rpartition("\n")[2]


def _followed(thread: Thread, versions: Versions) -> tuple[Outcome, Change | None]:
    suggestion = suggestion_in(thread.first.body)[1]
    fate = versions.fate(thread, suggestion)
    if fate is None:
        return Outcome.UNKNOWN, None
    outcome = _OUTCOMES[fate.became]
    if fate.lines is None or outcome is Outcome.REVERTED:
        return outcome, None
    block = versions.block(thread, suggestion)
    if block is None or versions.lines(thread.path, thread.first.commit_sha) is None:
        # What the hunk shows of a file cannot be told from what was written around it.
        return outcome, None
    shown = _last_line(thread.first)[1:].rstrip("\r")
    if shown != block.lines[-1].rstrip("\r"):
        # The numbers are of another version, and so would be all that follows.
        return Outcome.UNKNOWN, None
    if outcome is Outcome.KEPT:
        change = change_at(block, fate.lines, near=NEAR)
        return (outcome, None) if change is None else (Outcome.NEARBY, change)
    return outcome, change_at(block, fate.lines)


def _hunk(text: str) -> str:
    header, _, body = text.rstrip("\n").partition("\n")
    cut = body[-LONGEST_HUNK:]
    if len(cut) < len(body):
        cut = cut.partition("\n")[2]
    return redaction.text(f"{header}\n{cut}", 2 * LONGEST_HUNK)


def _masked(change: Change) -> Change:
    return Change(change.first_line, code_lines(change.before), code_lines(change.after))
