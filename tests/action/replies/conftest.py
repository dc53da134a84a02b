"""A pull request with a finding of ours on it, and people who answer."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

import pytest

from coderasst_hook.action.job import GitHub, Job, Options
from coderasst_hook.action.replies import ReplyOutcome, handle
from coderasst_hook.github.client import open_client
from coderasst_hook.github.event import read_event
from coderasst_hook.github.markers import FindingMarker
from coderasst_hook.github.pulls import Pulls
from coderasst_hook.github.writes import Writes
from coderasst_hook.models import Finding
from testing.github.server import WORKFLOW, GitHubServer
from testing.github.state import IssueComment, ReviewComment, Thread
from testing.repository import TemporaryRepository

NAME = "octo/shop"
RULE_FILE = """\
id: shop/greeting
category: maintainability
severity: low
languages: [python]
message: "`$CALL` greets nobody"
explanation: Of interest to @everyone.
suggestion: Greet somebody.
rule: {pattern: $CALL()}
constraints: {CALL: {regex: ^hello$}}
examples: {fires: ["hello()\\n", "x = hello()\\n"], quiet: ["hello('Ada')\\n", "bye()\\n"]}
"""
CODE = """\
import os
import sys


def run(text):
    return eval(text)


print(sys.argv)
hello()
"""


class Talk:
    """``pull`` adds "app.py" with the text ``CODE``; "bob" may write, "eve" may not."""

    def __init__(self, github: GitHubServer, git: TemporaryRepository, folder: Path) -> None:
        self.github = github
        self.git = git
        self._folder = folder
        git.commit("base", {"README": "", ".coderasst/rules/greeting.yaml": RULE_FILE})
        self.repository = github.repository(NAME, git.root)
        self.repository.permissions |= {"bob": "write", "eve": "read"}
        git.git("checkout", "--quiet", "-b", "topic")
        git.commit("change", {"app.py": CODE})
        self.pull = github.open_pull(self.repository, head="topic")

    def comment(self, finding: Finding, *, model: str = "", by: str = WORKFLOW) -> Thread:
        """Ours, on the lines of ``finding``, as short as can be."""
        where = finding.location
        marker = FindingMarker(
            finding.fingerprint,
            finding.rule_id,
            finding.category.value,
            finding.severity.value,
            where.end_line - where.line + 1,
            finding.source,
            model,
        )
        body = f"{finding.message}\n\n<sub>Found by it.</sub>\n\n{marker.encode()}"
        start = where.line if where.end_line > where.line else None
        said = self.github.person(by).comment_on(
            self.pull, where.path, where.end_line, body, start_line=start
        )
        return said.thread

    def reply(self, thread: Thread, body: str, *, by: str = "bob") -> ReviewComment:
        return self.github.person(by).reply(thread, body)

    def handle(
        self,
        comment: ReviewComment | IssueComment,
        *,
        action: str = "created",
        host: str = "",
        login: str = WORKFLOW,
        cwd: Path | None = None,
        token: bool = True,
        **permissions: str,
    ) -> ReplyOutcome:
        """What the program, as ``login``, makes of ``comment``; ``host``: of a model's server."""
        event = self._folder / "event.json"
        event.write_text(json.dumps(self.github.comment_event(comment, action=action)))
        on_diff = isinstance(comment, ReviewComment)
        allowed = permissions or {"pull_requests": "write", "contents": "write"}
        environ = {
            "GITHUB_API_URL": self.github.api_url,
            "GITHUB_EVENT_NAME": "pull_request_review_comment" if on_diff else "issue_comment",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_REPOSITORY": NAME,
            "GITHUB_TOKEN": self.github.token(login, **allowed),
        }
        flags: dict[str, object] = {"llm.mode": "on" if host else "off", "llm.retries": 0}
        if host:
            flags |= {"llm.hosts": (host,), "model": "fake:latest"}
        with ExitStack() as stack:
            client = stack.enter_context(open_client(environ, sleep=lambda seconds: None))
            pulls = Pulls(client, NAME)
            job = Job(
                Options(flags=flags),
                read_event(environ),
                environ,
                cwd or self.git.root,
                GitHub(client, pulls, Writes(client, NAME)) if token else None,
            )
            return handle(job, pulls.get(self.pull.number))


@pytest.fixture
def talk(github: GitHubServer, repository: TemporaryRepository, tmp_path: Path) -> Talk:
    return Talk(github, repository, tmp_path)
