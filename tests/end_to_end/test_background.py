"""What does not fit into a commit's seconds is reviewed afterwards, and the push has it."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from testing.fake_ollama import CLEAN, Exchange, FakeOllama, says
from testing.ollama_server import CountingProxy
from testing.program import SECONDS, Ran, coderasst, git, until
from testing.repository import TemporaryRepository
from testing.tiny_model import TINY

CHAT = "/api/chat"
CONFIG = "[hook]\nbudget = 0\nbackground = true\n"
KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzQ8aVt3LmN"
APP = '"""Nothing to find."""\n\n\ndef run(data):\n    return data\n'
KEYS = f'''"""Where the keys are."""

AWS_SECRET_ACCESS_KEY = "{KEY}"  # coderasst: ignore[security] of a machine that is gone
'''


@pytest.fixture
def hooked(repository: TemporaryRepository, tmp_path: Path) -> TemporaryRepository:
    """Both hooks, the configuration above, and a remote that has it."""
    repository.commit(files={".coderasst.toml": CONFIG})
    bare = TemporaryRepository(tmp_path / "remote.git", bare=True)
    repository.git("remote", "add", "origin", bare.root)
    repository.git("push", "--quiet", "origin", "main")
    assert coderasst("install", "--pre-push").code == 0
    return repository


def commit(repository: TemporaryRepository, **files: str) -> Ran:
    repository.stage({f"{name}.py": text for name, text in files.items()})
    done = git(repository.root, "commit", "--quiet", "-m", "change")
    assert done.code == 0, done.output
    return done


def queue(git_dir: Path) -> list[Path]:
    return list((git_dir / "coderasst" / "queue").glob("*"))


def test_the_push_finds_the_answers(
    hooked: TemporaryRepository, counting_proxy: CountingProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", counting_proxy.host)
    monkeypatch.setenv("CODERASST_MODEL", TINY)
    done = commit(hooked, app=APP, keys=KEYS)
    assert "Not complete: " in done.stderr
    assert "2 chunks queued for the background reviewer" in done.stderr

    log = hooked.path(".git/coderasst/background.log")
    until(lambda: log.read_text().endswith("answered\n"))
    assert log.read_text() == "2 prompts answered\n"
    assert queue(hooked.path(".git")) == []
    assert counting_proxy.counts[CHAT] == 2

    done = git(hooked.root, "push", "--quiet", "origin", "main")
    assert done.code == 0, done.output
    assert f"Model: {TINY}:latest, 2 of 2 hunks, 2 of 2 answers cached." in done.output
    assert "Not complete" not in done.output
    assert counting_proxy.counts[CHAT] == 2


def test_a_commit_does_not_wait_and_its_queue_is_private(
    hooked: TemporaryRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def waits(exchange: Exchange) -> None:
        asked.set()
        assert go_on.wait(SECONDS)
        says(CLEAN)(exchange)

    with FakeOllama(replies=[waits]) as fake:
        monkeypatch.setenv("OLLAMA_HOST", fake.host)
        commit(hooked, app=APP, keys=KEYS)
        # The commit is made, and nothing has been answered yet.
        assert asked.wait(SECONDS)
        (file,) = queue(hooked.path(".git"))
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        text = file.read_text()
        assert "def run(data)" in text
        assert "AWS_SECRET_ACCESS_KEY" in text
        assert KEY not in text
        go_on.set()
        until(lambda: not queue(hooked.path(".git")))
        assert len(fake.chats) == 2
        assert KEY not in repr(fake.asked)


def test_a_machine_of_ci_has_no_background(
    hooked: TemporaryRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeOllama() as fake:
        monkeypatch.setenv("OLLAMA_HOST", fake.host)
        monkeypatch.setenv("CI", "true")
        done = commit(hooked, app=APP)
        assert "Not complete: the model did not review 1 part (budget of 0 s used up" in done.stderr
        assert not hooked.path(".git/coderasst").exists()
        assert fake.chats == []


def test_without_a_server_nothing_waits(hooked: TemporaryRepository) -> None:
    done = commit(hooked, app=APP)
    assert "No model took part" in done.stderr
    assert queue(hooked.path(".git")) == []


def test_a_linked_worktree_has_a_queue_of_its_own(
    hooked: TemporaryRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked = tmp_path / "linked"
    hooked.git("worktree", "add", "--quiet", linked)
    git_dir = hooked.path(".git/worktrees/linked")
    hooked.root = linked
    with FakeOllama() as fake:
        monkeypatch.setenv("OLLAMA_HOST", fake.host)
        commit(hooked, app=APP)
        until(lambda: fake.chats and not queue(git_dir))
        done = coderasst("review", "--commit", "HEAD", "--format", "json", cwd=linked)
        assert done.json()["coverage"]["chunks_from_cache"] == 1
