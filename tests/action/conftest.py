"""A pull request on the GitHub of ``testing.github``, and ``coderasst ci`` as a job runs it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from coderasst_hook.action.job import Options
from coderasst_hook.action.run import run
from testing.github.server import GitHubServer
from testing.github.state import Pull, Thread
from testing.program import Ran, coderasst
from testing.repository import TemporaryRepository

NAME = "octo/shop"
WRITES = {"pull_requests": "write", "contents": "write"}
EVAL = "def run(text):\n    return eval(text)\n"
"""One finding of the analyzers, of high severity, on line 2."""
CLEAN = "def run(text):\n    return int(text)\n"


WITHOUT_MODEL = Options(flags={"llm.mode": "off"})


class Shop:
    """The clone of a job is the repository itself, and its current folder."""

    def __init__(self, github: GitHubServer, git: TemporaryRepository, folder: Path) -> None:
        self.github = github
        self.git = git
        self.folder = folder
        folder.mkdir()
        self.base = git.commit("base", {"README": "shop\n", "lib.py": "VALUE = 1\n"})
        self.repository = github.repository(NAME, git.root)
        self.repository.permissions["octocat"] = "write"

    def open(self, files: Mapping[str, str | bytes], *, draft: bool = False) -> Pull:
        """A pull request of the branch "topic", which changes ``files``."""
        self.git.git("checkout", "--quiet", "-b", "topic")
        self.git.commit("change", files)
        return self.github.open_pull(self.repository, head="topic", draft=draft)

    def push(self, pull: Pull, files: Mapping[str, str | bytes]) -> str:
        """One more commit on the branch of the pull request."""
        commit = self.git.commit("more", files)
        self.github.push(pull)
        return commit

    def environ(self, pull: Pull, action: str = "opened", **permissions: str) -> dict[str, str]:
        """Of a job for that event; without ``permissions``, all that posting takes."""
        event = self.folder / "event.json"
        event.write_text(json.dumps(self.github.event(pull, action)))
        return {
            "GITHUB_API_URL": self.github.api_url,
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_REPOSITORY": NAME,
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
            "GITHUB_TOKEN": self.github.workflow_token(**(permissions or WRITES)),
        }

    def ci(self, pull: Pull, *arguments: str | Path, action: str = "opened", **environ: str) -> Ran:
        """``coderasst ci`` as a process, without a model where ``arguments`` name none."""
        llm = () if "--llm" in arguments else ("--llm", "off")
        return coderasst("ci", *llm, *arguments, **{**self.environ(pull, action), **environ})

    def run(
        self,
        pull: Pull,
        action: str = "synchronize",
        *,
        options: Options = WITHOUT_MODEL,
        environ: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> int:
        """The same in this process, which is faster, and waits for nothing."""
        environ = {**os.environ, **(environ or self.environ(pull, action))}
        return run(environ, options, cwd or self.git.root, sleep=lambda seconds: None)

    @property
    def output(self) -> str:
        return (self.folder / "output").read_text()

    @property
    def step_summary(self) -> str:
        return (self.folder / "summary.md").read_text()


def places(pull: Pull) -> list[tuple[str, int | None, bool]]:
    """Path, line and whether it is resolved, of every thread."""
    return sorted(
        (thread.anchor.path, thread.place.line, thread.resolved) for thread in pull.threads
    )


def said(thread: Thread) -> list[str]:
    """Its comments without the markers."""
    return [comment.body.partition("<!--")[0].strip() for comment in thread.comments]


@pytest.fixture
def shop(github: GitHubServer, repository: TemporaryRepository, tmp_path: Path) -> Shop:
    return Shop(github, repository, tmp_path / "job")
