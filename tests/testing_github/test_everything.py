"""Every path and every field that is served gives what GitHub's description promises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from graphql import GraphQLNonNull, GraphQLObjectType, get_named_type, is_leaf_type

from testing.github.graphql_fields import FIELDS
from testing.github.graphql_roots import ROOTS
from testing.github.schemas import Schemas
from testing.github.server import GitHubServer
from testing.github.state import IssueComment, Pull, ReviewComment
from testing.repository import TemporaryRepository

from .conftest import Ask

REPO = "/repos/octo/shop"
PATHS = [
    "",
    "/collaborators/alice/permission",
    "/commits/feature",
    "/commits/feature/check-runs",
    "/commits/feature/pulls",
    "/compare/main...feature",
    "/contents",
    "/contents/a.py?ref=feature",
    "/git/trees/main?recursive=1",
    "/issues/1/comments",
    "/issues/comments",
    "/issues/comments/{spoken}",
    "/issues/comments/{spoken}/reactions",
    "/license",
    "/pulls?state=all",
    "/pulls/1",
    "/pulls/1/comments",
    "/pulls/1/commits",
    "/pulls/1/files",
    "/pulls/1/reviews",
    "/pulls/1/reviews/{review}",
    "/pulls/1/reviews/{review}/comments",
    "/pulls/comments?sort=updated&direction=desc&since=2025-01-01T00:00:00Z",
    "/pulls/comments/{inline}",
    "/pulls/comments/{inline}/reactions",
]


@pytest.fixture
def talk(github: GitHubServer, pull: Pull) -> tuple[IssueComment, ReviewComment]:
    """A conversation that has something of everything: a fork's pull request, which is merged."""
    alice, bot = github.person("alice"), github.person("github-actions[bot]")
    pull.repository.permissions["alice"] = "write"
    pull.repository.license = "MIT"
    pull.labels.append("bug")
    inline = bot.comment_on(pull, "a.py", 11, "look", start_line=10)
    alice.reply(inline, "why?")
    alice.react(inline, "+1")
    alice.resolve(inline)
    spoken = alice.comment(pull, "hello")
    bot.react(spoken, "heart")
    alice.edit(spoken, "hello!")
    alice.merge(pull)
    return spoken, inline


@pytest.mark.parametrize("top", ["", "/api/v3"])
@pytest.mark.parametrize("path", PATHS)
def test_paths(
    top: str, path: str, ask: Ask, pull: Pull, talk: tuple[IssueComment, ReviewComment]
) -> None:
    spoken, inline = talk
    ids = {"spoken": spoken.id, "inline": inline.id, "review": inline.review.id}
    status, _ = ask("GET", top + REPO + path.format(**ids))
    # The fixture ``github`` fails where an answer does not fit. There is no licence file.
    assert status == (404 if path == "/license" else 200)


def test_what_is_gone_or_never_was(ask: Ask, pull: Pull) -> None:
    gone = ["/commits/none/pulls", "/commits/none"]
    missing = ["/pulls/7", "/issues/7/comments", "/issues/comments/7", "/pulls/comments/7"]
    missing += ["/pulls/1/reviews/7", "/contents/none", "/contents/a.py?ref=none", "/git/trees/no"]
    missing += [f"/git/blobs/{'0' * 40}"]
    missing += ["/compare/main...none", "/check-runs/7", "/collaborators/nobody/permission"]
    assert {path: ask("GET", REPO + path)[0] for path in gone} == dict.fromkeys(gone, 422)
    assert {path: ask("GET", REPO + path)[0] for path in missing} == dict.fromkeys(missing, 404)
    assert ask("GET", "/repos/octo/nothing")[0] == 404


def test_comments_of_both_kinds_are_changed_alike(
    ask: Ask, pull: Pull, talk: tuple[IssueComment, ReviewComment]
) -> None:
    for comment, top in zip(talk, ("/issues/comments", "/pulls/comments"), strict=True):
        path = f"{REPO}{top}/{comment.id}"
        assert ask("PATCH", path, {"body": "changed"})[1]["body"] == "changed"
        status, given = ask("POST", f"{path}/reactions", {"content": "rocket"})
        assert status == 201
        assert ask("POST", f"{path}/reactions", {"content": "rocket"}) == (200, given)
        assert ask("DELETE", f"{path}/reactions/{given['id']}")[0] == 204
        assert ask("DELETE", f"{path}/reactions/{given['id']}")[0] == 404
        assert ask("DELETE", path)[0] == 204
        assert ask("GET", path)[0] == 404


def test_one_comment_can_be_written_on_a_line_or_a_file(ask: Ask, pull: Pull) -> None:
    top = f"{REPO}/pulls/1/comments"
    where = {"path": "a.py", "commit_id": pull.head_sha, "body": "b"}
    on_line = ask("POST", top, {**where, "line": 10, "side": "LEFT"})[1]
    assert on_line["diff_hunk"].endswith("\n-line 10")
    on_file = ask("POST", top, {**where, "subject_type": "file"})[1]
    assert (on_file["subject_type"], on_file["line"]) == ("file", None)
    reply = ask("POST", top, {**where, "in_reply_to": on_line["id"]})[1]
    assert reply["in_reply_to_id"] == on_line["id"]
    replies = f"{REPO}/pulls/1/comments/{reply['id']}/replies"
    assert ask("POST", replies, {"body": "to a reply"})[0] == 422


def test_contents_of_every_kind(
    github: GitHubServer, ask: Ask, repository: TemporaryRepository
) -> None:
    repository.write("dir/large.txt", b"x" * 1_000_001)
    for name, target in (("link", "dir/large.txt"), ("dir/up", "../../etc/passwd")):
        repository.path(name).symlink_to(target)
    repository.add()
    module = "160000,0123456789012345678901234567890123456789,module"
    repository.git("update-index", "--add", "--cacheinfo", module)
    repository.commit("all kinds")
    github.repository("octo/shop", repository.root)

    def contents(path: str) -> Any:
        return ask("GET", f"{REPO}/contents/{path}")[1]

    assert [(one["path"], one["type"]) for one in contents("")] == [
        ("dir", "dir"),
        ("link", "symlink"),
        ("module", "file"),
    ]
    large = contents("dir/large.txt")
    assert (large["content"], large["encoding"]) == ("", "none")
    assert ask("GET", f"{REPO}/git/blobs/{large['sha']}")[1]["size"] == 1_000_001
    assert contents("link")["type"] == "file"
    assert contents("dir/up")["target"] == "../../etc/passwd"
    assert contents("module")["type"] == "submodule"


def test_limits_are_free_to_ask_for(ask: Ask, pull: Pull) -> None:
    assert ask("GET", "/rate_limit", token=None)[1]["rate"]["limit"] == 5000


def test_the_diff_can_be_had_as_text(github: GitHubServer, pull: Pull) -> None:
    import urllib.request

    token = github.workflow_token(pull_requests="read", contents="read")
    for path, kind, start in (
        ("/pulls/1", "application/vnd.github.diff", b"diff --git a/a.py"),
        ("/contents/n.py?ref=feature", "application/vnd.github.raw+json", b"one\ntwo\n"),
    ):
        headers = {"Authorization": f"token {token}", "Accept": kind}
        asked = urllib.request.Request(github.api_url + REPO + path, headers=headers)
        with urllib.request.urlopen(asked) as answer:
            assert answer.read().startswith(start)


def test_every_field_is_one_of_the_schema(github_schemas: Schemas) -> None:
    for name, fields in {**FIELDS, **ROOTS}.items():
        known = github_schemas.graphql.type_map[name]
        assert isinstance(known, GraphQLObjectType)
        assert set(fields) <= set(known.fields)


COMMENT = "reviewThreads(first: 1) { nodes { comments(first: 1) { nodes { %s } } } }"
WAYS = {
    "Bot": COMMENT % "author { ... on Bot { %s } }",
    "Commit": "commits(first: 1) { nodes { commit { %s } } }",
    "IssueComment": "comments(first: 1) { nodes { %s } }",
    "PullRequest": "%s",
    "PullRequestReview": 'reviews(last: 9, author: "alice", states: [COMMENTED]) { nodes { %s } }',
    "PullRequestReviewComment": COMMENT,
    "PullRequestReviewThread": "reviewThreads(last: 1) { nodes { %s } }",
    "Reaction": COMMENT % "reactions(first: 1) { nodes { %s } }",
    "ReactionGroup": COMMENT % "reactionGroups { %s }",
    "Repository": "repository { %s }",
    "User": "author { ... on User { %s } }",
}


@pytest.mark.parametrize("name", WAYS)
def test_fields(
    name: str,
    github_schemas: Schemas,
    graphql: Callable[..., Any],
    pull: Pull,
    talk: tuple[IssueComment, ReviewComment],
) -> None:
    wanted = WAYS[name] % _everything_of(github_schemas, name)
    shop = 'repository(owner: "octo", name: "shop")'
    found = graphql(f"{{ {shop} {{ pullRequest(number: 1) {{ {wanted} }} }} }}")
    assert "errors" not in found
    assert "id" in str(found) or name == "ReactionGroup"


def _everything_of(schemas: Schemas, name: str) -> str:
    kind = schemas.graphql.type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    told = []
    for field in FIELDS[name]:
        described = kind.fields[field]
        arguments = ["first: 3"] if "first" in described.args else []
        arguments += [
            f"{other}: 1"
            for other, argument in described.args.items()
            if isinstance(argument.type, GraphQLNonNull)
        ]
        below = "" if is_leaf_type(get_named_type(described.type)) else "{ __typename }"
        if "first" in described.args:
            below = "{ totalCount pageInfo { startCursor } nodes { __typename } edges { cursor } }"
        given = f"({', '.join(arguments)})" if arguments else ""
        told.append(f"{field}{given} {below}")
    return "\n".join(told)


def test_mutations(graphql: Callable[..., Any], github: GitHubServer, pull: Pull) -> None:
    comment = github.person("alice").comment_on(pull, "n.py", 1, "hm")
    thread = comment.thread

    def done(name: str, given: str, wanted: str) -> Any:
        answer = graphql(f"mutation {{ {name}(input: {{{given}}}) {{ {wanted} }} }}")
        assert "errors" not in answer
        return answer["data"][name]

    to = f'pullRequestReviewThreadId: "{thread.node_id}", body: "so"'
    done("addPullRequestReviewThreadReply", to, "comment { body }")
    assert [one.body for one in thread.comments] == ["hm", "so"]
    given = f'subjectId: "{comment.node_id}", content: EYES'
    assert done("addReaction", given, "reaction { content }")["reaction"] == {"content": "EYES"}
    done("addComment", f'subjectId: "{pull.node_id}", body: "hi"', "subject { id }")
    assert [one.body for one in pull.comments] == ["hi"]
    done("resolveReviewThread", f'threadId: "{thread.node_id}"', "thread { isResolved }")
    done("unresolveReviewThread", f'threadId: "{thread.node_id}"', "thread { isResolved }")
    assert not thread.resolved


def test_lists_of_pulls_and_nodes(graphql: Callable[..., Any], pull: Pull) -> None:
    ordered = "first: 5, states: [OPEN], orderBy: {field: UPDATED_AT, direction: DESC}"
    pulls = f"pullRequests({ordered}) {{ nodes {{ id }} }}"
    query = f'{{ repository(owner: "octo", name: "shop") {{ {pulls} }} }}'
    nodes = graphql(query)["data"]["repository"]["pullRequests"]["nodes"]
    assert nodes == [{"id": pull.node_id}]
    found = graphql("query($ids: [ID!]!) { nodes(ids: $ids) { __typename } }", ids=[pull.node_id])
    assert found["data"]["nodes"] == [{"__typename": "PullRequest"}]
