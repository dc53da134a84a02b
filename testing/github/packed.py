"""Repositories over other ways than the API: archives of commits, and git itself over HTTP."""

from __future__ import annotations

import base64
import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlencode

from testing.github.accounts import Token
from testing.github.exchange import Answer
from testing.github.refusals import Refusal, not_found
from testing.github.state import FakeRepository
from testing.github.world import World

PREFIX = "/codeload"
_ARCHIVE = re.compile(PREFIX + r"/(\d+)/([0-9a-f]{40})")
_GIT = re.compile(r"/([\w.-]+)/([\w.-]+)\.git(/.*)")
# Any commit may be asked for, as on GitHub.
_ANY_COMMIT = "'uploadpack.allowanysha1inwant=true'"


def archive(world: World, path: str) -> Answer:
    found = _ARCHIVE.fullmatch(path)
    if found is None:
        raise not_found()
    repository, sha = world.by_id(int(found[1])), found[2]
    if repository.archive is not None:
        return Answer(200, repository.archive)
    folder = f"{repository.name.replace('/', '-')}-{sha[:7]}/"
    return Answer(
        200, repository.store.git("archive", "--format=tar.gz", f"--prefix={folder}", sha)
    )


def is_git(path: str) -> bool:
    return _GIT.fullmatch(path) is not None


def git(
    world: World,
    verb: str,
    path: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    data: bytes,
) -> Answer:
    """As git's own server answers it. Without a right to a repository, one is asked for it."""
    found = _GIT.fullmatch(path)
    assert found is not None
    repository = world.repository(found[1], found[2])
    if repository.private and _token(world, headers) is None:
        challenge = {"WWW-Authenticate": 'Basic realm="GitHub"'}
        raise Refusal(401, "Repository not found.", headers=challenge)
    done = subprocess.run(
        ["git", "http-backend"],
        env={
            **os.environ,
            "GIT_CONFIG_PARAMETERS": _ANY_COMMIT,
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROJECT_ROOT": str(_git_dir(repository)),
            "PATH_INFO": found[3],
            "REQUEST_METHOD": verb,
            "QUERY_STRING": urlencode(query),
            "CONTENT_TYPE": headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(data)),
            "HTTP_CONTENT_ENCODING": headers.get("content-encoding", ""),
            "GIT_PROTOCOL": headers.get("git-protocol", ""),
            "REMOTE_ADDR": "127.0.0.1",
        },
        input=data,
        capture_output=True,
        check=True,
    )
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    told = dict(_headers(head.decode("ascii").split("\r\n")))
    return Answer(int(told.pop("Status", "200").split()[0]), body, told)


def _headers(lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    for line in lines:
        name, _, value = line.partition(": ")
        yield name, value


def _token(world: World, headers: Mapping[str, str]) -> Token | None:
    kind, _, secret = headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    return world.tokens.get(base64.b64decode(secret).decode().partition(":")[2])


def _git_dir(repository: FakeRepository) -> Path:
    told = repository.store.git("rev-parse", "--absolute-git-dir")
    return Path(told.decode().strip())
