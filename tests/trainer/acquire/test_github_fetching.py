"""Answers of GitHub that are not as documented, and clones that hang."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coderasst_hook.errors import GitError
from coderasst_hook.github.client import Client, open_client
from coderasst_hook.github.errors import GitHubError, Moved
from testing.github.faults import Fault
from testing.scripted_http import Reply, scripted_server
from tests.trainer.acquire.hub import MIT, Hub
from trainer.acquire.github.busy import with_threads
from trainer.acquire.github.clone import clone
from trainer.acquire.github.repositories import Repository, head_of, licence_of, named, searched
from trainer.acquire.github.tarball import Bounds, FetchError

SHOP = Repository(1, "octo/shop", "main", "https://github.com/octo/shop.git", "MIT")
FREE = Bounds(10**9, lambda: 60.0)


def answered(body: Any, status: int = 200) -> Iterator[Client]:
    with (
        scripted_server([Reply(status, body)]) as server,
        open_client({"GITHUB_API_URL": server.url, "GITHUB_TOKEN": "t"}) as client,
    ):
        yield client


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"id": "x", "full_name": "octo/shop"},
        {"id": 1, "full_name": "../.."},
        {"id": 1, "full_name": "octo/shop", "default_branch": 3},
        {"id": 1, "full_name": "octo/shop", "license": {"spdx_id": 3}},
    ],
)
def test_a_repository_that_is_none(body: Any) -> None:
    for client in answered(body):
        with pytest.raises(GitHubError, match="not as documented"):
            named(client, "octo/shop")
    for client in answered({"items": [body]}):
        with pytest.raises(GitHubError, match="not as documented"):
            list(searched(client, "x"))


def test_a_licence_that_github_has_another_name_for() -> None:
    for identifier, expression in (
        *(("GPL-3.0", "GPL-3.0-only"), ("NOASSERTION", "unknown"), ("none of them", "unknown")),
        *(("mit", "MIT"), ("", "unknown")),
    ):
        body = {"id": 1, "full_name": "octo/shop", "license": {"spdx_id": identifier}}
        for client in answered(body):
            assert named(client, "octo/shop").licence == expression


@pytest.mark.parametrize("body", [None, {}, {"content": 3}, {"content": "abcde"}])
def test_a_licence_file_that_is_none(body: Any) -> None:
    for client in answered(body):
        with pytest.raises(GitHubError, match="not as documented"):
            licence_of(client, SHOP)


def test_a_licence_file_that_is_gone_leaves_what_github_says() -> None:
    for client in answered({"message": "Not Found"}, 404):
        assert licence_of(client, SHOP) == "MIT"


def test_a_commit_that_is_none() -> None:
    for client in answered({"sha": "--upload-pack=sh"}):
        with pytest.raises(GitHubError, match="not as documented"):
            head_of(client, SHOP, None)
    for client in answered({"message": "Server Error"}, 418):
        with pytest.raises(GitHubError, match="418"):
            head_of(client, SHOP, None)


def test_threads_that_are_not_counted() -> None:
    for client in answered({"data": {"repository": {"p1": None}}}):
        with pytest.raises(GitHubError, match="not as documented"):
            with_threads(client, "octo/shop", [1])
        assert with_threads(client, "octo/shop", []) == frozenset()


def test_a_move_to_nowhere(hub: Hub) -> None:
    hub.github.fail(Fault(301, "Moved Permanently"))
    done = hub.files("octo/shop")
    assert "no such repository ×1" in done.output
    for client in answered({"message": "Moved"}, 301):
        with pytest.raises(Moved):
            named(client, "octo/shop")


def test_an_archive_that_is_answered_at_once_leads_nowhere(hub: Hub) -> None:
    hub.repository("octo/shop", {"LICENSE": MIT})
    hub.github.fail(Fault(200, "Here"), path="/tarball/")
    with pytest.raises(GitHubError, match="leads nowhere"):
        hub.files("octo/shop")


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes connections and never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/octo/shop.git"


def test_a_clone_that_hangs_is_ended_with_all_that_it_started(silent: str, tmp_path: Path) -> None:
    left = iter([1.0] * 4)
    bounds = Bounds(10**9, lambda: next(left, 0.0))
    start = time.monotonic()
    with (
        pytest.raises(FetchError, match="takes too long"),
        clone(silent, "a" * 40, bounds, token=None, environ=os.environ),
    ):
        pass
    assert time.monotonic() - start < 30
    if Path("/proc/self/cmdline").exists():
        lines = (path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if _alive(path))
        assert not any(silent.encode() in line for line in lines)


def _alive(path: Path) -> bool:
    try:
        return b" Z " not in path.with_name("stat").read_bytes()
    except OSError:
        return False


def test_a_clone_without_git(tmp_path: Path, silent: str) -> None:
    with (
        pytest.raises(GitError, match="git could not be started") as caught,
        clone(silent, "a" * 40, FREE, token=None, environ={"PATH": str(tmp_path)}),
    ):
        pass
    assert "--fetch tarball" in str(caught.value.next_step)


def test_the_token_of_a_clone_is_no_argument_and_in_no_environment(
    silent: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text(f'#!/bin/sh\n{{ echo "$@"; env; }} >> \'{seen}\'\ncat "$HOME/.gitconfig"\n')
    fake.chmod(0o755)
    environ = {"PATH": f"{fake.parent}:{os.environ['PATH']}", "GITHUB_TOKEN": "s3cret", "LD_X": "1"}
    with clone(silent, "a" * 40, FREE, token="s3cret", environ=environ):
        pass
    told = seen.read_text()
    assert "fetch" in told
    assert "s3cret" not in told
    assert "LD_X" not in told
    assert f"GIT_ALLOW_PROTOCOL={silent.partition(':')[0]}" in told
