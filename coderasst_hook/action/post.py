"""Carries a plan out: review, replies and threads, in an order that a crash cannot harm.

What was done shows in the pull request itself (threads, notes in replies), so a run that starts
over finds it there; the summary with the state comes last, when the rest is certain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from coderasst_hook.action import words
from coderasst_hook.action.plan import Held, Plan, Posting
from coderasst_hook.action.threads import OwnThread
from coderasst_hook.github.errors import Forbidden, NotFound, Unprocessable
from coderasst_hook.github.markers import FindingMarker
from coderasst_hook.github.values import NewComment
from coderasst_hook.models import ModelUse
from coderasst_hook.reporters.pull_request.comment import inline_comment

REFUSED = "GitHub refused the comment"


class Writer(Protocol):
    """``github.writes.Writes`` is one."""

    def post_review(
        self, number: int, commit_sha: str, body: str, comments: Sequence[NewComment]
    ) -> None: ...

    def reply(self, number: int, comment_id: int, body: str) -> None: ...

    def resolve(self, thread_id: str) -> None: ...

    def unresolve(self, thread_id: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Head:
    """What is commented on."""

    number: int
    sha: str
    model: ModelUse | None


@dataclass(slots=True)
class Done:
    """What came of a plan."""

    posted: list[Posting] = field(default_factory=list)
    refused: list[Held] = field(default_factory=list)
    resolved: int = 0
    reopened: int = 0
    problems: list[str] = field(default_factory=list)
    """One sentence each, for the log."""


def post(plan: Plan, head: Head, writes: Writer) -> Done:
    """Raises ``Forbidden`` where not even the review may be posted, and ``GitHubError`` where
    GitHub fails; then the plan is carried out in part, and a new one goes on from there."""
    done = Done()
    _post_review(plan.to_post, len(plan.to_summary), head, writes, done)
    for closing in plan.to_resolve:
        said = words.closing(closing.words, head.sha) if closing.say else None
        done.resolved += _turn(closing.thread, said, head, writes, writes.resolve, done)
    for opening in plan.to_reopen:
        said = words.reopening(head.sha) if opening.say else None
        done.reopened += _turn(opening.thread, said, head, writes, writes.unresolve, done)
    return done


def _post_review(
    postings: Sequence[Posting], held: int, head: Head, writes: Writer, done: Done
) -> None:
    """All of them in one review. Where GitHub refuses it, one of them is at fault and none was
    posted: try both halves, until that one is alone."""
    if not postings:
        return
    comments = [_comment(posting, head) for posting in postings]
    body = words.review_body([posting.finding for posting in postings], held)
    try:
        writes.post_review(head.number, head.sha, body, comments)
    except Unprocessable as error:
        if len(postings) == 1:
            reason = "; ".join(error.details) or str(error)
            done.refused.append(Held(postings[0].finding, f"{REFUSED}: {reason}"))
            return
        middle = len(postings) // 2
        _post_review(postings[:middle], held, head, writes, done)
        _post_review(postings[middle:], held, head, writes, done)
    else:
        done.posted += postings


def _comment(posting: Posting, head: Head) -> NewComment:
    finding, place = posting.finding, posting.place
    marker = FindingMarker.of(finding, model=head.model, commit=head.sha)
    body = inline_comment(finding, marker, with_suggestion=place.covers(finding.location))
    return NewComment(finding.location.path, place.line, body, place.start_line)


def _turn(
    thread: OwnThread,
    said: str | None,
    head: Head,
    writes: Writer,
    change: Callable[[str], None],
    done: Done,
) -> bool:
    """Say why, then resolve or open. Whether both were done."""
    try:
        if said is not None:
            writes.reply(head.number, thread.thread.first.id, said)
        change(thread.thread.id)
    except NotFound:
        return False  # somebody has deleted it meanwhile
    except (Forbidden, Unprocessable) as error:
        problem = f"threads are answered and not resolved or opened: {error}"
        if problem not in done.problems:
            done.problems.append(problem)
        return False
    return True
