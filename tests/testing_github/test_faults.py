"""Who may not, and what goes wrong on the way."""

from __future__ import annotations

import urllib.error
from collections.abc import Callable
from http.client import RemoteDisconnected

import pytest

from testing.github.faults import (
    CUT_AFTER,
    CUT_BEFORE,
    exhausted,
    secondary_limit,
    server_error,
)
from testing.github.server import GitHubServer
from testing.github.state import Pull

from .conftest import Ask

COMMENTS = "/repos/octo/shop/issues/1/comments"
PULL = "/repos/octo/shop/pulls/1"


@pytest.mark.parametrize(
    ("verb", "path", "body", "needed"),
    [
        ("GET", PULL, None, {"pull_requests": "read"}),
        ("GET", f"{PULL}/files", None, {"pull_requests": "read"}),
        ("POST", f"{PULL}/reviews", {"event": "COMMENT", "body": "b"}, {"pull_requests": "write"}),
        ("POST", COMMENTS, {"body": "b"}, {"issues": "write"}),
        ("POST", COMMENTS, {"body": "b"}, {"pull_requests": "write"}),
        ("GET", "/repos/octo/shop/compare/main...feature", None, {"contents": "read"}),
        ("GET", "/repos/octo/shop/contents/a.py", None, {"contents": "read"}),
    ],
)
def test_a_permission_that_is_missing_is_missed(
    verb: str,
    path: str,
    body: object,
    needed: dict[str, str],
    github: GitHubServer,
    ask: Ask,
    pull: Pull,
) -> None:
    less = {area: "read" for area, level in needed.items() if level == "write"}
    status, told = ask(verb, path, body, token=github.workflow_token(**less))
    assert (status, told["message"]) == (403, "Resource not accessible by integration")
    assert ask(verb, path, body, token=github.workflow_token(**needed))[0] in (200, 201)


def test_no_token_and_a_wrong_one_are_refused(ask: Ask, pull: Pull) -> None:
    assert ask("POST", PULL + "/reviews", {}, token=None)[1]["message"] == "Requires authentication"
    # Of what is private, strangers do not even hear that it is there.
    assert ask("GET", PULL, token=None)[0] == 404
    pull.repository.private = False
    assert ask("GET", PULL, token=None)[0] == 200
    assert ask("GET", PULL, token="ghs_wrong")[1]["message"] == "Bad credentials"


def test_a_workflow_s_token_is_nobody_s(github: GitHubServer, ask: Ask, pull: Pull) -> None:
    assert ask("GET", "/user")[0] == 403
    assert ask("GET", "/user", token=github.token("alice"))[1]["login"] == "alice"


def test_a_person_may_not_make_check_runs(github: GitHubServer, ask: Ask, pull: Pull) -> None:
    body = {"name": "x", "head_sha": pull.head_sha}
    token = github.token("alice", checks="write")
    assert ask("POST", "/repos/octo/shop/check-runs", body, token=token)[0] == 403


@pytest.mark.parametrize(("fault", "took_effect"), [(CUT_BEFORE, False), (CUT_AFTER, True)])
def test_a_cut_connection(
    fault: object, took_effect: bool, github: GitHubServer, ask: Ask, pull: Pull
) -> None:
    github.fail(fault, nth=2, verb="POST")  # type: ignore[arg-type]
    ask("POST", COMMENTS, {"body": "first"})
    with pytest.raises((RemoteDisconnected, ConnectionResetError, urllib.error.URLError)):
        ask("POST", COMMENTS, {"body": "second"})
    assert len(pull.comments) == 1 + took_effect
    assert ask("POST", COMMENTS, {"body": "third"})[0] == 201
    assert [one.status for one in github.requests] == [201, None, 201]


def test_a_server_that_fails_after_it_has_done_its_work(
    github: GitHubServer, ask: Ask, pull: Pull
) -> None:
    github.fail(server_error(502, after=True), path="/comments")
    assert ask("GET", PULL)[0] == 200
    assert ask("POST", COMMENTS, {"body": "done"})[0] == 502
    assert [one.body for one in pull.comments] == ["done"]


def test_a_fault_for_good_until_healed(github: GitHubServer, ask: Ask, pull: Pull) -> None:
    github.fail(server_error(503), nth=2, always=True)
    assert [ask("GET", PULL)[0] for _ in range(3)] == [200, 503, 503]
    github.heal()
    assert ask("GET", PULL)[0] == 200


def test_limits_say_how_long_to_wait(github: GitHubServer, ask: Ask, pull: Pull) -> None:
    assert secondary_limit(7).headers == {"Retry-After": "7"}
    github.fail(secondary_limit(7, status=429))
    status, told = ask("GET", PULL)
    assert status == 429
    assert "secondary rate limit" in told["message"]
    assert exhausted(60).headers["X-RateLimit-Remaining"] == "0"


def test_graphql_tells_of_the_limit_in_its_own_way(
    github: GitHubServer, graphql: Callable[..., dict[str, list[dict[str, str]]]], pull: Pull
) -> None:
    github.fail(exhausted(60))
    assert graphql("{ viewer { login } }")["errors"][0]["type"] == "RATE_LIMITED"
