"""Things that go wrong between a client and GitHub, on demand."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from testing.github.exchange import Answer


@dataclass(frozen=True)
class Fault:
    """What happens to a request: the connection is cut, or it is answered with ``status``.

    ``after``: it took effect before that. Otherwise it did not.
    """

    status: int | None = None
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    after: bool = False
    graphql_type: str = ""
    """Of the error that GraphQL gives, with status 200, in place of REST's status."""

    def answer(self, path: str) -> Answer | None:
        """None where the connection is cut."""
        if self.status is None:
            return None
        if self.graphql_type and path.endswith("/graphql"):
            errors = [{"type": self.graphql_type, "message": self.message}]
            return Answer(200, {"errors": errors}, self.headers)
        link = "https://docs.github.com/rest"
        return Answer(
            self.status, {"message": self.message, "documentation_url": link}, self.headers
        )


CUT_BEFORE = Fault()
"""The connection breaks, and nothing was done."""

CUT_AFTER = Fault(after=True)
"""It was done, but the answer never came."""


def server_error(status: int = 502, *, after: bool = False) -> Fault:
    return Fault(status, "Server Error", after=after)


def secondary_limit(retry_after: int | None = 1, status: int = 403) -> Fault:
    """GitHub tells how many seconds to wait, or leaves it open; the status may be 429 too."""
    message = (
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    )
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Fault(status, message, headers)


def exhausted(reset_in: float = 2, status: int = 403) -> Fault:
    """The hour's requests are used up, until ``reset_in`` seconds from now. GraphQL says so with
    an error of type RATE_LIMITED."""
    headers = {
        "X-RateLimit-Limit": "1000",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Used": "1000",
        "X-RateLimit-Reset": str(int(time.time() + reset_in)),
        "X-RateLimit-Resource": "core",
    }
    message = "API rate limit exceeded for installation."
    return Fault(status, message, headers, graphql_type="RATE_LIMITED")


@dataclass
class _Armed:
    fault: Fault
    nth: int
    always: bool
    verb: str | None
    path: str
    seen: int = 0


class Faults:
    """What will go wrong, and at which request."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []

    def add(
        self,
        fault: Fault,
        *,
        nth: int = 1,
        always: bool = False,
        verb: str | None = None,
        path: str = "",
    ) -> None:
        """At the ``nth`` request from now of those with ``verb`` whose path holds ``path``.

        ``always``: at every one from there on.
        """
        self._armed.append(_Armed(fault, nth, always, verb, path))

    def clear(self) -> None:
        self._armed.clear()

    def at(self, verb: str, path: str) -> Fault | None:
        """The fault of this request, which counts as one."""
        hit = None
        for armed in list(self._armed):
            if armed.verb not in (None, verb) or armed.path not in path:
                continue
            armed.seen += 1
            if armed.seen == armed.nth or (armed.always and armed.seen > armed.nth):
                hit = hit or armed.fault
                if not armed.always:
                    self._armed.remove(armed)
        return hit
