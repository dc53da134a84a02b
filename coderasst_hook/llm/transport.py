"""HTTP as the backends use it, and its faults in words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx

from coderasst_hook.errors import BackendError
from coderasst_hook.hosts import is_loopback
from coderasst_hook.llm.backend import AnswerFailure
from coderasst_hook.untrusted import one_line

CONNECT_SECONDS = 5.0
MAX_BYTES = 16 * 1024 * 1024
"""Most bytes of one response. A stream of single tokens takes about 150 bytes for each."""


class TooMuch(httpx.TransportError):
    """The server sends more than any answer can need."""


class _Bounded(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream, most: int) -> None:
        self._stream = stream
        self._left = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            self._left -= len(part)
            if self._left < 0:
                raise TooMuch("too many bytes")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _bound(response: httpx.Response) -> None:
    if isinstance(response.stream, httpx.AsyncByteStream):
        response.stream = _Bounded(response.stream, MAX_BYTES)


def client_options(host: str, read_seconds: float | None = None) -> dict[str, Any]:
    """Arguments for ``httpx.AsyncClient``.

    A proxy must not see what is meant for this machine, and a redirect must not lead code to
    another. Waiting for a model's next token has no limit of its own: the caller's deadline has.
    """
    return {
        "timeout": httpx.Timeout(read_seconds, connect=CONNECT_SECONDS),
        "trust_env": not is_loopback(host),
        "follow_redirects": False,
        "event_hooks": {"response": [_bound]},
    }


def failure(error: httpx.HTTPError, host: str) -> AnswerFailure:
    """What a fault of the connection means for one prompt."""
    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout)):
        return AnswerFailure(f"the server at {host} cannot be reached", unreachable=True)
    if isinstance(error, TooMuch):
        return AnswerFailure(f"the server at {host} sent more than {MAX_BYTES >> 20} MiB")
    if isinstance(error, httpx.TimeoutException):
        return AnswerFailure(f"the server at {host} fell silent", transient=True)
    return AnswerFailure(f"the connection to {host} broke before the answer ended", transient=True)


def refusal(host: str, status: int, text: str) -> AnswerFailure:
    """What an answer with an error status (or -1: an error inside a stream) means."""
    said = one_line(text, 200) or "no reason given"
    lowered = said.lower()
    if status == 404:
        return AnswerFailure(f"the server at {host} does not have the model: {said}")
    if "context" in lowered and ("exceed" in lowered or "maximum" in lowered):
        return AnswerFailure(
            f"the prompt does not fit the model's context: {said}", prompt_cut=True
        )
    if "memory" in lowered:
        return AnswerFailure(f"the server at {host} lacks memory: {said}")
    if status in (429, 503):
        return AnswerFailure(f"the server at {host} is busy ({status}): {said}", transient=True)
    if status >= 500 or status == 408:
        return AnswerFailure(f"the server at {host} failed ({status}): {said}", transient=True)
    if status < 0:
        return AnswerFailure(f"the server at {host} failed half-way: {said}", transient=True)
    return AnswerFailure(f"the server at {host} refused the request ({status}): {said}")


def unreachable(host: str, start: str | None) -> BackendError:
    return BackendError(f"no server answers at {host}", next_step=start)


def unusable(error: httpx.HTTPError, host: str, start: str | None) -> BackendError:
    """What a fault of the connection means before any prompt was sent."""
    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout)):
        return unreachable(host, start)
    if isinstance(error, httpx.HTTPStatusError):
        said = one_line(error.response.text, 200) if error.response.is_closed else ""
        tail = f": {said}" if said else ""
        return BackendError(f"the server at {host} answers {error.response.status_code}{tail}")
    if isinstance(error, httpx.TimeoutException):
        return BackendError(f"the server at {host} takes too long to answer", next_step=start)
    return BackendError(f"the server at {host} cannot be used: {one_line(str(error), 200)}")
