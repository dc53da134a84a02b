"""Comments on lines and in the conversation, replies and reactions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from testing.github import actions, render, render_pulls
from testing.github.accounts import Level
from testing.github.actions import Draft
from testing.github.exchange import Answer, Asked, Routes, listing
from testing.github.refusals import Refusal, not_found
from testing.github.render import Json
from testing.github.state import IssueComment, ReviewComment

_Comment = TypeVar("_Comment", IssueComment, ReviewComment)

# A pull request is an issue too: either permission serves for its conversation.
_CONVERSATION = ("issues", "pull_requests")


def _create_inline(asked: Asked) -> Answer:
    asked.token.require("write", "pull_requests")
    if "in_reply_to" in asked.body:
        return _reply_to(asked, int(asked.body["in_reply_to"]))
    draft, commit = Draft.of(asked.body), asked.body["commit_id"]
    made = actions.comment_inline(asked.world, asked.account, asked.pull, commit, draft)
    return Answer(201, render_pulls.review_comment(asked.links, made))


def _reply(asked: Asked) -> Answer:
    asked.token.require("write", "pull_requests")
    return _reply_to(asked, int(asked.arguments["comment_id"]))


def _reply_to(asked: Asked, id: int) -> Answer:
    parent = asked.world.review_comment(asked.repository, id)
    if parent.pull is not asked.pull:
        raise not_found()
    if parent.reply_to is not None:
        raise Refusal(422, "Validation Failed", ["in_reply_to must be a top-level comment"])
    made = actions.reply(asked.world, asked.account, parent.thread, asked.body["body"])
    return Answer(201, render_pulls.review_comment(asked.links, made))


def _list_inline(asked: Asked) -> Answer:
    asked.token.require("read", "pull_requests")
    return _listed_inline(asked, list(asked.pull.review_comments()))


def _list_all_inline(asked: Asked) -> Answer:
    asked.token.require("read", "pull_requests")
    pulls = asked.repository.pulls
    return _listed_inline(asked, [one for pull in pulls for one in pull.review_comments()])


def _listed_inline(asked: Asked, comments: Sequence[ReviewComment]) -> Answer:
    return listing(
        asked,
        _sorted(asked, comments),
        lambda one: render_pulls.review_comment(asked.links, one),
    )


def _list(asked: Asked) -> Answer:
    asked.token.require("read", *_CONVERSATION)
    comments = _since(asked, asked.pull.comments)
    return listing(asked, comments, lambda one: render_pulls.issue_comment(asked.links, one))


def _list_all(asked: Asked) -> Answer:
    asked.token.require("read", *_CONVERSATION)
    comments = [one for pull in asked.repository.pulls for one in pull.comments]
    return listing(
        asked,
        _sorted(asked, comments),
        lambda one: render_pulls.issue_comment(asked.links, one),
    )


def _create(asked: Asked) -> Answer:
    asked.token.require("write", *_CONVERSATION)
    made = actions.comment(asked.world, asked.account, asked.pull, asked.body["body"])
    return Answer(201, render_pulls.issue_comment(asked.links, made))


def _get(asked: Asked) -> Answer:
    comment = _found(asked, "read")
    return Answer(200, _shown(asked, comment))


def _edit(asked: Asked) -> Answer:
    comment = _found(asked, "write")
    actions.edit(asked.world, comment, asked.body["body"])
    return Answer(200, _shown(asked, comment))


def _delete(asked: Asked) -> Answer:
    actions.delete(asked.world, _found(asked, "write"))
    return Answer(204)


def _reactions(asked: Asked) -> Answer:
    wanted = asked.query.get("content")
    given = [one for one in _found(asked, "read").reactions if wanted in (None, one.content)]
    return listing(asked, given, lambda one: render.reaction(asked.links, one))


def _react(asked: Asked) -> Answer:
    comment = _found(asked, "write")
    given, new = actions.react(asked.world, asked.account, comment, asked.body["content"])
    return Answer(201 if new else 200, render.reaction(asked.links, given))


def _unreact(asked: Asked) -> Answer:
    comment = _found(asked, "write")
    for given in comment.reactions:
        if given.id == int(asked.arguments["reaction_id"]) and given.account == asked.account:
            comment.reactions.remove(given)
            return Answer(204)
    raise not_found()


def _found(asked: Asked, level: Level) -> IssueComment | ReviewComment:
    """The comment of the path, on a line or in the conversation, where the token may reach it."""
    id = int(asked.arguments["comment_id"])
    if "/pulls/comments/" in asked.path:
        asked.token.require(level, "pull_requests")
        return asked.world.review_comment(asked.repository, id)
    asked.token.require(level, *_CONVERSATION)
    return asked.world.issue_comment(asked.repository, id)


def _shown(asked: Asked, comment: IssueComment | ReviewComment) -> Json:
    if isinstance(comment, IssueComment):
        return render_pulls.issue_comment(asked.links, comment)
    return render_pulls.review_comment(asked.links, comment)


def _sorted(asked: Asked, comments: Sequence[_Comment]) -> list[_Comment]:
    by_update = asked.query.get("sort") == "updated"
    kept = _since(asked, comments)
    kept.sort(key=lambda one: (one.updated_at if by_update else one.at, one.id))
    return kept[::-1] if asked.query.get("direction") == "desc" else kept


def _since(asked: Asked, comments: Iterable[_Comment]) -> list[_Comment]:
    """GitHub means the last change, not the beginning."""
    if "since" not in asked.query:
        return list(comments)
    since = datetime.fromisoformat(asked.query["since"].replace("Z", "+00:00"))
    return [one for one in comments if one.updated_at >= since]


_REPO = "/repos/{owner}/{repo}"
_PULL = _REPO + "/pulls/{pull_number}"
_ISSUE = _REPO + "/issues/{issue_number}"
_EITHER = (_REPO + "/pulls/comments", _REPO + "/issues/comments")

ROUTES: Routes = {
    ("GET", _PULL + "/comments"): _list_inline,
    ("POST", _PULL + "/comments"): _create_inline,
    ("POST", _PULL + "/comments/{comment_id}/replies"): _reply,
    ("GET", _REPO + "/pulls/comments"): _list_all_inline,
    ("GET", _ISSUE + "/comments"): _list,
    ("POST", _ISSUE + "/comments"): _create,
    ("GET", _REPO + "/issues/comments"): _list_all,
    **{("GET", top + "/{comment_id}"): _get for top in _EITHER},
    **{("PATCH", top + "/{comment_id}"): _edit for top in _EITHER},
    **{("DELETE", top + "/{comment_id}"): _delete for top in _EITHER},
    **{("GET", top + "/{comment_id}/reactions"): _reactions for top in _EITHER},
    **{("POST", top + "/{comment_id}/reactions"): _react for top in _EITHER},
    **{("DELETE", top + "/{comment_id}/reactions/{reaction_id}"): _unreact for top in _EITHER},
}
