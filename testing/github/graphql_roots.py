"""Where a query or a mutation of GraphQL begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from testing.github import actions
from testing.github.accounts import Account
from testing.github.graphql_pages import Refused
from testing.github.graphql_values import Resolver, Viewer
from testing.github.refusals import Refusal
from testing.github.state import (
    GRAPHQL_REACTIONS,
    FakeRepository,
    IssueComment,
    Pull,
    ReviewComment,
    Thread,
)


def _repository(_: Any, viewer: Viewer, owner: str, name: str, **__: Any) -> FakeRepository:
    try:
        found = viewer.world.repository(owner, name)
    except Refusal:
        words = f"Could not resolve to a Repository with the name '{owner}/{name}'."
        raise Refused("NOT_FOUND", words) from None
    return found


def _node(_: Any, viewer: Viewer, id: str) -> Any:
    for node in viewer.world.nodes():
        if node.node_id == id:
            return node
    raise Refused("NOT_FOUND", f"Could not resolve to a node with the global id of '{id}'.")


def _thread(viewer: Viewer, id: str) -> Thread:
    found = _node(None, viewer, id)
    if not isinstance(found, Thread):
        words = f"Could not resolve to PullRequestReviewThread node with the global id of '{id}'."
        raise Refused("NOT_FOUND", words)
    return found


def _resolve(_: Any, viewer: Viewer, input: dict[str, Any]) -> dict[str, Any]:
    """A workflow's token must be allowed to write contents for this, as odd as it is: seen in
    github/gh-aw issue 35726 (2026)."""
    viewer.require("pull_requests", "contents")
    thread = _thread(viewer, input["threadId"])
    actions.resolve(viewer.world, viewer.account, thread)
    return {"thread": thread, "clientMutationId": input.get("clientMutationId")}


def _unresolve(_: Any, viewer: Viewer, input: dict[str, Any]) -> dict[str, Any]:
    viewer.require("pull_requests", "contents")
    thread = _thread(viewer, input["threadId"])
    actions.unresolve(viewer.world, thread)
    return {"thread": thread, "clientMutationId": input.get("clientMutationId")}


def _reply(_: Any, viewer: Viewer, input: dict[str, Any]) -> dict[str, Any]:
    viewer.require("pull_requests")
    thread = _thread(viewer, input["pullRequestReviewThreadId"])
    made = _done(lambda: actions.reply(viewer.world, viewer.account, thread, input["body"]))
    return {"comment": made, "clientMutationId": input.get("clientMutationId")}


def _comment(_: Any, viewer: Viewer, input: dict[str, Any]) -> dict[str, Any]:
    viewer.require("pull_requests")
    pull = _node(None, viewer, input["subjectId"])
    if not isinstance(pull, Pull):
        raise Refused("NOT_FOUND", "Could not resolve to a PullRequest.")
    made = _done(lambda: actions.comment(viewer.world, viewer.account, pull, input["body"]))
    return {
        "commentEdge": {"node": made, "cursor": ""},
        "subject": pull,
        "clientMutationId": input.get("clientMutationId"),
    }


def _react(_: Any, viewer: Viewer, input: dict[str, Any]) -> dict[str, Any]:
    viewer.require("pull_requests")
    comment = _node(None, viewer, input["subjectId"])
    if not isinstance(comment, IssueComment | ReviewComment):
        raise Refused("NOT_FOUND", "Could not resolve to something to react to.")
    contents = {name: content for content, name in GRAPHQL_REACTIONS.items()}
    given, _new = actions.react(viewer.world, viewer.account, comment, contents[input["content"]])
    return {
        "reaction": given,
        "subject": comment,
        "clientMutationId": input.get("clientMutationId"),
    }


def _done(act: Any) -> Any:
    try:
        return act()
    except Refusal as refusal:
        raise Refused("UNPROCESSABLE", refusal.message) from None


def _viewer(_: Any, viewer: Viewer) -> Account:
    """A bot sees itself with its "[bot]" here, and without everywhere else."""
    account = viewer.account
    return Account(account.rest_login, account.id) if account.is_bot else account


ROOTS: Mapping[str, Mapping[str, Resolver]] = {
    "Query": {
        "repository": _repository,
        "viewer": _viewer,
        "node": _node,
        "nodes": lambda _, viewer, ids: [_node(None, viewer, id) for id in ids],
    },
    "Mutation": {
        "resolveReviewThread": _resolve,
        "unresolveReviewThread": _unresolve,
        "addPullRequestReviewThreadReply": _reply,
        "addComment": _comment,
        "addReaction": _react,
    },
}
