"""Which requests are sent again, after how long, and what a person is told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from coderasst_hook.errors import EXIT_INCOMPLETE, ConfigurationError
from coderasst_hook.github import client as client_module
from coderasst_hook.github import transport
from coderasst_hook.github.client import Client, open_client
from coderasst_hook.github.errors import (
    Forbidden,
    GitHubError,
    Moved,
    NotFound,
    RateLimited,
    Unprocessable,
)
from testing.scripted_http import CUT, Reply, ScriptedServer, scripted_server

TOKEN = "ghs_notARealTokenButLongEnough0"
NOW = 1_700_000_000.0
OK = Reply(200, {"fine": True})


class Scene:
    """A server with its script and a client that never really sleeps."""

    def __init__(self, server: ScriptedServer, client: Client, slept: list[float]) -> None:
        self.server = server
        self.client = client
        self.slept = slept

    @property
    def sent(self) -> list[str]:
        return [f"{one.verb} {one.path}" for one in self.server.requests]


Open = Callable[..., Scene]


@pytest.fixture
def scene() -> Iterator[Open]:
    with ExitStack() as stack:

        def open_scene(*replies: Reply, max_wait: float = 300) -> Scene:
            server = stack.enter_context(scripted_server(replies))
            slept: list[float] = []

            def sleep(seconds: float) -> None:
                slept.append(seconds)

            client = open_client(
                {"GITHUB_API_URL": server.url, "GITHUB_TOKEN": TOKEN},
                max_wait=max_wait,
                sleep=sleep,
                now=lambda: NOW + sum(slept),
            )
            stack.enter_context(client)
            return Scene(server, client, slept)

        yield open_scene


def test_a_request_carries_the_token_and_the_version_of_the_api(scene: Open) -> None:
    at = scene(OK)
    assert at.client.rest("GET", "/repos/o/r", params={"ref": "a b"}) == {"fine": True}
    (request,) = at.server.requests
    assert request.path == "/repos/o/r?ref=a+b"
    assert request.headers["Authorization"] == f"token {TOKEN}"
    assert request.headers["X-GitHub-Api-Version"] == "2022-11-28"
    assert request.headers["User-Agent"].startswith("coderasst/")


def test_an_enterprise_server_keeps_its_prefix_and_has_graphql_beside_it() -> None:
    answers = [OK, Reply(200, {"data": {"viewer": {"login": "x"}}})]
    with scripted_server(answers) as server:
        environ = {"GITHUB_API_URL": f"{server.url}/api/v3/", "GITHUB_TOKEN": TOKEN}
        with open_client(environ) as client:
            client.rest("GET", "/repos/o/r")
            client.graphql("query Viewer { viewer { login } }", {})
    assert [one.path for one in server.requests] == ["/api/v3/repos/o/r", "/api/graphql"]


def test_an_address_of_graphql_is_used_as_it_is_given() -> None:
    with scripted_server([Reply(200, {"data": {}})]) as server:
        environ = {
            "GITHUB_API_URL": server.url,
            "GITHUB_GRAPHQL_URL": f"{server.url}/elsewhere/graphql",
            "INPUT_TOKEN": TOKEN,
        }
        with open_client(environ) as client:
            assert client.graphql("query { viewer { login } }", {}) == {}
    assert server.requests[0].path == "/elsewhere/graphql"


@pytest.mark.parametrize(
    ("environ", "part"),
    [
        ({}, "no token"),
        ({"GITHUB_TOKEN": "  "}, "no token"),
        ({"GITHUB_TOKEN": "two words"}, "characters that no token has"),
        ({"GITHUB_TOKEN": "line\nline"}, "characters that no token has"),
        ({"GITHUB_API_URL": "http://example.com"}, "unencrypted"),
        ({"GITHUB_API_URL": "ftp://example.com"}, "GITHUB_API_URL"),
        ({"GITHUB_API_URL": "example.com"}, "begins with https://"),
        ({"GITHUB_API_URL": "https://me:secret@example.com"}, "user name or password"),
        ({"GITHUB_GRAPHQL_URL": "https://example.com/graphql"}, "two servers"),
    ],
    ids=lambda value: value if isinstance(value, str) else ",".join(value) or "empty",
)
def test_what_cannot_be_used_is_refused_without_being_quoted(
    environ: dict[str, str], part: str
) -> None:
    if "GITHUB_TOKEN" not in environ and environ:
        environ = {**environ, "GITHUB_TOKEN": TOKEN}
    with pytest.raises(ConfigurationError, match=part) as caught:
        open_client(environ)
    for secret in ("secret", "two words", "line\nline", TOKEN):
        assert secret not in f"{caught.value} {caught.value.next_step}"


@pytest.mark.parametrize(
    ("status", "body", "kind", "part"),
    [
        (401, {"message": "Bad credentials"}, GitHubError, "Bad credentials"),
        (403, {"message": "Resource not accessible"}, Forbidden, "Resource not accessible"),
        (404, {"message": "Not Found"}, NotFound, "GET /repos/o/r .404: Not Found"),
        (409, {"message": "Conflict"}, GitHubError, "Conflict"),
        (422, {"message": "Validation Failed"}, Unprocessable, "Validation Failed"),
        (400, b"<html>", GitHubError, "refused GET /repos/o/r .400."),
        (400, b"[" * 100_000, GitHubError, "400"),
        (418, {"message": ["?"], "errors": {"message": 1}}, GitHubError, "418"),
    ],
    ids=["401", "403", "404", "409", "422", "html", "nested", "odd"],
)
def test_a_refusal_is_an_error_of_its_kind_and_is_not_repeated(
    scene: Open, status: int, body: object, kind: type[GitHubError], part: str
) -> None:
    at = scene(Reply(status, body))
    with pytest.raises(kind, match=part) as caught:
        at.client.rest("GET", "/repos/o/r")
    assert type(caught.value) is kind
    assert caught.value.status == status
    assert caught.value.exit_code == EXIT_INCOMPLETE
    assert at.client.requests == 1
    assert at.slept == []


def test_a_refusal_says_which_permission_is_needed(scene: Open) -> None:
    headers = {"X-Accepted-GitHub-Permissions": "pull_requests=write"}
    at = scene(Reply(403, {"message": "Resource not accessible by integration"}, headers))
    with pytest.raises(Forbidden) as caught:
        at.client.rest("POST", "/repos/o/r/pulls/1/reviews", body={})
    assert "pull_requests=write" in str(caught.value.next_step)


def test_the_reasons_of_a_422_are_kept(scene: Open) -> None:
    errors = ["Line could not be resolved", {"field": "path", "code": "invalid"}, 7, {"x": "\x1b"}]
    at = scene(Reply(422, {"message": "Unprocessable Entity", "errors": errors}))
    with pytest.raises(Unprocessable) as caught:
        at.client.rest("POST", "/x", body={})
    assert caught.value.details == ("Line could not be resolved", "path invalid")


def test_a_message_is_shown_on_one_line_and_cut(scene: Open) -> None:
    at = scene(Reply(400, {"message": "\x1b[31m\n" + "long " * 1000}))
    with pytest.raises(GitHubError) as caught:
        at.client.rest("GET", "/x")
    assert "\x1b" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 700


@pytest.mark.parametrize("broken", [CUT, Reply(502), Reply(200, {"a": "b" * 99}, cut=True)])
@pytest.mark.parametrize("verb", ["GET", "PUT", "PATCH", "DELETE"])
def test_what_may_be_repeated_is_repeated_with_growing_pauses(
    scene: Open, broken: Reply, verb: str
) -> None:
    at = scene(broken, broken, OK)
    assert at.client.rest(verb, "/x")["fine"] is True
    assert at.slept == [1, 2]


def test_github_counts_as_down_after_four_failures(scene: Open) -> None:
    at = scene(Reply(503, {"message": "Unicorn"}))
    with pytest.raises(GitHubError, match="Unicorn"):
        at.client.rest("GET", "/x")
    assert len(at.sent) == 4
    assert at.slept == [1, 2, 4, 8]


@pytest.mark.parametrize("broken", [CUT, Reply(502), Reply(201, {"a": "b" * 99}, cut=True)])
def test_a_post_is_not_repeated_blindly(scene: Open, broken: Reply) -> None:
    at = scene(broken, OK)
    with pytest.raises(GitHubError, match="POST /x"):
        at.client.rest("POST", "/x", body={"a": 1})
    assert at.sent == ["POST /x"]


def test_a_post_that_took_effect_is_not_repeated(scene: Open) -> None:
    at = scene(CUT, OK)
    assert at.client.rest("POST", "/x", body={}, done=lambda: True) is None
    assert at.sent == ["POST /x"]


def test_a_post_that_took_no_effect_is_repeated(scene: Open) -> None:
    at = scene(CUT, Reply(500), OK)
    assert at.client.rest("POST", "/x", body={}, done=lambda: False) == {"fine": True}
    assert at.sent == ["POST /x"] * 3


def test_the_last_failure_is_looked_at_too(scene: Open) -> None:
    at = scene(CUT)
    looks = iter([False, False, False, True])
    assert at.client.rest("POST", "/x", body={}, done=lambda: next(looks)) is None
    assert len(at.sent) == 4


@pytest.mark.parametrize("status", [403, 429])
def test_a_limit_is_waited_for_as_long_as_it_says(scene: Open, status: int) -> None:
    limit = Reply(status, {"message": "slow down"}, {"Retry-After": "7"})
    at = scene(limit, OK)
    # GitHub has refused it: even a POST may be sent again.
    assert at.client.rest("POST", "/x", body={}) == {"fine": True}
    assert at.slept == [7]


def test_a_secondary_limit_without_a_time_is_waited_for_a_minute_and_then_two(scene: Open) -> None:
    limit = Reply(403, {"message": "You have exceeded a secondary rate limit."})
    at = scene(limit, limit, OK)
    at.client.rest("GET", "/x")
    assert at.slept == [60, 120]


def test_an_exhausted_limit_is_waited_for_until_it_is_reset(scene: Open) -> None:
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(NOW) + 30)}
    at = scene(Reply(403, {"message": "API rate limit exceeded for x"}, headers), OK)
    at.client.rest("GET", "/x")
    assert at.slept == [31]


@pytest.mark.parametrize("body", [b"<html>", {"message": 7}, [], b"[" * 100_000])
def test_a_403_that_says_nothing_is_no_limit(scene: Open, body: object) -> None:
    at = scene(Reply(403, body))
    with pytest.raises(Forbidden):
        at.client.rest("GET", "/x")
    assert at.slept == []


def test_a_missing_permission_is_no_limit_even_with_the_last_request(scene: Open) -> None:
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(NOW) + 30)}
    at = scene(Reply(403, {"message": "Resource not accessible by integration"}, headers))
    with pytest.raises(Forbidden):
        at.client.rest("GET", "/x")


@pytest.mark.parametrize("after", ["301", "3600", "9" * 40])
def test_what_would_take_too_long_says_when_to_run_again(scene: Open, after: str) -> None:
    at = scene(Reply(429, {"message": "no"}, {"Retry-After": after}))
    with pytest.raises(RateLimited, match=r"before 20[0-9-]+ [0-9:]+ UTC") as caught:
        at.client.rest("GET", "/x")
    assert "run it again after" in str(caught.value.next_step)
    assert at.slept == []


@pytest.mark.parametrize("after", ["soon", "-1", "", "٣"])
def test_a_malformed_time_counts_as_none(scene: Open, after: str) -> None:
    headers = {"Retry-After": after} if after.isascii() else {"Retry-After": "x"}
    at = scene(Reply(429, {}, headers), OK)
    at.client.rest("GET", "/x")
    assert at.slept == [60]


def test_all_waits_of_a_run_together_are_bounded(scene: Open) -> None:
    at = scene(*[Reply(429, {}, {"Retry-After": "100"}), OK] * 20)
    for _ in range(9):
        at.client.rest("GET", "/x")
    with pytest.raises(RateLimited):
        at.client.rest("GET", "/x")
    assert sum(at.slept) == 900


def test_a_limit_without_end_ends(scene: Open) -> None:
    at = scene(Reply(429, {"message": "again"}, {"Retry-After": "0"}))
    with pytest.raises(GitHubError):
        at.client.rest("GET", "/x")
    assert len(at.sent) < 12


def test_a_redirect_is_neither_followed_nor_taken_for_an_answer(scene: Open) -> None:
    location = {"Location": "http://127.0.0.1:1/repositories/1"}
    for status in (301, 302, 307, 308):
        at = scene(Reply(status, {"message": "Moved Permanently"}, location))
        with pytest.raises(GitHubError, match="elsewhere") as caught:
            at.client.rest("GET", "/repos/old/name")
        assert "present name" in str(caught.value.next_step)
        assert isinstance(caught.value, Moved)
        assert caught.value.location == "http://127.0.0.1:1/repositories/1"
        assert len(at.sent) == 1


def test_without_a_token_only_who_says_so_asks(scene: Open) -> None:
    at = scene(OK)
    environ = {"GITHUB_API_URL": at.server.url}
    with pytest.raises(ConfigurationError, match="no token"):
        open_client(environ)
    with open_client(environ, anonymous=True) as client:
        client.rest("GET", "/x")
    with open_client({**environ, "GITHUB_TOKEN": TOKEN}, anonymous=True) as client:
        client.rest("GET", "/x")
    sent = [
        {name.lower(): value for name, value in one.headers.items()} for one in at.server.requests
    ]
    assert ["authorization" in headers for headers in sent] == [False, True]


def test_accepted_but_not_ready_is_asked_for_again(scene: Open) -> None:
    at = scene(Reply(202, {}), OK)
    assert at.client.rest("GET", "/x")["fine"] is True
    assert at.slept == [1]


def test_an_answer_of_any_length_is_not_read(scene: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 1000)
    at = scene(Reply(200, {"a": "b" * 2000}))
    with pytest.raises(GitHubError, match="larger than"):
        at.client.rest("GET", "/x")
    assert at.client.requests == 1


def test_an_answer_that_trickles_is_given_up(scene: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "LONGEST_ANSWER", -1.0)
    at = scene(OK)
    with pytest.raises(GitHubError, match="in time"):
        at.client.rest("GET", "/x")


@pytest.mark.parametrize(
    "body", [b"{", b"[" * 100_000, b"\xff\xfe", b'{"a": ' + b"9" * 5000 + b"}"]
)
def test_an_answer_that_is_no_json_is_told_so(scene: Open, body: bytes) -> None:
    at = scene(Reply(200, body))
    with pytest.raises(GitHubError, match="is not JSON"):
        at.client.rest("GET", "/x")


def test_malformed_headers_are_told_so(scene: Open) -> None:
    at = scene(Reply(200, {}, {"X-RateLimit-Reset": "tomorrow"}))
    with pytest.raises(GitHubError, match="malformed headers"):
        at.client.rest("GET", "/x")


def test_lone_surrogates_never_reach_the_wire(scene: Open) -> None:
    at = scene(OK)
    body = {"body": "caf\udce9", "list": [{"path": "\ud800"}], "n": 1, "t": ("\udc80",)}
    at.client.rest("PATCH", "/x", body=body, params={"ref": "\udce9"})
    (request,) = at.server.requests
    assert request.body == {
        "body": "caf\ufffd",
        "list": [{"path": "\ufffd"}],
        "n": 1,
        "t": ["\ufffd"],
    }
    assert request.path == "/x?ref=%EF%BF%BD"


def test_an_unreachable_server_is_named_without_its_innards() -> None:
    with scripted_server([OK]) as server:
        pass
    environ = {"GITHUB_API_URL": server.url, "GITHUB_TOKEN": TOKEN}
    with (
        open_client(environ, sleep=lambda seconds: None) as client,
        pytest.raises(GitHubError, match="could not be reached for GET /x: the connection"),
    ):
        client.rest("GET", "/x")


def test_what_is_not_secure_is_given_up_at_once() -> None:
    with scripted_server([OK]) as server:
        environ = {"GITHUB_API_URL": server.url.replace("http", "https"), "GITHUB_TOKEN": TOKEN}
        with open_client(environ) as client, pytest.raises(GitHubError, match="no secure conn"):
            client.rest("GET", "/x")
        assert client.requests == 1


def test_a_proxy_that_refuses_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted_server([OK]) as closed:
        pass
    monkeypatch.setenv("HTTP_PROXY", closed.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    environ = {"GITHUB_API_URL": "http://127.0.0.1:9", "GITHUB_TOKEN": TOKEN}
    with (
        open_client(environ, sleep=lambda seconds: None) as client,
        pytest.raises(GitHubError, match="the proxy did not"),
    ):
        client.rest("GET", "/x")


def test_the_token_is_in_no_message_and_no_log(
    scene: Open, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    at = scene(OK, CUT, Reply(401, {"message": "Bad credentials"}))
    at.client.rest("GET", "/x")
    with pytest.raises(GitHubError) as caught:
        at.client.rest("GET", "/x")
    assert caplog.records, "nothing was logged: this shows nothing"
    assert TOKEN not in caplog.text
    assert TOKEN not in f"{caught.value!r} {caught.value.next_step} {at.client!r}"


class TestPages:
    def test_every_page_is_read_by_its_link(self, scene: Open) -> None:
        following = {"Link": '<https://elsewhere.example/repositories/1/x?page=2>; rel="next"'}
        last = {"Link": '<https://elsewhere.example/x?page=1>; rel="prev"'}
        at = scene(Reply(200, [1, 2], following), Reply(200, [3], last))
        assert list(at.client.pages("/x", {"state": "all"})) == [1, 2, 3]
        # Only the path counts: the token goes to no other server.
        assert at.sent == ["GET /x?per_page=100&state=all", "GET /repositories/1/x?page=2"]

    def test_a_list_inside_of_an_object_is_found(self, scene: Open) -> None:
        at = scene(Reply(200, {"total_count": 1, "check_runs": ["a"]}))
        assert list(at.client.pages("/x", key="check_runs")) == ["a"]

    def test_pages_without_end_end_and_are_named(
        self, scene: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(client_module, "MOST_PAGES", 3)
        at = scene(Reply(200, [1], {"Link": '<https://x.example/x?page=2>; rel="next"'}))
        assert list(at.client.pages("/x")) == [1, 1, 1]
        assert list(at.client.pages("/x")) == [1, 1, 1]
        assert at.client.left_out == ("GET /x: more than 3 pages, the rest was not read",)

    @pytest.mark.parametrize("body", [{"message": "?"}, 7, None, "text"])
    def test_what_is_no_list_is_told_so(self, scene: Open, body: object) -> None:
        at = scene(Reply(200, body))
        with pytest.raises(GitHubError, match="not as documented"):
            list(at.client.pages("/x"))


QUERY = "query Threads($id: ID!) { node(id: $id) { id } }"
MUTATION = (
    "mutation Resolve($id: ID!) { resolveReviewThread(input: {threadId: $id}) { __typename } }"
)


class TestGraphQL:
    def test_the_answer_is_its_data(self, scene: Open) -> None:
        at = scene(Reply(200, {"data": {"node": None}}))
        assert at.client.graphql(QUERY, {"id": "\udce9"}) == {"node": None}
        (request,) = at.server.requests
        assert request.path == "/graphql"
        assert request.body == {"query": QUERY, "variables": {"id": "\ufffd"}}

    @pytest.mark.parametrize(
        ("type_", "kind"),
        [
            ("FORBIDDEN", Forbidden),
            ("INSUFFICIENT_SCOPES", Forbidden),
            ("NOT_FOUND", NotFound),
            ("UNPROCESSABLE", Unprocessable),
            ("SOMETHING", GitHubError),
            (None, GitHubError),
            (["x"], GitHubError),
        ],
        ids=str,
    )
    def test_errors_beside_partial_data_raise(
        self, scene: Open, type_: object, kind: type[GitHubError]
    ) -> None:
        errors = [{"type": type_, "message": "Not for\nyou"}]
        at = scene(Reply(200, {"data": {"node": {"id": 1}}, "errors": errors}))
        with pytest.raises(kind, match=r"the query Threads: Not for\\nyou") as caught:
            at.client.graphql(QUERY, {})
        assert type(caught.value) is kind

    @pytest.mark.parametrize("errors", ["text", [7], [{}], {"a": 1}])
    def test_odd_errors_raise_all_the_same(self, scene: Open, errors: object) -> None:
        at = scene(Reply(200, {"data": {}, "errors": errors}))
        with pytest.raises(GitHubError, match="does not say why"):
            at.client.graphql(QUERY, {})

    @pytest.mark.parametrize("body", [{}, {"data": None}, [], 7, None])
    def test_no_data_is_an_error(self, scene: Open, body: object) -> None:
        at = scene(Reply(200, body))
        with pytest.raises(GitHubError, match="has no data"):
            at.client.graphql(QUERY, {})

    def test_a_limit_under_the_status_200_is_waited_for(self, scene: Open) -> None:
        errors = [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]
        headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(NOW) + 9)}
        at = scene(Reply(200, {"errors": errors}, headers), Reply(200, {"data": {}}))
        assert at.client.graphql(MUTATION, {}) == {}
        assert at.slept == [10]

    def test_a_query_that_ran_out_of_time_is_repeated(self, scene: Open) -> None:
        errors = [{"message": "Something went wrong while executing your query. Sorry."}]
        at = scene(Reply(200, {"errors": errors}), Reply(502), Reply(200, {"data": {}}))
        assert at.client.graphql(QUERY, {}) == {}
        assert len(at.sent) == 3

    def test_a_query_that_always_runs_out_of_time_fails(self, scene: Open) -> None:
        errors = [{"message": "Something went wrong while executing your query. Sorry."}]
        at = scene(Reply(200, {"errors": errors}))
        with pytest.raises(GitHubError, match="Something went wrong"):
            at.client.graphql(QUERY, {})
        assert len(at.sent) == 5

    def test_a_mutation_is_repeated_only_where_that_is_safe(self, scene: Open) -> None:
        at = scene(CUT, Reply(200, {"data": {}}))
        with pytest.raises(GitHubError, match="the mutation Resolve"):
            at.client.graphql(MUTATION, {})
        at = scene(CUT, Reply(200, {"data": {}}))
        assert at.client.graphql(MUTATION, {}, repeatable=True) == {}


def test_many_writes_are_paced_and_few_are_not(scene: Open) -> None:
    at = scene(OK)
    for _ in range(20):
        at.client.rest("PATCH", "/x", body={})
    assert at.slept == []
    at.client.rest("GET", "/x")
    at.client.rest("PATCH", "/x", body={})
    at.client.rest("PATCH", "/x", body={})
    assert at.slept == [1, 1]
