"""The GitHub of the tests is one that PyGithub, unchanged, takes for GitHub."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from github import Auth, Github, GithubException

from testing.github.server import GitHubServer
from testing.github.state import Pull
from testing.repository import TemporaryRepository

NUMBERED = [f"line {number}\n" for number in range(1, 41)]


@pytest.fixture
def pull(github: GitHubServer, repository: TemporaryRepository) -> Pull:
    """Changes lines 10 and 31 of 40, which gives two hunks, and adds a file of two lines."""
    repository.commit("base", {"a.py": "".join(NUMBERED), "gone.txt": "x\n"})
    repository.git("checkout", "-q", "-b", "feature")
    repository.remove("gone.txt")
    changed = NUMBERED.copy()
    changed[9], changed[30] = "changed 10\n", "changed 31\n"
    repository.commit("change", {"a.py": "".join(changed), "n.py": "one\ntwo\n"})
    return github.open_pull(github.repository("octo/shop", repository.root), head="feature")


@pytest.fixture(params=["github.com", "enterprise"])
def client(request: pytest.FixtureRequest, github: GitHubServer, pull: Pull) -> Iterator[Github]:
    token = github.workflow_token(pull_requests="write", contents="read")
    url = github.api_url if request.param == "github.com" else github.ghes_url
    with Github(
        auth=Auth.Token(token),
        base_url=url,
        retry=None,
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
    assert [(one.path, one.line) for one in repository.get_pull(1).get_review_comments()] == [
        ("a.py", 11),
        ("n.py", 2),
    ]
    assert [thread.place.start_line for thread in pull.threads] == [10, None]


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
