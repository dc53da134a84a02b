"""The reviewer that goes on after the commit."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from coderasst_hook import background
from coderasst_hook.cache import Cache
from coderasst_hook.config import load
from coderasst_hook.errors import BackendError
from coderasst_hook.git import find_repository
from coderasst_hook.llm.forms import COMPACT
from coderasst_hook.llm.prompt import PROMPT_VERSION, SYSTEM
from coderasst_hook.queue import Job, Queue, QueuedPrompt
from testing.fake_ollama import CLEAN, FakeOllama, breaks, findings, refuses, says, unused_address
from testing.repository import TemporaryRepository

USER = "file: a.py (python)\n<change>\neval(data)\n</change>"


def job(*keys: str) -> Job:
    return Job(
        prompt_version=PROMPT_VERSION,
        digest="0123abcd",
        temperature=0.5,
        seed=7,
        max_answer=700,
        prompts=tuple(QueuedPrompt(key, "a.py", f"{USER} {key}") for key in keys),
    )


@pytest.fixture
def server() -> Iterator[FakeOllama]:
    with FakeOllama() as fake:
        yield fake


@pytest.fixture
def queue(repository: TemporaryRepository) -> Queue:
    return Queue(find_repository().git_dir)


def drain(host: str, **environ: str) -> int:
    environ["CODERASST_LLM_HOSTS"] = host
    environ["CODERASST_MODEL"] = "fake"
    return background.drain(load(None, environ=environ), find_repository(), environ)


def kept(key: str) -> str | None:
    with Cache() as cache:
        entry = cache.get(key)
    return None if entry is None else entry.text


def test_answers_go_where_the_next_review_looks(server: FakeOllama, queue: Queue) -> None:
    queue.add(job("one", "two"))
    queue.add(job("three"))
    assert drain(server.host) == 3
    assert [kept(key) for key in ("one", "two", "three")] == [CLEAN] * 3
    assert len(queue) == 0
    chat = server.chats[0].body
    assert [message["content"] for message in chat["messages"]] == [SYSTEM, f"{USER} one"]
    assert chat["format"]


def test_prompts_of_a_small_model_keep_their_form(queue: Queue) -> None:
    found = '{"findings":[{"line":1,"type":"code-injection"}]}'
    with FakeOllama([says(found), says(findings({}))], system=COMPACT.system) as server:
        queue.add(job("full"))
        queue.add(replace(job("compact", "other"), prompt_version=COMPACT.version))
        assert drain(server.host) == 2
    assert [kept(key) for key in ("full", "compact")] == [None, found]
    chat = server.chats[0].body
    assert [message["content"] for message in chat["messages"]] == [
        COMPACT.system,
        f"{USER} compact",
    ]
    assert chat["format"] == COMPACT.again("").schema


def test_it_samples_as_was_promised_whatever_the_configuration_says_now(
    server: FakeOllama, queue: Queue
) -> None:
    queue.add(job("one"))
    drain(server.host, CODERASST_LLM_TEMPERATURE="1.5", CODERASST_LLM_SEED="1")
    options = server.chats[0].body["options"]
    assert (options["temperature"], options["seed"]) == (0.5, 7)
    assert options["num_predict"] == 700


def test_what_is_answered_already_is_not_asked_again(server: FakeOllama, queue: Queue) -> None:
    queue.add(job("one"))
    drain(server.host)
    queue.add(job("one", "two"))
    assert drain(server.host) == 1
    assert len(server.chats) == 2


def test_a_failure_is_not_kept_and_not_tried_for_ever(queue: Queue) -> None:
    replies = [says("prose"), says("prose"), says(findings({"quote": "eval(data)"}))]
    with FakeOllama(replies) as server:
        queue.add(job("one", "two"))
        assert drain(server.host) == 1
    assert kept("one") is None
    assert kept("two") is not None
    assert len(queue) == 0


@pytest.mark.parametrize("reply", [refuses(500, "out of memory"), breaks()])
def test_a_server_that_fails(queue: Queue, reply: object) -> None:
    with FakeOllama([reply] * 9) as server:  # type: ignore[list-item]
        queue.add(job("one"))
        assert drain(server.host, CODERASST_LLM_RETRIES="0") == 0
    assert kept("one") is None


@pytest.mark.parametrize(
    "other",
    [
        replace(job("old"), digest="another model"),
        replace(job("old"), prompt_version="another prompt"),
    ],
)
def test_what_nobody_would_look_up_is_not_asked(
    server: FakeOllama, queue: Queue, other: Job
) -> None:
    queue.add(other)
    queue.add(job("new"))
    assert drain(server.host) == 1
    assert kept("old") is None
    assert len(queue) == 0


def test_without_a_server_the_queue_is_kept(queue: Queue) -> None:
    queue.add(job("one"))
    with pytest.raises(BackendError):
        drain(unused_address())
    assert len(queue) == 1


def test_nothing_to_do_needs_no_server(queue: Queue) -> None:
    assert drain(unused_address()) == 0
    queue.add(job("one"))
    assert drain(unused_address(), CODERASST_CACHE_ENABLED="false") == 0
    assert len(queue) == 1


def test_it_starts_apart_from_the_commit(
    queue: Queue, repository: TemporaryRepository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    queue.add(job("one"))
    told = tmp_path / "told"
    program = (
        "import json, os, sys; from pathlib import Path; print('on the log');"
        "told = [os.getcwd(), os.getsid(0) == os.getpid(), dict(os.environ), sys.stdin.read(),"
        f" sys.argv[1:]]; Path({str(told)!r}).write_text(json.dumps(told))"
    )
    started: list[subprocess.Popen[bytes]] = []

    class Remembered(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *arguments: Any, **more: Any) -> None:
            super().__init__(*arguments, **more)
            started.append(self)

    def command(*arguments: str) -> list[str]:
        return [sys.executable, "-c", program, *arguments]

    found = find_repository()
    monkeypatch.setattr(subprocess, "Popen", Remembered)
    monkeypatch.setattr(background, "command", command)
    background.start(found, {"GIT_INDEX_FILE": "gone", "GIT_DIR": "x", "HOME": "/h"})
    assert started[0].wait(60) == 0
    folder, own_session, environ, stdin, arguments = json.loads(told.read_text())
    assert folder == str(found.root)
    assert own_session
    assert environ["HOME"] == "/h"
    assert not [name for name in environ if name.startswith("GIT_")]
    assert stdin == ""
    assert arguments == ["hook", "--drain"]
    assert (found.git_dir / background.LOG).read_text() == "on the log\n"
