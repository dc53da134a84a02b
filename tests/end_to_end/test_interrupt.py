"""Ctrl-C while the model works: the review ends at once, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from coderasst_hook.cache import FILE_NAME
from testing.fake_ollama import CLEAN, Exchange, FakeOllama, hangs, says
from testing.program import SECONDS, Ran, coderasst, command
from testing.repository import TemporaryRepository

GOOD = '"""Nothing to find."""\n\n\ndef run(data):\n    return data\n'


class Stalling:
    """A server that gives one answer, then begins one that never ends."""

    def __init__(self) -> None:
        self.stalled = threading.Event()
        self.fake = FakeOllama(replies=[says(CLEAN), self._stall])

    def _stall(self, exchange: Exchange) -> None:
        exchange.token('{"find')
        self.stalled.set()
        hangs("ings")(exchange)

    def saw_the_client_leave(self) -> bool:
        return self.fake.clients_left.acquire(timeout=SECONDS)


@pytest.fixture
def server(repository: TemporaryRepository, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stalling]:
    """The one that OLLAMA_HOST names, which is asked about two staged files."""
    repository.stage({"one.py": GOOD, "two.py": GOOD})
    stalling = Stalling()
    with stalling.fake:
        monkeypatch.setenv("OLLAMA_HOST", stalling.fake.host)
        yield stalling


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the program makes temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """A shell starts background jobs with SIGINT ignored, which processes hand down."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupted(arguments: Sequence[str], server: Stalling, *, times: int = 1) -> Ran:
    """Run ``arguments`` until the server stalls, then do what Ctrl-C does: signal the group."""
    process = subprocess.Popen(
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert server.stalled.wait(SECONDS)
    for _ in range(times):
        os.killpg(process.pid, signal.SIGINT)
    # The streams end when the last process that has them is gone.
    stdout, stderr = process.communicate(timeout=SECONDS)
    return Ran(process.returncode, stdout, stderr)


@pytest.mark.parametrize("times", [1, 3])
def test_a_review(server: Stalling, temporary: Path, home: Path, times: int) -> None:
    done = interrupted(command("review"), server, times=times)
    assert (done.code, done.stdout, done.stderr.strip()) == (130, "", "error: interrupted")
    assert server.saw_the_client_leave()
    assert not list(temporary.iterdir())
    # SQLite's own files beside the database are gone, so it was closed.
    (cache,) = home.rglob(f"{FILE_NAME}*")
    assert cache.name == FILE_NAME


def test_what_was_answered_is_kept(server: Stalling) -> None:
    interrupted(command("review"), server)
    done = coderasst("review", "--format", "json")
    assert done.code == 0, done.output
    coverage = done.json()["coverage"]
    assert coverage["complete"]
    assert (coverage["chunks"], coverage["chunks_from_cache"]) == (2, 1)
    assert len(server.fake.chats) == 3


def besides_objects(repository: TemporaryRepository) -> set[Path]:
    """The files in .git; git itself leaves objects that nothing names."""
    found = repository.path(".git").rglob("*")
    return {path for path in found if "objects" not in path.parts}


def test_a_commit(server: Stalling, repository: TemporaryRepository, temporary: Path) -> None:
    assert coderasst("install").code == 0
    before = besides_objects(repository)
    done = interrupted(["git", "commit", "-m", "change"], server)
    assert done.code != 0
    assert "Traceback" not in done.stderr
    assert server.saw_the_client_leave()
    assert not repository.git("for-each-ref")
    assert besides_objects(repository) == before
    assert not list(temporary.iterdir())


def test_a_terminated_review(server: Stalling) -> None:
    process = subprocess.Popen(command("review"), stderr=subprocess.PIPE)
    assert server.stalled.wait(SECONDS)
    process.terminate()
    assert process.communicate(timeout=SECONDS)[1] == b""
    assert process.returncode == -signal.SIGTERM
    assert server.saw_the_client_leave()
