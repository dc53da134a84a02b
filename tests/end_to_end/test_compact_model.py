"""A model that declares the compact form, in the real server, reviewed with as it is."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import ollama
import pytest

from coderasst_hook.llm.forms import COMPACT
from testing.ollama_server import CountingProxy, OllamaServer
from testing.program import coderasst, git, until
from testing.repository import TemporaryRepository
from testing.tiny_model import RANDOM

CHAT = "/api/chat"
JSON = ("review", "--llm", "on", "--format", "json")
SMALL, NEWER = "coderasst-compact", "coderasst-newer"


@pytest.fixture(scope="module")
def declared(ollama_server: OllamaServer) -> OllamaServer:
    """Its models answer at random, and say what they were made for."""
    client = ollama.Client(host=ollama_server.host, trust_env=False)
    for name, system in ((SMALL, COMPACT.system), (NEWER, "coderasst compact 9")):
        client.create(model=name, from_=RANDOM, system=system, stream=False)
    client.close()  # type: ignore[no-untyped-call]
    return ollama_server


@pytest.fixture
def asked(
    declared: OllamaServer, counting_proxy: CountingProxy, monkeypatch: pytest.MonkeyPatch
) -> Counter[str]:
    monkeypatch.setenv("OLLAMA_HOST", counting_proxy.host)
    monkeypatch.setenv("CODERASST_MODEL", SMALL)
    return counting_proxy.counts


def reviewed(*more: str) -> Any:
    done = coderasst(*JSON, *more)
    assert done.code in (0, 1), done.output
    return done.json()


def functions(count: int) -> str:
    return "".join(
        f"def function_{n}(value):\n    other = value + {n}\n    return other\n\n\n"
        for n in range(count)
    )


def test_each_window_is_asked_about_once(
    repository: TemporaryRepository, asked: Counter[str]
) -> None:
    repository.commit(files={"old.py": functions(3)})
    repository.stage({"old.py": functions(3).replace("+ 1", "- 1"), "new.py": functions(12)})
    first = reviewed()
    coverage = first["coverage"]
    assert coverage["complete"]
    assert coverage["hunks"] == coverage["hunks_reviewed_by_model"] == 2
    assert coverage["model_requests"] == coverage["chunks"] == asked[CHAT] == 13
    assert first["model"]["prompt_version"] == COMPACT.version
    # An untrained model finds what it likes: whatever it is, it stands at an added line.
    assert first["findings"] or first["dropped"]
    added = {"old.py": {7}, "new.py": set(range(1, 61))}
    assert all(one["line"] in added[one["path"]] for one in first["findings"])

    asked.clear()
    second = reviewed()
    assert asked[CHAT] == 0
    assert second["coverage"]["chunks_from_cache"] == 13
    assert (second["findings"], second["dropped"]) == (first["findings"], first["dropped"])


def test_what_is_short_of_time_is_answered_in_the_background(
    repository: TemporaryRepository, asked: Counter[str]
) -> None:
    repository.commit(files={".coderasst.toml": "[hook]\nbudget = 0\nbackground = true\n"})
    assert coderasst("install").code == 0
    repository.stage({"new.py": functions(4)})
    done = git(repository.root, "commit", "--quiet", "-m", "change")
    assert "4 chunks queued for the background reviewer" in done.stderr
    log = repository.path(".git/coderasst/background.log")
    until(lambda: log.read_text().endswith("answered\n"))
    assert log.read_text() == "4 prompts answered\n"
    assert asked[CHAT] == 4
    assert reviewed("--commit", "HEAD")["coverage"]["chunks_from_cache"] == 4


def test_a_form_of_a_newer_version_is_told(
    repository: TemporaryRepository, asked: Counter[str]
) -> None:
    repository.commit(files={"a.py": "a = 1\n"})
    repository.stage({"new.py": functions(2)})
    done = coderasst(*JSON, "--model", NEWER)
    assert done.code == 3
    assert "'coderasst compact 9'" in done.output
    assert "pip install --upgrade coderasst" in done.output
    assert asked[CHAT] == 0


def test_the_form_is_shown(asked: Counter[str]) -> None:
    facts = json.loads(coderasst("models", "show", SMALL, "--format", "json").stdout)
    assert facts["form"] == "compact"
    assert "prompt" in coderasst("models", "show", NEWER).stdout
    assert "unknown" in coderasst("models", "show", NEWER).stdout
