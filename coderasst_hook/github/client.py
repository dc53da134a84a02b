"""Requests to GitHub: authenticated, bounded, repeated where that is safe.

A rate limit is waited for: GitHub has refused the request before it did anything. Where the
connection broke or GitHub failed, it may have taken effect all the same: a request that changes
something is only sent again if doing it twice is doing it once, or after the caller has looked.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from coderasst_hook.errors import ConfigurationError
from coderasst_hook.github import answers, fields
from coderasst_hook.github.errors import GitHubError
from coderasst_hook.github.retries import Patience, graphql_limit_wait, limit_wait
from coderasst_hook.github.transport import PER_PAGE, Answer, Broken, Transport
from coderasst_hook.hosts import is_loopback, normalise
from coderasst_hook.untrusted import encodable

MAX_WAIT = 300.0
"""Seconds that one rate limit may be waited for."""
MOST_PAGES = 100
MOST_FAILURES = 4
"""Repeats of one request after which GitHub counts as down: 15 seconds in all."""
MOST_LIMITS = 8
UNPACED_WRITES = 20
WRITE_INTERVAL = 1.0
"""Seconds that GitHub asks to leave between writes where they are many."""

_API = "https://api.github.com"
_OPERATION = re.compile(r"\s*(query|mutation)\s+(\w+)")
# As GitHub puts it where GraphQL ran out of time, under the status 200.
_HICCUP = "something went wrong while executing your query"


def open_client(
    environ: Mapping[str, str],
    *,
    token: str | None = None,
    anonymous: bool = False,
    max_wait: float = MAX_WAIT,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.time,
) -> Client:
    """A client for the GitHub of ``GITHUB_API_URL`` (github.com where it is not set), with
    ``token``, ``GITHUB_TOKEN`` or ``INPUT_TOKEN``. Close it, or use it in a ``with``.
    Where there is none, one that is ``anonymous`` reads what is public.

    Raises ``ConfigurationError`` for an address or a token that cannot be used.
    """
    api_url = _address("GITHUB_API_URL", environ.get("GITHUB_API_URL", "").strip() or _API)
    graphql_url = None
    if named := environ.get("GITHUB_GRAPHQL_URL", "").strip():
        graphql_url = _address("GITHUB_GRAPHQL_URL", named)
        if urlsplit(graphql_url)[:2] != urlsplit(api_url)[:2]:
            raise ConfigurationError("GITHUB_GRAPHQL_URL and GITHUB_API_URL are of two servers")
    given = token or environ.get("GITHUB_TOKEN") or environ.get("INPUT_TOKEN") or ""
    secret = None if anonymous and not given.strip() else _token(given)
    transport = Transport(api_url, graphql_url, secret)
    return Client(transport, Patience(sleep, now, max_wait), sleep=sleep, now=now)


def _address(variable: str, url: str) -> str:
    if "://" not in url:
        raise ConfigurationError(f"{variable} is not an address that begins with https://")
    try:
        normal = normalise(url)
    except ConfigurationError as error:
        raise ConfigurationError(f"{variable}: {error}", next_step=error.next_step) from None
    if normal.startswith("http:") and not is_loopback(normal):
        raise ConfigurationError(f"{variable} would send the token unencrypted: use https")
    return normal


def _token(given: str) -> str:
    token = given.strip()
    if not token:
        raise ConfigurationError(
            "there is no token for GitHub", next_step="give one in GITHUB_TOKEN"
        )
    # What is not fit for a header would be quoted in an error.
    if not (token.isascii() and token.isprintable() and " " not in token):
        raise ConfigurationError("the token for GitHub holds characters that no token has")
    return token


class Client:
    """Of one token. ``sleep`` takes seconds, ``now`` gives the Unix time."""

    def __init__(
        self,
        transport: Transport,
        patience: Patience,
        *,
        sleep: Callable[[float], None],
        now: Callable[[], float],
    ) -> None:
        self._now = now
        self._transport = transport
        self._patience = patience
        self._sleep = sleep
        self._requests = 0
        self._writes = 0
        self._last_write = 0.0
        self._left_out: list[str] = []

    @property
    def requests(self) -> int:
        """How many requests have been sent, repeats included."""
        return self._requests

    @property
    def left_out(self) -> tuple[str, ...]:
        """What was not read because there was too much of it, one sentence each."""
        return tuple(self._left_out)

    def leave_out(self, sentence: str) -> None:
        if sentence not in self._left_out:
            self._left_out.append(sentence)

    def rest(
        self,
        verb: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        params: Mapping[str, str | int] | None = None,
        done: Callable[[], bool] | None = None,
        repeatable: bool | None = None,
    ) -> Any:
        """The answer's JSON; None where it has no body, or where ``done`` had to say so.

        ``path`` begins with "/repos/…"; build it with ``paths.of``. Rate limits are waited for.
        Where the connection broke or GitHub failed (5xx), the request is repeated if it is
        ``repeatable`` (by default all but POST); else only after ``done()`` has said that it took
        no effect.

        Raises ``Forbidden``, ``NotFound``, ``Unprocessable``, ``RateLimited`` or ``GitHubError``.
        """
        what = f"{verb} {path}"
        again = verb != "POST" if repeatable is None else repeatable
        write = verb != "GET"
        answer = self._sent(verb, path, params, body, what, again=again, write=write, done=done)
        return None if answer is None else answers.parsed(answer, what)

    def pages(
        self, path: str, params: Mapping[str, str | int] | None = None, *, key: str | None = None
    ) -> Iterator[Any]:
        """The items of all pages; of the list under ``key`` where the answer is an object. Past
        the bound, what remains is named in ``left_out``."""
        what = f"GET {path}"
        asked: Mapping[str, str | int] | None = {"per_page": PER_PAGE, **(params or {})}
        for _ in range(MOST_PAGES):
            answer = self._sent("GET", path, asked, None, what, again=True)
            assert answer is not None
            document = answers.parsed(answer, what)
            try:
                yield from fields.items(document, *([key] if key else []))
            except fields.Malformed as error:
                raise malformed(what, error) from None
            following = answers.next_page(answer)
            if following is None:
                return
            # It carries the parameters.
            path, asked = following, None
        self.leave_out(f"{what}: more than {MOST_PAGES} pages, the rest was not read")

    def graphql(
        self, query: str, variables: Mapping[str, Any], *, repeatable: bool | None = None
    ) -> dict[str, Any]:
        """``data`` of the answer. A mutation is repeated only if it is ``repeatable``. Any error in
        the answer raises, beside partial data too: ``Forbidden``, ``NotFound``, ``GitHubError``."""
        found = _OPERATION.match(query)
        kind, name = found.groups() if found else ("query", "without a name")
        what = f"the {kind} {name}"
        write = kind == "mutation"
        again = not write if repeatable is None else repeatable
        body = {"query": query, "variables": variables}
        url = self._transport.graphql_url
        limits = failures = 0
        while True:
            answer = self._sent("POST", url, None, body, what, again=again, write=write)
            assert answer is not None
            document = answers.parsed(answer, what)
            errors = fields.get(document, "errors")
            if not errors:
                break
            errors = errors if isinstance(errors, list) else [errors]
            refusal = answers.graphql_refusal(errors, what)
            wait = graphql_limit_wait(answer, errors, self._now())
            if wait is not None and limits < MOST_LIMITS:
                self._patience.for_limit(wait, limits)
                limits += 1
            elif again and _HICCUP in str(refusal).lower() and failures < MOST_FAILURES:
                failures += 1
                self._patience.after_failure(failures)
            else:
                raise refusal
        data = fields.get(document, "data")
        if not isinstance(data, dict):
            raise GitHubError(f"GitHub's answer to {what} has no data")
        return data

    def _sent(
        self,
        verb: str,
        path: str,
        params: Mapping[str, str | int] | None,
        body: Mapping[str, Any] | None,
        what: str,
        *,
        again: bool,
        write: bool = False,
        done: Callable[[], bool] | None = None,
    ) -> Answer | None:
        """The answer to the first try that neither met a limit nor failed; None where ``done`` has
        said that one which failed took effect."""
        params, body = _encodable(params), _encodable(body)
        failures = limits = 0
        while True:
            if write:
                self._pace()
            self._requests += 1
            final = False
            try:
                answer = self._transport.send(verb, path, params, body)
            except Broken as broken:
                failure = GitHubError(f"GitHub could not be reached for {what}: {broken}")
                final = broken.final
            else:
                wait = limit_wait(answer, self._now())
                if wait is not None and limits < MOST_LIMITS:
                    self._patience.for_limit(wait, limits)
                    limits += 1
                    continue
                if answer.status < 300:
                    return answer
                failure = answers.refusal(answer, what)
                if answer.status < 500:
                    raise failure
            failures += 1
            if final or not (again or done):
                raise failure
            self._patience.after_failure(failures)
            if done is not None and done():
                return None
            if failures >= MOST_FAILURES:
                raise failure

    def _pace(self) -> None:
        self._writes += 1
        if self._writes > UNPACED_WRITES:
            # A clock that was set back must not make it wait longer.
            since = max(self._now() - self._last_write, 0.0)
            if since < WRITE_INTERVAL:
                self._sleep(WRITE_INTERVAL - since)
        self._last_write = self._now()

    def close(self) -> None:
        self._transport.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def malformed(what: str, error: fields.Malformed) -> GitHubError:
    return GitHubError(f"GitHub's answer to {what} is not as documented: {error}")


def _encodable(value: Any) -> Any:
    """``value`` with every text fit for JSON and an address: without lone surrogates."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, Mapping):
        return {key: _encodable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(one) for one in value]
    return value
