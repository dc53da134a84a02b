"""``coderasst hook``: stages, exit codes, and the work that goes on in the background."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator

import pytest

from coderasst_hook import background, error_handler
from coderasst_hook.cli import coderasst
from coderasst_hook.git import find_repository
from coderasst_hook.queue import Queue
from testing.fake_ollama import FakeOllama, unused_address
from testing.repository import TemporaryRepository

BAD = '"""Run what a caller hands over."""\n\n\ndef run(data):\n    return eval(data)\n'
GOOD = BAD.replace("eval(data)", "data")
ZERO = "0" * 40


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", unused_address())


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOllama]:
    with FakeOllama() as fake:
        monkeypatch.setenv("CODERASST_LLM_HOSTS", fake.host)
        yield fake


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Background reviewers that would run by now."""
    calls: list[object] = []
    monkeypatch.setattr(background, "start", lambda *arguments: calls.append(arguments))
    return calls


def hook(*arguments: str) -> int:
    given = ["hook", *arguments]
    return error_handler.run(lambda: coderasst.main(given, standalone_mode=False))


def push(monkeypatch: pytest.MonkeyPatch, *lines: bytes) -> int:
    stdin = io.TextIOWrapper(io.BytesIO(b"".join(lines)), encoding="ascii")
    monkeypatch.setattr(sys, "stdin", stdin)
    return hook("--stage", "pre-push", "origin", "file:///remote")


def line(local: str, remote: str = ZERO, name: bytes = b"refs/heads/main") -> bytes:
    return b"%s %s %s %s\n" % (name, local.encode(), name, remote.encode())


def test_a_commit(repository: TemporaryRepository, capsys: pytest.CaptureFixture[str]) -> None:
    repository.stage({"a.py": BAD})
    assert hook() == 1
    assert "--> a.py:5" in capsys.readouterr().out
    repository.stage({"a.py": GOOD})
    assert hook("--stage", "pre-commit") == 0
    assert "No findings in 1 file" in capsys.readouterr().out


def test_what_pre_commit_compares(
    repository: TemporaryRepository,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    repository.commit(files={"a.py": GOOD})
    repository.commit(files={"b.py": BAD})
    monkeypatch.setenv("PRE_COMMIT", "1")
    assert hook() == 0
    assert "Nothing to review" in capsys.readouterr().out
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "HEAD~1")
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "HEAD")
    assert hook() == 1
    assert "--> b.py:5" in capsys.readouterr().out


def test_a_push_of_several_refs(
    repository: TemporaryRepository,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    old = repository.commit(files={"a.py": GOOD})
    new = repository.commit(files={"b.py": BAD})
    refs = (line(old), line(ZERO, new), line(new, old, b"refs/heads/\xff"))
    assert push(monkeypatch, *refs) == 1
    out = capsys.readouterr().out
    assert "No findings in 1 file" in out
    assert "--> b.py:5" in out


def test_a_push_of_nothing_says_nothing(
    repository: TemporaryRepository,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    old = repository.commit(files={"a.py": BAD})
    assert push(monkeypatch) == 0
    assert push(monkeypatch, line(ZERO, old)) == 0
    monkeypatch.setattr(sys, "stdin", None)
    assert hook("--stage", "pre-push") == 0
    assert capsys.readouterr().out == ""


def test_a_push_that_git_does_not_speak_of(
    repository: TemporaryRepository,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    repository.commit()
    assert push(monkeypatch, b"hello\n") == 2
    assert "what git writes to a pre-push hook" in capsys.readouterr().err


def test_a_push_through_pre_commit(
    repository: TemporaryRepository,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    repository.commit(files={"a.py": BAD})
    monkeypatch.setenv("PRE_COMMIT", "1")
    monkeypatch.setenv("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/main")
    assert push(monkeypatch) == 1
    assert "--> a.py:5" in capsys.readouterr().out


def test_incomplete_beats_findings(
    repository: TemporaryRepository,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    repository.stage({"a.py": BAD})
    monkeypatch.setenv("CODERASST_LLM", "on")
    assert hook() == 3
    captured = capsys.readouterr()
    assert "--> a.py:5" in captured.out
    assert "ollama serve" in captured.err


@pytest.mark.parametrize(("ci", "wanted", "count"), [("", "true", 1), ("true", "true", 0)])
def test_what_did_not_fit_goes_on_in_the_background(
    repository: TemporaryRepository,
    server: FakeOllama,
    started: list[object],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    ci: str,
    wanted: str,
    count: int,
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("CODERASST_HOOK_BACKGROUND", wanted)
    monkeypatch.setenv("CODERASST_HOOK_BUDGET", "0")
    repository.stage({"a.py": GOOD})
    assert hook() == 0
    assert len(started) == count
    assert len(Queue(find_repository().git_dir)) == count
    capsys.readouterr()
    assert hook("--drain") == 0
    assert capsys.readouterr().out == f"{count} prompts answered\n"
    # Then a push has the answer.
    assert len(server.chats) == count
    new = repository.commit()
    assert push(monkeypatch, line(new)) == 0
    assert ("1 of 1 hunk, 1 of 1 answer cached" in capsys.readouterr().out) is bool(count)


def test_nothing_goes_on_where_all_was_reviewed(
    repository: TemporaryRepository,
    server: FakeOllama,
    started: list[object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CODERASST_HOOK_BACKGROUND", "true")
    repository.stage({"a.py": GOOD})
    assert hook() == 0
    assert started == []
    assert len(server.chats) == 1


def test_without_a_repository(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert hook() == 2
