"""``coderasst feedback sync``, as a person or a nightly workflow runs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from coderasst_hook.feedback.store import open_store
from coderasst_hook.feedback.values import Signal
from coderasst_hook.github.markers import FindingMarker
from coderasst_hook.models import fingerprint
from testing.github.faults import exhausted
from testing.github.server import GitHubServer
from testing.github.state import Pull
from testing.ollama_server import OllamaServer
from testing.program import Ran, coderasst
from testing.repository import TemporaryRepository

NAME = "octo/shop"
STORE = Path("continuous_learning_data", "feedback.db")
Sync = Callable[..., Ran]


@pytest.fixture
def pull(github: GitHubServer, repository: TemporaryRepository) -> Pull:
    """With one comment of the tool, on line 2 of "app.py"."""
    repository.commit("base", {"README": "shop\n"})
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.commit("add", {"app.py": "import os\neval(text)\n"})
    opened = github.open_pull(github.repository(NAME, repository.root), head="topic", author="ada")
    identity = fingerprint("app.py", "python/eval", "eval(text)")
    marker = FindingMarker(identity, "python/eval", "security", "high", 1, "model")
    body = f"x\n\neval runs text.\n\n<sub>Found by model.</sub>\n\n{marker.encode()}"
    github.person("github-actions[bot]").comment_on(opened, "app.py", 2, body)
    return opened


@pytest.fixture
def sync(github: GitHubServer) -> Sync:
    def run(*arguments: str, **environ: str) -> Ran:
        token = github.workflow_token(pull_requests="read", contents="read")
        known = {"GITHUB_API_URL": github.api_url, "GITHUB_TOKEN": token}
        done = coderasst("feedback", "sync", *arguments, **{**known, **environ})
        assert "Traceback" not in done.stderr
        assert token not in done.output
        return done

    return run


def signals(root: Path) -> list[Signal]:
    with open_store(STORE, root=root, create=False) as store:
        return [given.signal for _, verdicts in store.judged() for given in verdicts]


def test_what_people_did_is_told_and_kept(
    github: GitHubServer, pull: Pull, repository: TemporaryRepository, sync: Sync
) -> None:
    github.person("bob").reply(pull.threads[0], "false positive")
    github.person("eve").react(pull.threads[0].comments[0], "+1")
    done = sync("--repo", NAME)
    assert done.code == 0
    assert done.stdout.splitlines()[0] == "#1: 1 comment, 2 verdicts"
    assert "1 comment of the tool, 2 verdicts (1 accepted, 1 rejected)" in done.stdout
    assert done.last_line == "2 verdicts new, changed or taken back"
    assert set(signals(repository.root)) == {Signal.REPLY_DISAGREES, Signal.THUMBS_UP}
    again = sync(GITHUB_REPOSITORY=NAME)
    assert again.last_line == "0 verdicts new, changed or taken back"


def test_a_dry_run_makes_no_store(
    github: GitHubServer, pull: Pull, repository: TemporaryRepository, sync: Sync
) -> None:
    github.person("bob").react(pull.threads[0].comments[0], "-1")
    done = sync("--repo", NAME, "--dry-run", "--pull-request", "1")
    assert (done.code, done.last_line) == (0, "nothing was kept")
    assert "(1 rejected)" in done.stdout
    assert not (repository.root / STORE).exists()
    sync("--repo", NAME)
    github.person("eve").react(pull.threads[0].comments[0], "-1")
    assert sync("--repo", NAME, "--dry-run").last_line == "nothing was kept"
    assert signals(repository.root) == [Signal.THUMBS_DOWN]


def test_other_authors_have_other_comments(github: GitHubServer, pull: Pull, sync: Sync) -> None:
    assert "0 comments of the tool" in sync("--repo", NAME, "--author", "@coder").stdout
    assert "1 comment of the tool" in sync("--repo", NAME, "--author", "GitHub-Actions[bot]").stdout


def test_an_unclear_reply_is_put_to_the_model(
    github: GitHubServer,
    pull: Pull,
    repository: TemporaryRepository,
    sync: Sync,
    ollama_server: OllamaServer,
) -> None:
    github.person("bob").reply(pull.threads[0], "only tests ever call this")
    assert sync("--repo", NAME).last_line.startswith("0 verdicts")
    done = sync(
        "--repo",
        NAME,
        "--ask-model",
        OLLAMA_HOST=ollama_server.host,
        CODERASST_MODEL="coderasst-random",
    )
    assert done.code == 0
    # It is untrained: any of the three words is an answer, and nothing else is.
    assert set(signals(repository.root)) <= {Signal.REPLY_AGREES, Signal.REPLY_DISAGREES}


def test_without_a_model_there_is_nobody_to_ask(pull: Pull, sync: Sync) -> None:
    done = sync("--repo", NAME, "--ask-model", OLLAMA_HOST="http://127.0.0.1:9")
    assert done.code == 3
    assert "ollama serve" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--repo", "shop"], "--repo takes OWNER/NAME"),
        (["--repo", "../.."], "--repo takes OWNER/NAME"),
        ([], "--repo"),
        (["--repo", NAME, "--since", "yesterday"], "no date"),
        (["--repo", NAME, "--pull-request", "0"], "--pull-request"),
        (["--repo", NAME, "--pull-request", "1", "--since", "30d"], "exclude each other"),
    ],
)
def test_a_wrong_option_is_named(sync: Sync, arguments: list[str], said: str) -> None:
    done = sync(*arguments)
    assert done.code == 2
    assert said in done.stderr


def test_what_github_refuses_is_told(github: GitHubServer, pull: Pull, sync: Sync) -> None:
    assert "token" in sync("--repo", NAME, GITHUB_TOKEN="").stderr
    lost = sync("--repo", "octo/lost")
    assert (lost.code, lost.stdout) == (3, "")
    github.fail(exhausted(reset_in=86_400), always=True)
    limited = sync("--repo", NAME)
    assert limited.code == 3


def test_reasons_in_the_code_are_taken_along(
    pull: Pull, repository: TemporaryRepository, sync: Sync
) -> None:
    ignored = "def f(x):\n    return eval(x)  # coderasst: ignore[python/eval] ours\n"
    repository.stage({"b.py": ignored})
    coderasst("hook", CODERASST_LLM="off")
    assert "from the code itself" not in sync("--repo", NAME, "--dry-run").stdout
    assert "1 reason from the code itself" in sync("--repo", NAME).stdout
    assert signals(repository.root) == [Signal.INLINE_IGNORE]
    assert "from the code itself" not in sync("--repo", NAME).stdout
