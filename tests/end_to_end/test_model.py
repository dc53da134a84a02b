"""``coderasst review`` with a model in the real server: all of it is reviewed, and only once."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from typing import Any

import pytest

from testing.fake_ollama import FakeOllama, unused_address
from testing.ollama_server import CountingProxy, OllamaServer
from testing.program import SECONDS, coderasst, command
from testing.repository import TemporaryRepository
from testing.tiny_model import RANDOM, TINY

CHAT = "/api/chat"
JSON = ("review", "--llm", "on", "--format", "json")
# Small, so that one hunk of a test is larger than what is left of it for a chunk.
CONTEXT = "4096"


def functions(count: int, body: str = "return value") -> str:
    return "".join(f"def function_{n}(value):\n    {body}\n\n\n" for n in range(count))


def change(repository: TemporaryRepository) -> int:
    """Stage 6 files of different kinds; how many hunks git counts in them."""
    before = {f"old_{n}.py": functions(12) for n in range(3)}
    repository.commit(files={**before, "gone.py": functions(3), "moved.py": functions(9)})
    for name, text in before.items():
        lines = text.splitlines(keepends=True)
        for spot in (0, 16, 32):
            lines[spot] = f"def changed_{spot}(value):\n"
        repository.stage({name: "".join(lines)})
    repository.remove("gone.py")
    repository.move("moved.py", "there/moved.py")
    repository.stage({"there/moved.py": functions(9).replace("function_8", "renamed")})
    repository.stage({"large.py": functions(90), "app.py": functions(1, "return eval(value)")})
    shown = repository.git("diff", "--cached", "-U3", "--diff-filter=d")
    return sum(line.startswith(b"@@") for line in shown.splitlines())


@pytest.fixture
def asked(counting_proxy: CountingProxy, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the real server, which is the one that OLLAMA_HOST names, is asked what."""
    monkeypatch.setenv("OLLAMA_HOST", counting_proxy.host)
    monkeypatch.setenv("CODERASST_MODEL", TINY)
    monkeypatch.setenv("CODERASST_LLM_CONTEXT", CONTEXT)
    return counting_proxy.counts


def reviewed(*more: str) -> Any:
    done = coderasst(*JSON, *more)
    assert done.code in (0, 1), done.output
    assert done.stderr == ""
    return done.json()


def test_every_hunk_is_reviewed_and_asked_about_once(
    repository: TemporaryRepository, asked: Counter[str]
) -> None:
    hunks = change(repository)
    assert hunks >= 12
    first = reviewed()
    coverage = first["coverage"]
    assert coverage["hunks"] == coverage["hunks_reviewed_by_model"] == hunks
    assert coverage["complete"]
    assert coverage["files_reviewed"] == 6
    # The large hunk is in several chunks.
    assert coverage["model_requests"] == coverage["chunks"] == asked[CHAT] > 6
    assert "app.py" in {finding["path"] for finding in first["findings"]}
    assert first["model"]["name"] == f"{TINY}:latest"

    asked.clear()
    second = reviewed()
    assert asked[CHAT] == 0
    assert second["findings"] == first["findings"]
    assert second["dropped"] == first["dropped"]
    again = second["coverage"]
    assert again["hunks_reviewed_by_model"] == hunks
    assert (again["model_requests"], again["chunks_from_cache"]) == (0, coverage["chunks"])

    without_cache = reviewed("--no-cache")
    assert asked[CHAT] == coverage["chunks"]
    assert without_cache["findings"] == first["findings"]


def test_other_weights_are_asked_again(repository: TemporaryRepository) -> None:
    repository.stage({"app.py": functions(2)})
    with FakeOllama(digest="a" * 64) as fake:
        for digest, chats in (("a", 1), ("a", 1), ("b", 2), ("a", 2)):
            fake.digest = digest * 64
            reviewed("--host", fake.host)
            assert len(fake.chats) == chats


def test_another_model_is_asked_again(repository: TemporaryRepository, asked: Counter[str]) -> None:
    repository.stage({"app.py": functions(2)})
    reviewed()
    reviewed("--model", RANDOM)
    # It rambles, and is asked for less then.
    assert asked[CHAT] > 1


def test_two_reviews_at_once(repository: TemporaryRepository, asked: Counter[str]) -> None:
    hunks = change(repository)
    both = [subprocess.Popen(command(*JSON), stdout=subprocess.PIPE) for _ in range(2)]
    told = [json.loads(process.communicate(timeout=SECONDS)[0]) for process in both]
    assert [one["coverage"]["hunks_reviewed_by_model"] for one in told] == [hunks, hunks]
    assert told[0]["findings"] == told[1]["findings"]
    assert not [one["notes"] for one in told if one["notes"]]
    asked.clear()
    assert reviewed()["findings"] == told[0]["findings"]
    assert asked[CHAT] == 0


def test_a_model_that_is_not_there(repository: TemporaryRepository, asked: Counter[str]) -> None:
    repository.stage({"app.py": functions(1, "return eval(value)")})
    done = coderasst("review", "--llm", "on", "--model", "coderast-tiny")
    assert done.code == 3
    assert "--> app.py:2 " in done.stdout
    assert "'coderast-tiny' is not installed; did you mean 'coderasst-tiny:latest'?" in done.stderr
    assert "try: coderasst models use coderasst-tiny:latest" in done.stderr
    assert asked[CHAT] == 0

    done = coderasst("review", "--model", "qwen2.5-coder:7b")
    assert done.code == 1
    assert "coderasst models pull qwen2.5-coder:7b" in done.stdout


def test_no_model_is_chosen_of_several(
    repository: TemporaryRepository, asked: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CODERASST_MODEL")
    repository.stage({"app.py": functions(1)})
    done = coderasst("review", "--llm", "on")
    assert done.code == 3
    assert "no model is chosen" in done.stderr
    assert coderasst("models", "use", TINY).code == 0
    assert reviewed()["model"]["name"] == f"{TINY}:latest"


def test_of_two_hosts_one_is_dead(
    repository: TemporaryRepository, asked: Counter[str], ollama_server: OllamaServer
) -> None:
    hunks = change(repository)
    dead = unused_address()
    told = reviewed("--host", dead, "--host", ollama_server.host)
    assert told["coverage"]["hunks_reviewed_by_model"] == hunks
    assert any(dead in note for note in told["notes"])
    # Hosts that are named are asked in place of the one in OLLAMA_HOST.
    assert asked == {}
