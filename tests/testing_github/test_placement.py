"""Comments stand where GitHub lets them stand, and move as the lines do."""

from __future__ import annotations

from typing import Any

import pytest

from testing.github.refusals import Refusal
from testing.github.server import GitHubServer
from testing.github.state import Pull
from testing.repository import TemporaryRepository

from .conftest import Ask, numbered

CHANGED = {"line10": "changed 10\n", "line31": "changed 31\n"}


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ({"path": "none.py", "line": 1}, "Path could not be resolved"),
        ({"path": "a.py", "line": 6}, "Line could not be resolved"),
        ({"path": "a.py", "line": 14}, "Line could not be resolved"),
        ({"path": "a.py"}, "Line could not be resolved"),
        ({"path": "gone.txt", "line": 1}, "Line could not be resolved"),
        ({"path": "a.py", "line": 31, "start_line": 10}, "same hunk"),
        ({"path": "a.py", "line": 10, "start_line": 10}, "precede"),
        ({"path": "a.py", "line": 10, "start_line": 6}, "same hunk"),
    ],
)
def test_a_review_out_of_the_diff_is_refused(
    comment: dict[str, Any], words: str, ask: Ask, pull: Pull
) -> None:
    good = {"path": "a.py", "line": 13, "start_line": 7, "body": "both ends in one hunk"}
    body = {"event": "COMMENT", "comments": [good, {**comment, "body": "b"}]}
    status, told = ask("POST", "/repos/octo/shop/pulls/1/reviews", body)
    assert (status, told["message"]) == (422, "Unprocessable Entity")
    assert words in told["errors"][0]
    assert not pull.threads


def test_what_else_refuses_a_review(ask: Ask, pull: Pull) -> None:
    reviews = "/repos/octo/shop/pulls/1/reviews"
    other = {"event": "COMMENT", "body": "x", "commit_id": pull.base_sha}
    assert "commit_id" in ask("POST", reviews, other)[1]["errors"][0]
    long = {"event": "COMMENT", "body": "x" * 65_537}
    assert "too long" in ask("POST", reviews, long)[1]["errors"][0]
    assert ask("POST", reviews, {"event": "COMMENT"})[0] == 422
    comment = "/repos/octo/shop/issues/1/comments"
    assert ask("POST", comment, {"body": "x" * 65_537})[0] == 422
    assert ask("POST", comment, {"body": "x" * 65_536})[0] == 201


def test_a_comment_alone_is_refused_in_other_words(ask: Ask, pull: Pull) -> None:
    body = {"path": "a.py", "line": 20, "body": "b", "commit_id": pull.head_sha}
    status, told = ask("POST", "/repos/octo/shop/pulls/1/comments", body)
    assert (status, told["message"]) == (422, "Validation Failed")
    assert "must be part of the diff" in told["errors"][0]["message"]


def test_a_patch_that_is_too_long_is_not_shown_nor_commented(
    github: GitHubServer, ask: Ask, pull: Pull, repository: TemporaryRepository
) -> None:
    repository.commit("long", {"long.txt": "x\n" * 3001, "z.bin": b"\0"})
    github.push(pull)
    files = {one["filename"]: one for one in ask("GET", "/repos/octo/shop/pulls/1/files")[1]}
    assert "patch" not in files["long.txt"]
    assert "patch" not in files["z.bin"]
    assert files["long.txt"]["additions"] == 3001
    with pytest.raises(Refusal):
        github.person("alice").comment_on(pull, "long.txt", 1, "hm")


@pytest.fixture
def thread(github: GitHubServer, pull: Pull) -> Any:
    github.person("alice").comment_on(pull, "a.py", 11, "hm", start_line=10)
    return pull.threads[0]


def test_a_thread_moves_with_its_lines(
    thread: Any, github: GitHubServer, pull: Pull, repository: TemporaryRepository
) -> None:
    repository.commit("above", {"a.py": "new\nnew\n" + numbered(**CHANGED)})
    github.push(pull)
    assert (thread.place.start_line, thread.place.line) == (12, 13)
    assert thread.place.commit == pull.head_sha
    assert thread.anchor.line == 11


@pytest.mark.parametrize("change", ["line10", "line11"])
def test_a_thread_is_outdated_when_one_of_its_lines_changes(
    change: str, thread: Any, github: GitHubServer, pull: Pull, repository: TemporaryRepository
) -> None:
    before = pull.head_sha
    repository.commit("here", {"a.py": numbered(**{**CHANGED, change: "again\n"})})
    github.push(pull)
    assert (thread.place.outdated, thread.place.line) == (True, None)
    github.push(pull, before)
    assert (thread.place.outdated, thread.place.line) == (False, 11)


def test_a_thread_is_outdated_when_its_lines_leave_the_diff(
    thread: Any, github: GitHubServer, pull: Pull, repository: TemporaryRepository
) -> None:
    repository.commit("undone", {"a.py": numbered()})
    github.push(pull)
    assert thread.place.outdated


def test_a_thread_survives_a_rebase(
    thread: Any, github: GitHubServer, pull: Pull, repository: TemporaryRepository
) -> None:
    repository.git("checkout", "-q", "main")
    repository.commit("meanwhile", {"a.py": "first\n" + numbered()})
    repository.git("checkout", "-q", "feature")
    repository.git("rebase", "-q", "main")
    github.push(pull)
    assert (thread.place.start_line, thread.place.line) == (11, 12)
    assert pull.base_sha == repository.revision("main")
