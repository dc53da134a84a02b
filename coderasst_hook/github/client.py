"""Requests to GitHub: authenticated, bounded, repeated where that is safe. Stub, to be filled."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any

MAX_WAIT = 300.0
"""Seconds that one rate limit may be waited for."""


def open_client(
    environ: Mapping[str, str],
    *,
    token: str | None = None,
    max_wait: float = MAX_WAIT,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.time,
) -> Client:
    """A client for the GitHub of ``GITHUB_API_URL`` (github.com where it is not set), with
    ``token``, ``GITHUB_TOKEN`` or ``INPUT_TOKEN``. Close it, or use it in a ``with``.

    Raises ``ConfigurationError`` for an address or a token that cannot be used.
    """
    raise NotImplementedError


class Client:
    @property
    def requests(self) -> int:
        """How many requests have been sent, repeats included."""
        raise NotImplementedError

    @property
    def left_out(self) -> tuple[str, ...]:
        """What was not read because there was too much of it, one sentence each."""
        raise NotImplementedError

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

        ``path`` begins with "/repos/…"; build it with ``path.of``. Rate limits are waited for. Where
        the connection broke or GitHub failed (5xx), the request is repeated if it is ``repeatable``
        (by default all but POST); else only after ``done()`` has said that it took no effect.

        Raises ``Forbidden``, ``NotFound``, ``Unprocessable``, ``RateLimited`` or ``GitHubError``.
        """
        raise NotImplementedError

    def pages(
        self, path: str, params: Mapping[str, str | int] | None = None, *, key: str | None = None
    ) -> Iterator[Any]:
        """The items of all pages; of the list under ``key`` where the answer is an object. Past
        the bound, what remains is named in ``left_out``."""
        raise NotImplementedError

    def graphql(
        self, query: str, variables: Mapping[str, Any], *, repeatable: bool | None = None
    ) -> dict[str, Any]:
        """``data`` of the answer. A mutation is repeated only if it is ``repeatable``. Any error in
        the answer raises, beside partial data too: ``Forbidden``, ``NotFound``, ``GitHubError``."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
