"""What each field of GraphQL is, type by type, for as much of the schema as is served."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from testing.github import clock
from testing.github.accounts import Account
from testing.github.graphql_pages import Connection, Refused, connect
from testing.github.graphql_values import Comment, CommitOf, Resolver, Viewer
from testing.github.placement import changes
from testing.github.render_pulls import page_of
from testing.github.state import (
    GRAPHQL_REACTIONS,
    FakeRepository,
    IssueComment,
    Pull,
)


def _person(account: Account | None) -> Account | None:
    """Where the schema says User, a bot is not shown."""
    return None if account is None or account.is_bot else account


def _page_url(viewer: Viewer, comment: Comment) -> str:
    kind = "issuecomment-" if isinstance(comment, IssueComment) else "discussion_r"
    return f"{page_of(viewer.links, comment.pull)}#{kind}{comment.id}"


def _reactions(comment: Comment, _: Viewer, **asked: Any) -> Connection:
    wanted = asked.pop("content", None)
    asked.pop("orderBy", None)
    given = [one for one in comment.reactions if wanted in (None, GRAPHQL_REACTIONS[one.content])]
    return connect("reactions", given, **asked)


def _reaction_groups(comment: Comment, viewer: Viewer) -> list[dict[str, Any]]:
    return [
        {"content": name, "given": [one for one in comment.reactions if one.content == content]}
        for content, name in GRAPHQL_REACTIONS.items()
    ]


def _pull(repository: FakeRepository, _: Viewer, number: int) -> Pull:
    found = repository.pull(number)
    if found is None:
        words = f"Could not resolve to a PullRequest with the number of {number}."
        raise Refused("NOT_FOUND", words)
    return found


def _pulls(repository: FakeRepository, _: Viewer, **asked: Any) -> Connection:
    states, order = asked.pop("states", None), asked.pop("orderBy", None)
    base, head = asked.pop("baseRefName", None), asked.pop("headRefName", None)
    pulls = [
        pull
        for pull in repository.pulls
        if (not states or _state(pull) in states)
        and base in (None, pull.base_ref)
        and head in (None, pull.head_ref)
    ]
    if order:
        by_update = order["field"] == "UPDATED_AT"
        pulls.sort(key=lambda pull: pull.updated_at if by_update else pull.created_at)
        if order["direction"] == "DESC":
            pulls.reverse()
    return connect("pullRequests", pulls, **asked)


def _state(pull: Pull) -> str:
    if pull.merged_at:
        return "MERGED"
    return "OPEN" if pull.open else "CLOSED"


def _comments(pull: Pull, _: Viewer, **asked: Any) -> Connection:
    order = asked.pop("orderBy", None)
    comments = sorted(pull.comments, key=lambda one: one.updated_at if order else one.at)
    if order and order["direction"] == "DESC":
        comments.reverse()
    return connect("comments", comments, **asked)


def _reviews(pull: Pull, _: Viewer, **asked: Any) -> Connection:
    author, states = asked.pop("author", None), asked.pop("states", None)
    kept = [
        one
        for one in pull.reviews
        if author in (None, one.author.login) and (not states or one.state in states)
    ]
    return connect("reviews", kept, **asked)


def _commits(pull: Pull, _: Viewer, **asked: Any) -> Connection:
    shas = pull.repository.store.between(pull.base_sha, pull.head_sha)
    commits = [{"commit": CommitOf(pull.repository, sha), "pullRequest": pull} for sha in shas]
    return connect("commits", commits, **asked)


_NODE: Mapping[str, Resolver] = {
    "id": lambda it, _: it.node_id,
    # GraphQL's Int ends at 2^31: what is beyond is only told in full.
    "databaseId": lambda it, _: it.id if it.id < 2**31 else None,
}

_NUMBERED: Mapping[str, Resolver] = {**_NODE, "fullDatabaseId": lambda it, _: str(it.id)}

_COMMENT: Mapping[str, Resolver] = {
    **_NUMBERED,
    "author": lambda it, _: it.author,
    "authorAssociation": lambda it, _: it.pull.repository.association(it.author),
    "body": lambda it, _: it.body,
    "bodyText": lambda it, _: it.body,
    "createdAt": lambda it, _: clock.text(it.at),
    "publishedAt": lambda it, _: clock.text(it.at),
    "updatedAt": lambda it, _: clock.text(it.updated_at),
    "lastEditedAt": lambda it, _: clock.text(it.updated_at) if it.updated_at > it.at else None,
    "isMinimized": lambda it, _: False,
    "pullRequest": lambda it, _: it.pull,
    "repository": lambda it, _: it.pull.repository,
    "reactions": _reactions,
    "reactionGroups": _reaction_groups,
    "url": lambda it, viewer: _page_url(viewer, it),
    "viewerDidAuthor": lambda it, viewer: it.author == viewer.account,
}

_ACCOUNT: Mapping[str, Resolver] = {
    **_NODE,
    "login": lambda it, _: it.login,
    "url": lambda it, viewer: f"{viewer.links.web}/{it.login}",
    "resourcePath": lambda it, _: f"/{it.login}",
    "avatarUrl": lambda it, viewer, size=None: f"{viewer.links.web}/avatars/{it.id}",
}

_CONNECTION: Mapping[str, Resolver] = {
    "nodes": lambda it, _: it.nodes,
    "edges": lambda it, _: it.edges,
    "totalCount": lambda it, _: it.total,
    "pageInfo": lambda it, _: it.page_info,
}

FIELDS: Mapping[str, Mapping[str, Resolver]] = {
    "Repository": {
        **_NODE,
        "name": lambda it, _: it.name.partition("/")[2],
        "nameWithOwner": lambda it, _: it.name,
        "owner": lambda it, _: it.owner,
        "isPrivate": lambda it, _: it.private,
        "isFork": lambda it, _: it.parent is not None,
        "url": lambda it, viewer: viewer.links.page(it),
        "pullRequest": _pull,
        "pullRequests": _pulls,
    },
    "PullRequest": {
        **_NUMBERED,
        "number": lambda it, _: it.number,
        "title": lambda it, _: it.title,
        "body": lambda it, _: it.body,
        "author": lambda it, _: it.author,
        "authorAssociation": lambda it, _: it.repository.association(it.author),
        "state": lambda it, _: _state(it),
        "closed": lambda it, _: not it.open,
        "merged": lambda it, _: it.merged_at is not None,
        "isDraft": lambda it, _: it.draft,
        "isCrossRepository": lambda it, _: it.head is not it.repository,
        "createdAt": lambda it, _: clock.text(it.created_at),
        "updatedAt": lambda it, _: clock.text(it.updated_at),
        "closedAt": lambda it, _: clock.optional(it.closed_at),
        "mergedAt": lambda it, _: clock.optional(it.merged_at),
        "mergedBy": lambda it, _: it.merged_by,
        "mergeCommit": lambda it, _: (
            CommitOf(it.repository, it.merge_commit) if it.merge_commit else None
        ),
        "baseRefName": lambda it, _: it.base_ref,
        "baseRefOid": lambda it, _: it.base_sha,
        "headRefName": lambda it, _: it.head_ref,
        "headRefOid": lambda it, _: it.head_sha,
        "baseRepository": lambda it, _: it.repository,
        "headRepository": lambda it, _: it.head,
        "headRepositoryOwner": lambda it, _: it.head and it.head.owner,
        "repository": lambda it, _: it.repository,
        "changedFiles": lambda it, _: len(changes(it, it.head_sha)),
        "url": lambda it, viewer: page_of(viewer.links, it),
        "viewerDidAuthor": lambda it, viewer: it.author == viewer.account,
        "comments": _comments,
        "commits": _commits,
        "reviews": _reviews,
        "reviewThreads": lambda it, _, **asked: connect("reviewThreads", it.threads, **asked),
    },
    "PullRequestReviewThread": {
        "id": lambda it, _: it.node_id,
        "path": lambda it, _: it.anchor.path,
        "line": lambda it, _: it.place.line,
        "startLine": lambda it, _: it.place.start_line,
        "originalLine": lambda it, _: it.anchor.line,
        "originalStartLine": lambda it, _: it.anchor.start_line,
        "diffSide": lambda it, _: it.anchor.side,
        "startDiffSide": lambda it, _: it.anchor.start_side,
        "subjectType": lambda it, _: it.anchor.subject.upper(),
        "isOutdated": lambda it, _: it.place.outdated,
        "isResolved": lambda it, _: it.resolved,
        "isCollapsed": lambda it, _: it.resolved or it.place.outdated,
        "resolvedBy": lambda it, _: _person(it.resolved_by),
        "pullRequest": lambda it, _: it.pull,
        "repository": lambda it, _: it.pull.repository,
        "viewerCanReply": lambda it, viewer: viewer.token.may("pull_requests", "write"),
        "viewerCanResolve": lambda it, viewer: not it.resolved and _may_resolve(viewer),
        "viewerCanUnresolve": lambda it, viewer: it.resolved and _may_resolve(viewer),
        "comments": lambda it, _, **asked: connect("comments", it.comments, **asked),
    },
    "PullRequestReviewComment": {
        **_COMMENT,
        "commit": lambda it, _: CommitOf(it.pull.repository, it.thread.place.commit),
        "originalCommit": lambda it, _: CommitOf(it.pull.repository, it.thread.anchor.commit),
        "diffHunk": lambda it, _: it.thread.anchor.diff_hunk,
        "path": lambda it, _: it.thread.anchor.path,
        "line": lambda it, _: it.thread.place.line,
        "startLine": lambda it, _: it.thread.place.start_line,
        "originalLine": lambda it, _: it.thread.anchor.line,
        "originalStartLine": lambda it, _: it.thread.anchor.start_line,
        "position": lambda it, _: it.thread.place.position,
        "originalPosition": lambda it, _: it.thread.anchor.position,
        "outdated": lambda it, _: it.thread.place.outdated,
        "state": lambda it, _: "PENDING" if it.review.state == "PENDING" else "SUBMITTED",
        "subjectType": lambda it, _: it.thread.anchor.subject.upper(),
        "replyTo": lambda it, _: it.reply_to,
        "pullRequestReview": lambda it, _: it.review,
    },
    "IssueComment": _COMMENT,
    "PullRequestReview": {
        **_NUMBERED,
        "author": lambda it, _: it.author,
        "body": lambda it, _: it.body,
        "state": lambda it, _: it.state,
        "commit": lambda it, _: CommitOf(it.pull.repository, it.commit),
        "submittedAt": lambda it, _: clock.text(it.at),
        "createdAt": lambda it, _: clock.text(it.at),
        "viewerDidAuthor": lambda it, viewer: it.author == viewer.account,
        "comments": lambda it, _, **asked: connect("comments", it.comments, **asked),
    },
    "Reaction": {
        **_NODE,
        "content": lambda it, _: GRAPHQL_REACTIONS[it.content],
        "createdAt": lambda it, _: clock.text(it.at),
        "user": lambda it, _: _person(it.account),
    },
    "ReactionGroup": {
        "content": lambda it, _: it["content"],
        "reactors": lambda it, _, **asked: connect(
            "reactors", [one.account for one in it["given"]], **asked
        ),
    },
    "Commit": {
        "id": lambda it, _: f"C_kwDO{it.sha}",
        "oid": lambda it, _: it.sha,
        "abbreviatedOid": lambda it, _: it.sha[:7],
        "message": lambda it, _: it.repository.store.commit(it.sha).message,
        "committedDate": lambda it, _: it.repository.store.commit(it.sha).committer[2],
        "authoredDate": lambda it, _: it.repository.store.commit(it.sha).author[2],
        "url": lambda it, viewer: f"{viewer.links.page(it.repository)}/commit/{it.sha}",
    },
    "User": _ACCOUNT,
    "Organization": _ACCOUNT,
    "Bot": _ACCOUNT,
}


def _may_resolve(viewer: Viewer) -> bool:
    return viewer.token.may("pull_requests", "write") and viewer.token.may("contents", "write")


def of_connection(type_name: str) -> Mapping[str, Resolver]:
    return _CONNECTION if type_name.endswith("Connection") else {}
