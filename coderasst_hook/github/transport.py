"""One request to GitHub and its answer: PyGithub's requester over a connection that is bounded.

PyGithub makes the address, the headers and the JSON, and keeps the token out of its log. What it
would do on its own is switched off: it repeats POSTs that may have taken effect, sleeps where
nobody can count it, follows a redirect without the query, and reads answers of any length.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from github import Auth
from github.Requester import HTTPSRequestsConnectionClass, Requester, RequestsResponse

from coderasst_hook import __version__

LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes, after decompression."""
LONGEST_ANSWER = 120.0
"""Seconds that reading one answer may take."""
CONNECT_TIMEOUT = 10
READ_TIMEOUT = 60
PER_PAGE = 100
LOCATION = "redirected-to"
"""The header that has the address of a redirect; PyGithub would follow one under its own name."""

# The version of the API that the code was written against; GHES before 3.9 ignores it.
_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}


@dataclass(frozen=True, slots=True)
class Answer:
    """``headers`` have names in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str


class Broken(Exception):
    """There is no whole answer. ``str(error)`` says why; ``final``: another try is of no use."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


class Transport:
    """``api_url`` and ``graphql_url`` are of one server, normalised (``hosts.normalise``).
    Without a ``token``, GitHub shows what is public, and answers no GraphQL."""

    def __init__(self, api_url: str, graphql_url: str | None, token: str | None) -> None:
        self._requester = Requester(
            auth=None if token is None else Auth.Token(token),
            base_url=api_url,
            timeout=READ_TIMEOUT,
            user_agent=f"coderasst/{__version__}",
            per_page=PER_PAGE,
            verify=True,
            retry=None,
            pool_size=None,
        )
        self._connection = _Connection(api_url)
        self.graphql_url = graphql_url or self._requester.graphql_url

    def send(
        self,
        verb: str,
        path: str,
        params: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        """``path`` is below ``api_url``, or an address of the same server. Raises ``Broken``."""
        try:
            status, headers, text = self._requester.requestJson(
                verb,
                path,
                parameters=dict(params or {}),
                headers=dict(_HEADERS),
                input=body,
                cnx=self._connection,
            )
        except requests.exceptions.SSLError:
            raise Broken(
                "no secure connection could be made; for a certificate authority of your own, "
                "name its file in REQUESTS_CA_BUNDLE",
                final=True,
            ) from None
        except requests.exceptions.ProxyError:
            raise Broken("the proxy did not let the request through") from None
        except requests.exceptions.Timeout:
            raise Broken("it did not answer in time") from None
        except requests.exceptions.RequestException:
            raise Broken("the connection failed or was cut") from None
        except ValueError:
            # PyGithub reads numbers out of headers.
            raise Broken("its answer has malformed headers") from None
        return Answer(status, headers, text)

    def close(self) -> None:
        self._connection.close()
        self._requester.close()


class _Connection(HTTPSRequestsConnectionClass):
    """PyGithub's, but the answer has a largest size and a longest time."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        name = parts.hostname or ""
        super().__init__(f"[{name}]" if ":" in name else name, parts.port)
        self.protocol = parts.scheme

    def getresponse(self) -> RequestsResponse:
        with self.session.request(
            self.verb,
            f"{self.protocol}://{self.host}:{self.port}{self.url}",
            headers=self.headers,
            data=self.input,
            timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
            allow_redirects=False,
            stream=True,
        ) as response:
            return _Response(self.verb, response, b"".join(_bounded(response)))


class _Response(RequestsResponse):
    def __init__(self, verb: str, response: requests.Response, content: bytes) -> None:
        super().__init__(response)
        self._content = content
        # PyGithub would follow the one without its query and the other for ever.
        location = self.headers.pop("location", None)
        if location is not None:
            self.headers[LOCATION] = location
        if verb == "GET" and self.status == 202:
            self.status = 503

    def read(self) -> str:
        return self._content.decode("utf-8", "replace")


def _bounded(response: requests.Response) -> Iterator[bytes]:
    deadline = time.monotonic() + LONGEST_ANSWER
    size = 0
    for part in response.iter_content(64 * 1024):
        size += len(part)
        if size > LARGEST_ANSWER:
            raise Broken(f"its answer is larger than {LARGEST_ANSWER >> 20} MiB", final=True)
        if time.monotonic() > deadline:
            raise requests.exceptions.ReadTimeout
        yield part
