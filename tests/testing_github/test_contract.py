"""What GitHub's own description does not know fails the test, whoever sent it."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest

from testing.github import render_pulls
from testing.github.server import GitHubServer
from testing.github.state import Pull

from .conftest import Ask

REVIEWS = "/repos/octo/shop/pulls/1/reviews"


@pytest.fixture
def violated(github: GitHubServer) -> Iterator[list[str]]:
    """Violations that are meant."""
    yield github.violations
    assert github.violations
    github.violations.clear()


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"event": "COMMENT", "boddy": "x"}, "boddy"),
        ({"event": "LIKE"}, "LIKE"),
        ({"event": "COMMENT", "comments": [{"path": "n.py", "line": "2", "body": ""}]}, "line"),
        ({"event": "COMMENT", "comments": [{"path": "n.py", "line": 2}]}, "body"),
        ({"event": "COMMENT", "comments": [{"path": "n", "body": "", "lines": 2}]}, "lines"),
    ],
)
def test_a_request_must_fit(
    body: Any, problem: str, ask: Ask, pull: Pull, violated: list[str]
) -> None:
    assert ask("POST", REVIEWS, body)[0] == 422
    assert problem in violated[0]


@pytest.mark.parametrize("query", ["per_pages=3", "sort=newest", "page=two"])
def test_a_query_must_fit(query: str, ask: Ask, pull: Pull, violated: list[str]) -> None:
    assert ask("GET", f"/repos/octo/shop/pulls?{query}")[0] == 422
    assert query.partition("=")[0] in violated[0] or query.partition("=")[2] in violated[0]


def test_an_answer_must_fit(
    ask: Ask, pull: Pull, violated: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = render_pulls.whole_pull

    def damaged(*given: Any) -> dict[str, Any]:
        return {**whole(*given), "number": "1", "numbr": 1}

    monkeypatch.setattr(render_pulls, "whole_pull", damaged)
    ask("GET", "/repos/octo/shop/pulls/1")
    assert "number: " in "".join(violated)
    assert "numbr" in "".join(violated)


def test_what_github_does_not_have_is_no_answer(ask: Ask, pull: Pull, violated: list[str]) -> None:
    assert ask("GET", "/repos/octo/shop/pulls/1/threads")[0] == 404
    assert "no such operation" in violated[0]


def test_what_is_not_served_says_so(ask: Ask, pull: Pull, violated: list[str]) -> None:
    assert ask("GET", "/repos/octo/shop/topics")[0] == 501
    assert "not served yet" in violated[0]


def test_a_mistake_of_the_server_s_own_is_told_with_its_trace(
    ask: Ask, pull: Pull, violated: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(render_pulls, "whole_pull")
    assert ask("GET", "/repos/octo/shop/pulls/1")[0] == 500
    assert "AttributeError" in violated[0]


def test_outdated_comments_and_heads_without_a_fork_fit(
    github: GitHubServer, ask: Ask, pull: Pull
) -> None:
    github.person("alice").comment_on(pull, "a.py", 10, "hm")
    github.push(pull, pull.base_sha)
    assert ask("GET", "/repos/octo/shop/pulls/1/comments")[1][0]["line"] is None
    pull.head = None
    assert ask("GET", "/repos/octo/shop/pulls/1")[1]["head"]["repo"] is None


@pytest.mark.parametrize("action", ["opened", "synchronize", "reopened", "closed", "edited"])
def test_events_fit(github: GitHubServer, pull: Pull, action: str) -> None:
    event = github.event(pull, action)
    assert event["pull_request"]["head"]["sha"] == pull.head_sha


def test_events_of_comments_and_runs_fit(github: GitHubServer, pull: Pull) -> None:
    inline = github.person("alice").comment_on(pull, "n.py", 1, "/coderasst explain")
    spoken = github.person("alice").comment(pull, "hello")
    assert github.comment_event(inline)["comment"]["path"] == "n.py"
    assert "pull_request" in github.comment_event(spoken)["issue"]
    run = github.workflow_run_event(pull)["workflow_run"]
    assert (run["head_sha"], len(run["pull_requests"])) == (pull.head_sha, 1)


def test_an_event_that_does_not_fit_is_refused(
    github: GitHubServer, pull: Pull, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render_pulls, "whole_pull", lambda *given: {})
    with pytest.raises(AssertionError, match="required"):
        github.event(pull, "opened")


def test_check_runs_take_fifty_annotations_a_request(
    github: GitHubServer, ask: Ask, pull: Pull
) -> None:
    def output(count: int) -> dict[str, Any]:
        one = {"path": "a.py", "start_line": 1, "end_line": 1, "message": "m"}
        annotations = [{**one, "annotation_level": "warning"}] * count
        return {"output": {"title": "t", "summary": "s", "annotations": annotations}}

    top = "/repos/octo/shop/check-runs"
    named = {"name": "coderasst", "head_sha": pull.head_sha}
    assert ask("POST", top, {**named, **output(51)})[0] == 422
    assert "50" in github.violations.pop()
    status, run = ask("POST", top, {**named, **output(50)})
    assert (status, run["status"]) == (201, "queued")
    done = {"conclusion": "neutral", **output(20)}
    status, run = ask("PATCH", f"{top}/{run['id']}", done)
    assert (run["status"], run["output"]["annotations_count"]) == ("completed", 70)
    assert len(ask("GET", f"{top}/{run['id']}/annotations?per_page=100")[1]) == 70


def test_sarif_is_unpacked_and_looked_at(ask: Ask, pull: Pull) -> None:
    def packed(log: object) -> dict[str, str]:
        data = base64.b64encode(gzip.compress(json.dumps(log).encode())).decode()
        return {"commit_sha": pull.head_sha, "ref": "refs/pull/1/head", "sarif": data}

    top = "/repos/octo/shop/code-scanning/sarifs"
    status, told = ask("POST", top, packed({"version": "2.1.0", "runs": []}))
    assert status == 202
    assert ask("GET", f"{top}/{told['id']}")[1]["processing_status"] == "complete"
    assert ask("POST", top, packed({"version": "2.0.0"}))[0] == 400
    assert ask("POST", top, {**packed({}), "sarif": "?"})[0] == 400
    assert len(pull.repository.sarifs) == 1


def test_repositories_are_found_by_licence(github: GitHubServer, ask: Ask, pull: Pull) -> None:
    pull.repository.private, pull.repository.license = False, "MIT"
    assert ask("GET", "/search/repositories?q=shop+license:mit")[1]["total_count"] == 1
    assert ask("GET", "/search/repositories?q=shop+license:gpl-3.0")[1]["total_count"] == 0
    assert ask("GET", "/repos/octo/shop/license")[0] == 404
