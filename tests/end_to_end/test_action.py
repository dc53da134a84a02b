"""The real ``action.yml`` and the ready workflows, run by ``act`` against a GitHub that keeps state
and the real Ollama, which the Action itself starts."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from coderasst_hook.feedback.store import open_store
from coderasst_hook.feedback.values import Signal
from testing.act import Act, Shelf
from testing.action_files import FOLDER
from testing.commits import BAD, GOOD
from testing.github.server import GitHubServer
from testing.github.state import Pull, Thread
from testing.ollama_server import OllamaServer
from testing.program import Ran, git, ran, until
from testing.repository import TemporaryRepository
from testing.tiny_model import TINY
from tests.feedback.samples import finding, verdict

pytestmark = pytest.mark.timeout(900)

REPOSITORY = "octo/shop"
MODEL = "qwen2.5-coder:3b"
"""What the ready workflows ask; here the tiny model goes by that name."""
WORKFLOWS = FOLDER / "workflows"
REVIEW = WORKFLOWS / "review.yml"
FORK_REVIEW = WORKFLOWS / "fork-review.yml"
FORK_POST = WORKFLOWS / "fork-post.yml"
SYNC = WORKFLOWS / "feedback-sync.yml"
RETRAIN = WORKFLOWS / "retrain.yml"
MAY_WRITE = {"contents": "write", "pull_requests": "write"}
MAY_READ = {"contents": "read", "pull_requests": "read"}
MAY_POST = {"actions": "read", "contents": "read", "pull_requests": "write"}
"""What the jobs ask for; ``tests/github_action`` holds the workflows to it."""

# Whatever the Action runs in the checkout must not import these.
TRAPS = ("venv", "pip", "socket", "sitecustomize", "coderasst_hook/__init__")
HOSTILE_TITLE = '"; touch "$HOME/pwned"; echo "'
HOSTILE_BRANCH = "x`touch${IFS}$HOME/pwned`"

# A self-hosted runner with a Python and a server of its own, on an Enterprise Server.
SELF_HOSTED = """\
on: pull_request
permissions: {}
jobs:
  review:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
      - id: review
        uses: OWNER/coderasst/github-action@v0.1.0
        with:
          python: system
          ollama-host: HOST
          model: coderasst-tiny
          llm: "on"
      - if: always()
        env:
          TOLD: ${{ steps.review.outputs.total }} found, ${{ steps.review.outputs.high }} high
        run: echo "outputs say $TOLD"
"""


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    filled = Shelf(tmp_path_factory.mktemp("shelf"))
    filled.fill()
    return filled


@pytest.fixture(scope="session")
def restored(
    tmp_path_factory: pytest.TempPathFactory, ollama_binary: str, ollama_models: Path
) -> Path:
    """What the cache of the Action restores: a folder with the model that the workflows name."""
    from ollama import Client

    folder = tmp_path_factory.mktemp("restored")
    shutil.copytree(ollama_models / "models", folder / "models")
    with OllamaServer(folder, ollama_binary) as server:
        client = Client(host=server.host, trust_env=False)
        client.copy(TINY, MODEL)
        client.close()  # type: ignore[no-untyped-call]
    return folder


class Shop:
    """A repository on GitHub, its author's clone, and the machine on which its workflows run."""

    def __init__(self, github: GitHubServer, act: Act, root: Path) -> None:
        self.github = github
        self.act = act
        self.root = root
        self.author = TemporaryRepository(root / "author")
        self.author.commit("begin", {"README.md": "A shop.\n"})
        self.repository = github.repository(REPOSITORY, self.author.root)

    def propose(self, files: Mapping[str, str]) -> Pull:
        self.author.git("checkout", "--quiet", "-b", HOSTILE_BRANCH)
        self.author.commit("change", files)
        return self.github.open_pull(self.repository, head=HOSTILE_BRANCH, title=HOSTILE_TITLE)

    def propose_from_fork(self, files: Mapping[str, str]) -> Pull:
        folder = self.root / "fork"
        assert git(self.root, "clone", "--quiet", self.author.root, folder).code == 0
        stranger = TemporaryRepository(folder)
        stranger.git("checkout", "--quiet", "-b", "topic")
        stranger.commit("change", files)
        fork = self.github.repository("mallory/shop", folder, fork_of=self.repository)
        return self.github.open_pull(self.repository, head="topic", author="mallory", fork=fork)

    def push(self, pull: Pull) -> None:
        self.github.push(pull)

    def checkout(self, pull: Pull) -> Path:
        """As actions/checkout leaves it with all of the history."""
        folder = self.root / f"checkout-{sum(1 for _ in self.root.iterdir())}"
        assert git(self.root, "clone", "--quiet", self.author.root, folder).code == 0
        assert git(folder, "fetch", "--quiet", "origin", "+refs/pull/*:refs/pull/*").code == 0
        assert git(folder, "checkout", "--quiet", "--detach", pull.head_sha).code == 0
        return folder

    def run(
        self,
        workflow: Path,
        checkout: Path,
        payload: Mapping[str, Any],
        permissions: Mapping[str, str],
        *,
        event: str = "pull_request",
        enterprise: bool = False,
        **secrets: str,
    ) -> Ran:
        github = self.github
        rest, graphql = (
            (github.ghes_url, github.ghes_graphql_url)
            if enterprise
            else (github.api_url, github.graphql_url)
        )
        return self.act.run(
            workflow,
            event,
            payload,
            checkout,
            repository=REPOSITORY,
            secrets={"GITHUB_TOKEN": github.workflow_token(**permissions), **secrets},
            github={"GITHUB_API_URL": rest, "GITHUB_GRAPHQL_URL": graphql},
        )

    def by_night(self, workflow: Path, permissions: Mapping[str, str], store: str) -> Ran:
        """On a schedule; ``store`` is what the secret names."""
        where = self.author.root
        secrets = {"CODERASST_FEEDBACK_STORE": store}
        return self.run(workflow, where, {}, permissions, event="schedule", **secrets)

    def review(self, pull: Pull, action: str) -> Ran:
        """By the ready workflow, as it is shipped."""
        payload = self.github.event(pull, action)
        return self.run(REVIEW, self.checkout(pull), payload, MAY_WRITE)


@pytest.fixture
def shop(
    github: GitHubServer,
    actions_tools: Path,
    shelf: Shelf,
    restored: Path,
    ollama_binary: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Shop:
    # The Action finds the real server on PATH, and does not know of any that runs.
    monkeypatch.delenv("OLLAMA_HOST")
    monkeypatch.setenv("PATH", str(Path(ollama_binary).parent), prepend=":")
    act = Act(actions_tools / "act", shelf, tmp_path / "runner", {"ACT_CACHED": str(restored)})
    (tmp_path / "shop").mkdir()
    return Shop(github, act, tmp_path / "shop")


def places(pull: Pull) -> list[tuple[str, int | None, bool]]:
    """Path, line and whether it is resolved, of each thread."""
    return [(t.anchor.path, t.anchor.line, t.resolved) for t in pull.threads]


def reviews(pull: Pull) -> int:
    """How often comments were posted; a reply is a review without words on GitHub."""
    return sum(1 for review in pull.reviews if review.body)


def said(thread: Thread) -> list[str]:
    return [comment.body for comment in thread.comments]


def the_summary(pull: Pull) -> str:
    (only,) = pull.comments
    assert only.author.rest_login == "github-actions[bot]"
    return only.body


def test_a_pull_request_from_opened_to_closed(shop: Shop, home: Path, tmp_path: Path) -> None:
    traps = {f"{name}.py": 'raise SystemExit("of the pull request")\n' for name in TRAPS}
    pull = shop.propose({"app.py": BAD, **traps})

    opened = shop.review(pull, "opened")
    assert opened.code == 1, opened.output
    assert f"Model: {MODEL}, 6 of 6 hunks" in opened.output
    assert places(pull) == [("app.py", 5, False)]
    assert reviews(pull) == 1
    assert "1 finding (1 high)" in the_summary(pull)
    first = said(pull.threads[0])
    assert not (home / "pwned").exists()
    server = re.search(r"::set-output:: host=(\S+)", opened.output)
    assert server is not None
    until(lambda: ran(["ollama", "list"], environ={"OLLAMA_HOST": server[1]}).code)

    shop.author.commit("mend one, break another", {"app.py": GOOD, "other.py": BAD})
    shop.push(pull)
    pushed = shop.review(pull, "synchronize")
    assert pushed.code == 1, pushed.output
    assert places(pull) == [("app.py", 5, True), ("other.py", 5, False)]
    assert reviews(pull) == 2
    assert said(pull.threads[0])[:1] == first
    assert len(said(pull.threads[0])) == 2
    assert "1 comment posted" in the_summary(pull)

    # Another history: what was reviewed is no ancestor, and the finding stands on another line.
    shop.author.git("reset", "--quiet", "--hard", "main")
    shop.author.commit("again", {"app.py": GOOD, "other.py": f"# Moved.\n\n{BAD}"})
    shop.push(pull)
    before = [said(thread) for thread in pull.threads]
    forced = shop.review(pull, "synchronize")
    assert forced.code == 1, forced.output
    assert [said(thread) for thread in pull.threads] == before
    assert places(pull) == [("app.py", 5, True), ("other.py", 5, False)]
    assert reviews(pull) == 2
    assert "1 finding (1 high)" in the_summary(pull)

    shop.repository.permissions["maria"] = "write"
    command = shop.github.person("maria").reply(pull.threads[1], "/coderasst dismiss $(id): a demo")
    answered = shop.run(
        REVIEW,
        shop.checkout(pull),
        shop.github.comment_event(command),
        MAY_WRITE,
        event="pull_request_review_comment",
    )
    assert answered.code == 0, answered.output
    assert places(pull) == [("app.py", 5, True), ("other.py", 5, True)]
    assert "$(id)" in said(pull.threads[1])[-1]

    shop.github.person("octocat").close(pull)
    requests, summary = len(shop.github.requests), the_summary(pull)
    closed = shop.review(pull, "closed")
    assert closed.code == 0, closed.output
    assert "nothing is reviewed" in closed.output
    assert len(shop.github.requests) == requests
    assert the_summary(pull) == summary

    # What people did is learned from by night; the store is the one that the secret names.
    store = str(tmp_path / "feedback.db")
    by_night = shop.by_night(SYNC, MAY_READ, store)
    assert by_night.code == 0, by_night.output
    assert "Summary - ```" in by_night.output
    with open_store(store, root=tmp_path, create=False) as kept:
        judged = list(kept.judged())
    assert {found.rule_id for found, _ in judged} == {"python/eval"}
    signals = {vote.signal for _, votes in judged for vote in votes}
    assert Signal.DISMISSED in signals


def test_retraining_proposes_its_report(shop: Shop, tmp_path: Path) -> None:
    with open_store("feedback.db", root=tmp_path) as store:
        store.record_findings([finding(number) for number in range(3)])
        store.add_verdicts([verdict(number) for number in range(3)])
    by_night = shop.by_night(RETRAIN, MAY_WRITE, str(tmp_path / "feedback.db"))
    # GitHub's runner ends with the job what was started in it.
    for process in re.findall(r"::set-output:: process=(\d+)", by_night.output)[:1]:
        os.kill(int(process), signal.SIGTERM)
    assert by_night.code == 0, by_night.output
    exported = (shop.act.artifacts / "user_feedback.jsonl").read_text("utf-8").splitlines()
    assert len(exported) == 3
    (proposed,) = shop.repository.pulls
    assert proposed.title.startswith("Retrain: ")
    assert "| acquire | done |" in proposed.body
    # Without a base model and a corpus there is nothing to finetune.
    assert "| finetune | left out |" in proposed.body
    assert f"https://github.com/{REPOSITORY}/pull/{proposed.number}" in by_night.output
    assert proposed.author.is_bot


def test_a_fork_is_reviewed_with_a_token_that_can_only_read(
    shop: Shop, ollama_server: OllamaServer, tmp_path: Path
) -> None:
    pull = shop.propose_from_fork({"app.py": BAD})
    workflow = tmp_path / "self-hosted.yml"
    workflow.write_text(SELF_HOSTED.replace("HOST", ollama_server.host), "utf-8")
    payload = shop.github.event(pull, "opened")
    done = shop.run(workflow, shop.checkout(pull), payload, MAY_READ, enterprise=True)
    # The exit code is what it is elsewhere: its finding fails the job.
    assert done.code == 1, done.output
    assert "::error file=app.py,line=5" in done.output
    assert "Summary - ### coderasst: 1 finding (1 high)" in done.output
    assert f"Model: {TINY}:latest, 1 of 1 hunk" in done.output
    assert "outputs say 1 found, 1 high" in done.output
    assert (pull.threads, pull.reviews, pull.comments) == ([], [], [])


def test_a_fork_is_reviewed_and_posted_in_two_steps(shop: Shop) -> None:
    pull = shop.propose_from_fork({"app.py": BAD})
    payload = shop.github.event(pull, "opened")
    kept = shop.run(FORK_REVIEW, shop.checkout(pull), payload, MAY_READ)
    assert kept.code == 1, kept.output
    assert (pull.threads, pull.reviews, pull.comments) == ([], [], [])

    ended = shop.github.workflow_run_event(pull, conclusion="failure")
    # It runs in the default branch, where nothing of the fork is.
    posted = shop.run(FORK_POST, shop.author.root, ended, MAY_POST, event="workflow_run")
    assert posted.code == 0, posted.output
    assert places(pull) == [("app.py", 5, False)]
    assert "1 finding (1 high)" in the_summary(pull)
    assert MODEL in the_summary(pull)


def test_the_two_steps_leave_other_pull_requests_alone(shop: Shop) -> None:
    pull = shop.propose({"app.py": BAD})
    payload = shop.github.event(pull, "opened")
    done = shop.run(FORK_REVIEW, shop.checkout(pull), payload, MAY_READ)
    assert done.code == 0, done.output
    assert "Install coderasst" not in done.output


@pytest.mark.parametrize("body", ["Nice work.", "Ask with `/coderasst explain`."])
def test_a_comment_that_is_no_command_starts_nothing(shop: Shop, body: str) -> None:
    pull = shop.propose({"app.py": BAD})
    comment = shop.github.person("octocat").comment(pull, body)
    payload = shop.github.comment_event(comment)
    done = shop.run(REVIEW, shop.author.root, payload, MAY_WRITE, event="issue_comment")
    assert done.code == 0, done.output
    assert "Install coderasst" not in done.output
