"""A pull request to talk about, and ways to ask for it."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from testing.github.server import GitHubServer
from testing.github.state import Pull
from testing.repository import TemporaryRepository

NUMBERED = [f"line {number}\n" for number in range(1, 41)]

Ask = Callable[..., tuple[int, Any]]


def numbered(**changes: str) -> str:
    """Forty lines; ``line10="new\\n"`` takes the place of the tenth."""
    lines = NUMBERED.copy()
    for name, text in changes.items():
        lines[int(name.removeprefix("line")) - 1] = text
    return "".join(lines)


@pytest.fixture
def pull(github: GitHubServer, repository: TemporaryRepository) -> Pull:
    """Changes lines 10 and 31 of 40 in "a.py" (hunks 7-13 and 28-34), adds "n.py" of two lines,
    removes "gone.txt"."""
    repository.commit("base", {"a.py": numbered(), "gone.txt": "x\n"})
    repository.git("checkout", "-q", "-b", "feature")
    repository.remove("gone.txt")
    changed = numbered(line10="changed 10\n", line31="changed 31\n")
    repository.commit("change", {"a.py": changed, "n.py": "one\ntwo\n"})
    return github.open_pull(github.repository("octo/shop", repository.root), head="feature")


@pytest.fixture
def ask(github: GitHubServer) -> Ask:
    """``ask(verb, path, body, token=…)`` gives status and JSON; the token may write everything."""
    areas = ("contents", "pull_requests", "issues", "checks", "security_events")
    able = github.workflow_token(**dict.fromkeys(areas, "write"))

    def ask(verb: str, path: str, body: Any = None, *, token: str | None = able) -> tuple[int, Any]:
        request = urllib.request.Request(
            github.api_url + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {token}"} if token else {},
            method=verb,
        )
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    return ask


@pytest.fixture
def graphql(ask: Ask) -> Callable[..., Any]:
    """``graphql(query, token=…, **variables)`` gives data and errors."""

    def graphql(query: str, *, token: str | None = None, **variables: Any) -> Any:
        body = {"query": query, "variables": variables}
        status, answer = ask("POST", "/graphql", body, **({"token": token} if token else {}))
        assert status == 200
        return answer

    return graphql
