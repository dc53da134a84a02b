"""A repository on the GitHub of ``testing.github``, with a pull request and a workflow's token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from coderasst_hook.github.client import Client, open_client
from coderasst_hook.github.pulls import Pulls
from coderasst_hook.github.writes import Writes
from testing.github.server import GitHubServer
from testing.github.state import Pull
from testing.repository import TemporaryRepository

NAME = "octo/shop"
APP = "".join(f"line {number}\n" for number in range(1, 31))


class Shop:
    """``pull`` changes lines 3 and 20 of "app.py" and adds "new file.py" of 10 lines."""

    def __init__(self, github: GitHubServer, git: TemporaryRepository, stack: ExitStack) -> None:
        self.github = github
        self.git = git
        self.slept: list[float] = []
        self._stack = stack
        self.base = git.commit("base", {"app.py": APP, "docs/a/b.md": "b\n", "docs/c.md": "c\n"})
        git.git("checkout", "--quiet", "-b", "topic")
        changed = APP.replace("line 3\n", "line three\n").replace("line 20\n", "line twenty\n")
        self.head = git.commit("change", {"app.py": changed, "new file.py": "new\n" * 10})
        git.git("checkout", "--quiet", "main")
        self.repository = github.repository(NAME, git.root)
        self.pull: Pull = github.open_pull(self.repository, head="topic", author="ada")
        self.client = self.client_of(
            github.workflow_token(
                pull_requests="write",
                issues="write",
                contents="write",
                checks="write",
                security_events="write",
            )
        )
        self.pulls = Pulls(self.client, NAME)
        self.writes = Writes(self.client, NAME)

    def client_of(self, token: str, *, enterprise: bool = False) -> Client:
        api_url = self.github.ghes_url if enterprise else self.github.api_url
        environ = {"GITHUB_API_URL": api_url, "GITHUB_TOKEN": token}
        return self._stack.enter_context(open_client(environ, sleep=self.slept.append))

    def sent(self, verb: str) -> list[str]:
        """Paths of all requests with ``verb`` so far."""
        return [one.path for one in self.github.requests if one.verb == verb]


@pytest.fixture
def shop(github: GitHubServer, repository: TemporaryRepository) -> Iterator[Shop]:
    with ExitStack() as stack:
        yield Shop(github, repository, stack)
