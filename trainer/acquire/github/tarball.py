"""A commit's files as GitHub packs them, into a file that is gone afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

import requests

from coderasst_hook import __version__
from coderasst_hook.errors import ConfigurationError
from coderasst_hook.github import paths
from coderasst_hook.github.client import Client
from coderasst_hook.github.errors import GitHubError, Moved
from coderasst_hook.hosts import is_loopback, normalise
from trainer.acquire.github.repositories import Repository

MOST_TRIES = 3
_CONNECT_TIMEOUT = 10
_READ_TIMEOUT = 60
_CHUNK = 256 * 1024
TOO_LARGE = "repository too large"
TOO_SLOW = "repository that takes too long"
NOT_FETCHED = "repository that could not be fetched"


class FetchError(Exception):
    """``str(error)`` is a reason to drop the repository."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of one repository. ``seconds`` is asked whenever a part has come."""

    most: int
    seconds: Callable[[], float]

    def check(self, size: int) -> None:
        if size > self.most:
            raise FetchError(TOO_LARGE)
        if self.seconds() <= 0:
            raise FetchError(TOO_SLOW)


@contextmanager
def tarball(
    client: Client, repository: Repository, commit: str, bounds: Bounds
) -> Iterator[BinaryIO]:
    """Raises ``FetchError`` where the archive cannot be had, ``GitHubError`` where GitHub refuses
    to say where it is."""
    path = paths.of("repos", *paths.split(repository.name), "tarball", commit)
    with tempfile.TemporaryFile() as file:
        for tries in range(1, MOST_TRIES + 1):
            # The address is good for minutes only, so each try asks for it.
            address = _address(client, path)
            try:
                _fetch(address, file, bounds)
                break
            except requests.exceptions.RequestException:
                if tries == MOST_TRIES:
                    raise FetchError(NOT_FETCHED) from None
        file.seek(0)
        yield file


def _address(client: Client, path: str) -> str:
    """Where GitHub sends us. The token stays behind: the address has one of its own."""
    try:
        client.rest("GET", path)
    except Moved as moved:
        if _is_safe(moved.location):
            return moved.location
        raise GitHubError(f"GitHub's answer to GET {path} leads to no safe address") from None
    raise GitHubError(f"GitHub's answer to GET {path} leads nowhere")


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    try:
        host = normalise(f"{parts.scheme}://{parts.netloc}")
    except ConfigurationError:
        return False
    return bool(parts.netloc) and (parts.scheme == "https" or is_loopback(host))


def _fetch(address: str, file: BinaryIO, bounds: Bounds) -> None:
    file.seek(0)
    file.truncate()
    with (
        _Session() as session,
        session.get(
            address,
            headers={"User-Agent": f"coderasst/{__version__}", "Accept-Encoding": "identity"},
            timeout=(_CONNECT_TIMEOUT, _READ_TIMEOUT),
            allow_redirects=False,
            stream=True,
        ) as response,
    ):
        if response.status_code != 200:
            raise requests.exceptions.ConnectionError
        size = 0
        for part in response.iter_content(_CHUNK):
            size += len(part)
            bounds.check(size)
            file.write(part)


class _Session(requests.Session):
    """Without the passwords that ~/.netrc has for the host; proxies and certificates count."""

    def __init__(self) -> None:
        super().__init__()
        self.auth = _unauthenticated


def _unauthenticated(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
