"""How YouTube is asked: nobody else is, no answer is endless, and what it said is kept.

The addresses of transcripts come out of YouTube's answers, so they are checked like any that a
stranger names.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, RequestException, Response, Session
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes, unpacked. A watch page has about one megabyte, a transcript of ten hours about two."""
CONNECT_SECONDS = 15.0
READ_SECONDS = 30.0
ANSWER_SECONDS = 120.0
"""For the whole of one answer, however steadily it drips."""
_CHUNK = 65536
_HOST = "youtube.com"


class RefusedRequest(RequestException):
    """A redirect or an address inside of an answer that is not followed."""

    def __init__(self, message: str, *, is_block: bool = False) -> None:
        super().__init__(message)
        self.is_block = is_block


class YouTubeOnly(HTTPAdapter):
    """Answers come back read, so that nothing behind it reads without an end."""

    def __init__(
        self, proxy: str | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._proxy = proxy
        self._clock = clock
        self.answers: dict[str, bytes] = {}
        """The latest one by path: "/watch", "/youtubei/v1/player"."""

    def send(self, request: PreparedRequest, *_: Any, **options: Any) -> Response:
        url = urlsplit(request.url or "")
        _check(url.scheme, url.hostname or "", url.path)
        options["timeout"] = (CONNECT_SECONDS, READ_SECONDS)
        options["stream"] = True
        if self._proxy is not None:
            # Here, and not in the session: there, one of the environment would go before it.
            options["proxies"] = {"https": self._proxy}
        response = super().send(request, **options)
        content = self._read(response)
        response.raw = BytesIO(content)
        self.answers[url.path] = content
        return response

    def _read(self, response: Response) -> bytes:
        end = self._clock() + ANSWER_SECONDS
        content = bytearray()
        try:
            for chunk in response.raw.stream(_CHUNK, decode_content=True):
                content += chunk
                if len(content) > LARGEST_ANSWER:
                    raise RefusedRequest(f"an answer of more than {LARGEST_ANSWER >> 20} MiB")
                if self._clock() > end:
                    raise RefusedRequest(f"an answer that takes more than {ANSWER_SECONDS:.0f} s")
        except HTTPError as error:
            raise RequestException(type(error).__name__) from error
        finally:
            response.close()
        return bytes(content)


def session(adapter: YouTubeOnly) -> Session:
    """Close it. Cookies live as long as it does."""
    made = Session()
    made.mount("https://", adapter)
    made.mount("http://", adapter)
    return made


def _check(scheme: str, host: str, path: str) -> None:
    if scheme == "https" and (host == _HOST or host.endswith(f".{_HOST}")):
        return
    # Where Google sends those whom it takes for robots.
    is_block = host.endswith("google.com") and path.startswith("/sorry")
    raise RefusedRequest(f"an address outside of {_HOST}: {host}", is_block=is_block)
