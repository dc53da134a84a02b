"""GraphQL knows what GitHub's schema knows, keeps its limits, and tells of threads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from testing.github.server import GitHubServer
from testing.github.state import Pull

GraphQL = Callable[..., Any]

THREADS = """query($first: Int, $after: String) {
  repository(owner: "octo", name: "shop") { pullRequest(number: 1) {
    reviewThreads(first: $first, after: $after) {
      totalCount pageInfo { hasNextPage endCursor }
      nodes { id isResolved isOutdated path line startLine originalLine resolvedBy { login }
        comments(first: 10) { nodes {
          databaseId fullDatabaseId body author { __typename login } viewerDidAuthor
          authorAssociation replyTo { id } originalCommit { oid } commit { oid } url
          reactions(first: 10) { nodes { content createdAt user { login } } }
        } } } } } } }"""
RESOLVE = "mutation($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { id } } }"


def threads(answer: Any) -> Any:
    return answer["data"]["repository"]["pullRequest"]["reviewThreads"]


def test_a_thread_tells_who_said_what_where(
    github: GitHubServer, graphql: GraphQL, pull: Pull
) -> None:
    pull.repository.permissions["alice"] = "write"
    alice, bot = github.person("alice"), github.person("github-actions[bot]")
    first = bot.comment_on(pull, "a.py", 11, "look", start_line=10)
    alice.reply(first, "no")
    alice.react(first, "-1")
    bot.react(first, "eyes")
    alice.resolve(first)
    (thread,) = threads(graphql(THREADS, first=100))["nodes"]
    assert (thread["path"], thread["startLine"], thread["line"]) == ("a.py", 10, 11)
    assert (thread["isResolved"], thread["resolvedBy"]) == (True, {"login": "alice"})
    said, replied = thread["comments"]["nodes"]
    assert said["author"] == {"__typename": "Bot", "login": "github-actions"}
    assert (said["viewerDidAuthor"], replied["viewerDidAuthor"]) == (True, False)
    assert (replied["authorAssociation"], replied["replyTo"] is not None) == ("COLLABORATOR", True)
    assert [(one["content"], one["user"]) for one in said["reactions"]["nodes"]] == [
        ("THUMBS_DOWN", {"login": "alice"}),
        ("EYES", None),
    ]
    # Too large for GraphQL's Int, as ids of comments have been since 2024.
    assert (said["databaseId"], said["fullDatabaseId"]) == (None, str(first.id))


def test_a_bot_sees_itself_with_its_suffix(graphql: GraphQL, pull: Pull) -> None:
    assert graphql("{ viewer { login } }")["data"] == {"viewer": {"login": "github-actions[bot]"}}


def test_pages_follow_their_cursors(github: GitHubServer, graphql: GraphQL, pull: Pull) -> None:
    for number in range(5):
        github.person("alice").comment_on(pull, "n.py", 1, f"{number}")
    seen, after = [], None
    while True:
        page = threads(graphql(THREADS, first=2, after=after))
        assert page["totalCount"] == 5
        seen += [one["comments"]["nodes"][0]["body"] for one in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert seen == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("first", "kind"), [(None, "MISSING_PAGINATION_BOUNDARIES"), (101, "EXCESSIVE_PAGINATION")]
)
def test_pages_have_their_limits(
    first: int | None, kind: str, graphql: GraphQL, pull: Pull
) -> None:
    assert graphql(THREADS, first=first)["errors"][0]["type"] == kind


def test_nested_pages_have_a_limit_together(graphql: GraphQL, pull: Pull) -> None:
    refused = graphql(THREADS.replace("first: 10", "first: 100"), first=100)["errors"][0]
    assert refused["type"] == "MAX_NODE_LIMIT_EXCEEDED"
    assert "1,010,100" in refused["message"]


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("{ viewer { logn } }", "logn"),
        ("{ viewer(me: 1) { login } }", "me"),
        ("{ viewer { login }", "Syntax Error"),
        ('{ repository(owner: 3, name: "x") { id } }', "3"),
        ("{ viewer { pronouns } }", "not served yet"),
        (RESOLVE, "$id"),
    ],
)
def test_what_the_schema_does_not_know_fails(
    query: str, problem: str, github: GitHubServer, graphql: GraphQL, pull: Pull
) -> None:
    assert problem in graphql(query)["errors"][0]["message"]
    assert problem in github.violations[0]
    github.violations.clear()


def test_an_answer_of_the_wrong_type_fails(
    github: GitHubServer, graphql: GraphQL, pull: Pull
) -> None:
    pull.number = "one"  # type: ignore[assignment]
    pulls = "pullRequests(first: 1) { nodes { number } }"
    query = f'{{ repository(owner: "octo", name: "shop") {{ {pulls} }} }}'
    assert "errors" in graphql(query)
    assert "Int cannot represent" in github.violations[0]
    github.violations.clear()


@pytest.mark.parametrize(
    ("permissions", "allowed"),
    [
        ({"pull_requests": "write", "contents": "write"}, True),
        ({"pull_requests": "write", "contents": "read"}, False),
        ({"pull_requests": "read", "contents": "write"}, False),
    ],
)
def test_resolving_takes_both_permissions(
    permissions: dict[str, str], allowed: bool, github: GitHubServer, graphql: GraphQL, pull: Pull
) -> None:
    github.person("alice").comment_on(pull, "n.py", 1, "hm")
    token = github.workflow_token(**permissions)
    answer = graphql(RESOLVE, token=token, id=pull.threads[0].node_id)
    assert pull.threads[0].resolved is allowed
    if not allowed:
        assert answer["errors"][0]["message"] == "Resource not accessible by integration"


def test_what_is_not_there_is_named(graphql: GraphQL, pull: Pull) -> None:
    missing = graphql('{ repository(owner: "octo", name: "nothing") { id } }')
    assert missing["data"] == {"repository": None}
    assert missing["errors"][0]["type"] == "NOT_FOUND"
    assert graphql(RESOLVE, id="PRRT_none")["errors"][0]["type"] == "NOT_FOUND"
