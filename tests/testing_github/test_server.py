"""The GitHub of the tests is one that PyGithub, unchanged, takes for GitHub."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from github import Auth, Github, GithubException

from testing.github.server import GitHubServer
from testing.github.state import Pull
from testing.repository import TemporaryRepository


@pytest.fixture(params=["github.com", "enterprise"])
def client(request: pytest.FixtureRequest, github: GitHubServer, pull: Pull) -> Iterator[Github]:
    token = github.workflow_token(pull_requests="write", contents="read")
    url = github.api_url if request.param == "github.com" else github.ghes_url
    with Github(
        auth=Auth.Token(token),
        base_url=url,
        retry=None,
        per_page=2,
        seconds_between_requests=0,
        seconds_between_writes=0,
    ) as client:
        yield client


def test_a_review_is_posted_whole(client: Github, pull: Pull) -> None:
    repository = client.get_repo("octo/shop")
    comments = [
        {"path": "a.py", "start_line": 10, "line": 11, "side": "RIGHT", "body": "here"},
        {"path": "n.py", "line": 2, "side": "RIGHT", "body": "there"},
    ]
    review = repository.get_pull(1).create_review(
        commit=repository.get_commit(pull.head_sha), body="two", event="COMMENT", comments=comments
    )
    assert review.user.login == "github-actions[bot]"
    shown = list(repository.get_pull(1).get_review_comments())
    assert [(one.path, one.start_line, one.line) for one in shown] == [
        ("a.py", 10, 11),
        ("n.py", None, 2),
    ]
    assert shown[0].diff_hunk.splitlines()[-2:] == ["+changed 10", " line 11"]


def test_one_comment_out_of_the_diff_refuses_the_review(client: Github, pull: Pull) -> None:
    comments = [
        {"path": "n.py", "line": 2, "body": "fine"},
        {"path": "a.py", "line": 20, "body": "between the hunks"},
    ]
    with pytest.raises(GithubException, match="Line could not be resolved") as refused:
        client.get_repo("octo/shop").get_pull(1).create_review(
            body="", event="COMMENT", comments=comments
        )
    assert refused.value.status == 422
    assert not pull.threads
    assert not pull.reviews


def test_files_come_page_by_page_with_patches(client: Github) -> None:
    files = list(client.get_repo("octo/shop").get_pull(1).get_files())
    assert [(one.filename, one.status, one.additions, one.deletions) for one in files] == [
        ("a.py", "modified", 2, 2),
        ("gone.txt", "removed", 0, 1),
        ("n.py", "added", 2, 0),
    ]
    assert files[2].patch == "@@ -0,0 +1,2 @@\n+one\n+two"


def test_commits_comparisons_and_contents_are_git_s(
    client: Github, pull: Pull, repository: TemporaryRepository
) -> None:
    shop = client.get_repo("octo/shop")
    assert [one.sha for one in shop.get_pull(1).get_commits()] == [repository.revision("feature")]
    compared = shop.compare("main", "feature")
    assert (compared.status, compared.ahead_by) == ("ahead", 1)
    assert compared.merge_base_commit.sha == repository.revision("main")
    assert shop.compare("feature", "main").status == "behind"
    assert shop.compare("main", "main").status == "identical"
    assert shop.get_contents("n.py", ref="feature").decoded_content == b"one\ntwo\n"  # type: ignore[union-attr]
    assert [one.path for one in shop.get_contents("", ref="main")] == ["a.py", "gone.txt"]  # type: ignore[union-attr]
    assert [one.path for one in shop.get_git_tree("main").tree] == ["a.py", "gone.txt"]
    with pytest.raises(GithubException) as missing:
        shop.get_contents("n.py", ref="main")
    assert missing.value.status == 404


def test_the_conversation_can_be_written_and_rewritten(client: Github, pull: Pull) -> None:
    seen = client.get_repo("octo/shop").get_pull(1)
    comment = seen.create_issue_comment("first")
    comment.edit("second")
    assert comment.create_reaction("eyes").content == "eyes"
    assert [one.body for one in seen.get_issue_comments()] == ["second"]
    comment.delete()
    assert not pull.comments


def test_replies_join_the_thread(client: Github, github: GitHubServer, pull: Pull) -> None:
    first = github.person("alice").comment_on(pull, "n.py", 1, "why?")
    reply = client.get_repo("octo/shop").get_pull(1).create_review_comment_reply(first.id, "so")
    assert reply.in_reply_to_id == first.id
    assert [one.body for one in pull.threads[0].comments] == ["why?", "so"]


def test_pulls_are_found_by_their_head_and_ordered_by_change(
    client: Github, github: GitHubServer, pull: Pull, repository: TemporaryRepository
) -> None:
    repository.git("checkout", "-q", "-b", "other", "main")
    repository.commit("other", {"o.py": "1\n"})
    github.open_pull(pull.repository, head="other")
    shop = client.get_repo("octo/shop")
    assert [one.number for one in shop.get_pulls(head="octo:feature")] == [1]
    github.person("alice").comment(pull, "late")
    ordered = shop.get_pulls(state="all", sort="updated", direction="desc")
    assert [one.number for one in ordered] == [1, 2]
    assert [one.number for one in shop.get_commit(pull.head_sha).get_pulls()] == [1]


def test_permissions_are_the_repository_s(client: Github, pull: Pull) -> None:
    pull.repository.permissions |= {"alice": "write", "bob": "read"}
    shop = client.get_repo("octo/shop")
    assert [shop.get_collaborator_permission(login) for login in ("octo", "alice", "bob")] == [
        "admin",
        "write",
        "read",
    ]
