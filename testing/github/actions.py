"""What can be done to a pull request's conversation, by whoever does it: a token or a person.

Everything raises ``Refusal`` with GitHub's words where GitHub refuses, and then changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from testing.github import placement
from testing.github.accounts import Account
from testing.github.placement import Misplaced
from testing.github.refusals import Refusal, too_long
from testing.github.state import (
    Anchor,
    IssueComment,
    Pull,
    Reaction,
    Review,
    ReviewComment,
    Thread,
)
from testing.github.world import World

MOST_BODY = 65_536
"""Characters."""

_STATES = {
    "COMMENT": "COMMENTED",
    "APPROVE": "APPROVED",
    "REQUEST_CHANGES": "CHANGES_REQUESTED",
}
# Seen in answers to tools that sent such reviews (2025 and 2026).
_IN_REVIEW = {
    "path": "Path could not be resolved",
    "line": "Line could not be resolved",
    "start_line": (
        "Pull request review thread start line must be part of the same hunk as the line."
    ),
    "order": "Pull request review thread start line must precede the end line.",
    "commit": "The commit_id is not part of the pull request",
}
_ALONE = {
    "path": ("pull_request_review_thread.path", "is invalid"),
    "line": ("pull_request_review_thread.line", "must be part of the diff"),
    "start_line": (
        "pull_request_review_thread.start_line",
        "must be part of the same hunk as the line.",
    ),
    "order": ("pull_request_review_thread.start_line", "must precede the end line."),
    "commit": ("commit_id", "is not part of the pull request"),
}


@dataclass(frozen=True)
class Draft:
    """An inline comment to be."""

    path: str
    body: str
    line: int | None
    start_line: int | None = None
    side: str = "RIGHT"
    start_side: str | None = None
    whole_file: bool = False

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Draft:
        """From the fields of a request."""
        return cls(
            path=body["path"],
            body=body["body"],
            line=body.get("line"),
            start_line=body.get("start_line"),
            side=body.get("side", "RIGHT"),
            start_side=body.get("start_side"),
            whole_file=body.get("subject_type") == "file",
        )


def review(
    world: World,
    account: Account,
    pull: Pull,
    *,
    body: str,
    event: str | None,
    commit: str | None,
    drafts: Sequence[Draft],
) -> Review:
    """All of it or nothing: one comment out of place refuses the review."""
    assert event is not None, "a review without an event stays pending, which is not served here"
    if len(body) > MOST_BODY or any(len(draft.body) > MOST_BODY for draft in drafts):
        raise _unprocessable("Body is too long (maximum is 65536 characters)")
    if event in ("COMMENT", "REQUEST_CHANGES") and not body and not drafts:
        raise _unprocessable("Review cannot be blank")
    if event in ("APPROVE", "REQUEST_CHANGES") and account == pull.author:
        word = "approve" if event == "APPROVE" else "request changes on"
        raise _unprocessable(f"Can not {word} your own pull request")
    try:
        sha = placement.check_commit(pull, commit) if commit else pull.head_sha
        anchors = [_anchor(pull, sha, draft) for draft in drafts]
    except Misplaced as misplaced:
        raise _unprocessable(_IN_REVIEW[misplaced.problem]) from None
    made = _review(world, account, pull, body, _STATES[event], sha)
    for draft, anchor in zip(drafts, anchors, strict=True):
        _thread(world, made, anchor, draft.body)
    return made


def comment_inline(
    world: World, account: Account, pull: Pull, commit: str, draft: Draft
) -> ReviewComment:
    """One comment alone, which GitHub wraps into a review of its own."""
    _bounded(draft.body, "PullRequestReviewComment")
    try:
        anchor = _anchor(pull, placement.check_commit(pull, commit), draft)
    except Misplaced as misplaced:
        raise _invalid_comment(misplaced.problem) from None
    made = _review(world, account, pull, "", "COMMENTED", anchor.commit)
    return _thread(world, made, anchor, draft.body).comments[0]


def reply(world: World, account: Account, thread: Thread, body: str) -> ReviewComment:
    _bounded(body, "PullRequestReviewComment")
    if not body:
        raise Refusal(422, "Validation Failed", [_error("body", "body can't be blank")])
    made = _review(world, account, thread.pull, "", "COMMENTED", thread.pull.head_sha)
    return _say(world, thread, made, body)


def comment(world: World, account: Account, pull: Pull, body: str) -> IssueComment:
    """In the conversation."""
    _bounded(body, "IssueComment")
    if not body.strip():
        raise Refusal(422, "Validation Failed", [_error("body", "body cannot be blank", "data")])
    now = world.touch(pull)
    made = IssueComment(world.ids.next(), pull, account, body, now, now)
    pull.comments.append(made)
    return made


def edit(world: World, comment: IssueComment | ReviewComment, body: str) -> None:
    review_comment = isinstance(comment, ReviewComment)
    _bounded(body, "PullRequestReviewComment" if review_comment else "IssueComment")
    comment.body = body
    comment.updated_at = world.touch(comment.pull)


def delete(world: World, comment: IssueComment | ReviewComment) -> None:
    """The thread goes with its last comment."""
    pull = comment.pull
    world.touch(pull)
    if isinstance(comment, IssueComment):
        pull.comments.remove(comment)
        return
    comment.thread.comments.remove(comment)
    if not comment.thread.comments:
        pull.threads.remove(comment.thread)


def react(
    world: World, account: Account, comment: IssueComment | ReviewComment, content: str
) -> tuple[Reaction, bool]:
    """The reaction, and whether it is a new one: the same again is the one that was there."""
    for reaction in comment.reactions:
        if reaction.account == account and reaction.content == content:
            return reaction, False
    made = Reaction(world.ids.next(), account, content, world.touch(comment.pull))
    comment.reactions.append(made)
    return made, True


def resolve(world: World, account: Account, thread: Thread) -> None:
    world.touch(thread.pull)
    thread.resolved_by = account


def unresolve(world: World, thread: Thread) -> None:
    world.touch(thread.pull)
    thread.resolved_by = None


def _anchor(pull: Pull, commit: str, draft: Draft) -> Anchor:
    if draft.line is None and not draft.whole_file:
        raise Misplaced("line")
    return placement.anchor(
        pull,
        commit,
        draft.path,
        draft.line,
        start_line=draft.start_line,
        side=draft.side,
        start_side=draft.start_side,
    )


def _review(
    world: World, account: Account, pull: Pull, body: str, state: str, commit: str
) -> Review:
    made = Review(world.ids.next(), pull, account, body, state, commit, world.touch(pull))
    pull.reviews.append(made)
    return made


def _thread(world: World, review: Review, anchor: Anchor, body: str) -> Thread:
    place = placement.at_anchor(anchor)
    thread = Thread(world.ids.next(), review.pull, anchor, place)
    _say(world, thread, review, body)
    thread.place = placement.place(thread)
    review.pull.threads.append(thread)
    return thread


def _say(world: World, thread: Thread, review: Review, body: str) -> ReviewComment:
    now = world.touch(review.pull)
    made = ReviewComment(world.ids.next(), thread, review, review.author, body, now, now)
    thread.comments.append(made)
    return made


def _bounded(body: str, resource: str) -> None:
    if len(body) > MOST_BODY:
        raise too_long(resource)


def _unprocessable(problem: str) -> Refusal:
    return Refusal(422, "Unprocessable Entity", [problem])


def _invalid_comment(problem: str) -> Refusal:
    field, words = _ALONE[problem]
    errors = [_error(field, f"{field} {words}")]
    if problem != "commit":
        missing = {"resource": "PullRequestReviewComment", "code": "missing_field"}
        errors.append({**missing, "field": "pull_request_review_thread.diff_hunk"})
    return Refusal(422, "Validation Failed", errors)


def _error(field: str, message: str, code: str = "custom") -> dict[str, str]:
    told = {"resource": "PullRequestReviewComment", "code": code, "field": field}
    return {**told, "message": message}
