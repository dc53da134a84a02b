from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from coderasst_hook.errors import BackendError
from coderasst_hook.llm import servers
from coderasst_hook.llm.backend import Options, Prompt
from coderasst_hook.llm.ollama import OllamaBackend
from coderasst_hook.llm.openai_compatible import OpenAIBackend
from coderasst_hook.llm.pool import Answered, Failed, Limits, Request
from coderasst_hook.llm.schema import answer_schema
from coderasst_hook.settings import BackendName, LlmSettings
from testing.fake_ollama import FakeOllama, hangs, unused_address

OPTIONS = Options(context=8192, max_answer=1536)
REQUESTS = [Request("a.py", Prompt("s", f"u{n}", answer_schema())) for n in range(6)]


async def at_once(seconds: float) -> None:
    pass


def test_the_setting_chooses_the_backend() -> None:
    hosts = ["http://127.0.0.1:1", "http://127.0.0.1:2"]
    for name, kind in ((BackendName.OLLAMA, OllamaBackend), (BackendName.OPENAI, OpenAIBackend)):
        backends = servers.backends_for(LlmSettings(backend=name), hosts, "m", key="k")
        assert [backend.host for backend in backends] == hosts
        assert all(type(backend) is kind for backend in backends)


@pytest.mark.parametrize(
    ("backend", "given", "used"),
    [(BackendName.OLLAMA, 0, 1), (BackendName.OPENAI, 0, 4), (BackendName.OLLAMA, 3, 3)],
)
def test_concurrency_is_what_the_server_can_take(
    backend: BackendName, given: int, used: int
) -> None:
    llm = LlmSettings(backend=backend, concurrency=given)
    assert servers.limits_for(llm, budget=1.0, max_context=8192).concurrency == used


def test_connect_then_ask_in_another_event_loop() -> None:
    with FakeOllama() as fake:
        connection = servers.connect([OllamaBackend(fake.host, "fake")])
        assert connection.identity.digest == "0123abcd"
        for _ in range(2):
            results = servers.ask(
                REQUESTS, connection.backends, options=OPTIONS, limits=Limits(max_context=8192)
            )
            assert all(isinstance(result, Answered) for result in results)
        assert len(fake.chats) == 12


def test_servers_without_the_model_are_left_out_and_named() -> None:
    with FakeOllama() as good, FakeOllama(model="other") as bad, FakeOllama(digest="f") as differs:
        gone = unused_address()
        connection = servers.connect(
            [OllamaBackend(host, "fake") for host in (gone, bad.host, good.host, differs.host)]
        )
    assert [backend.host for backend in connection.backends] == [good.host]
    notes = "\n".join(connection.notes)
    assert gone in notes
    assert "'fake' is not installed" in notes
    assert f"{differs.host} has another" in notes


def test_no_server_at_all_is_one_error() -> None:
    one, two = unused_address(), unused_address()
    with pytest.raises(BackendError) as caught:
        servers.connect([OllamaBackend(one, "fake")])
    assert caught.value.next_step == "ollama serve"
    with pytest.raises(BackendError, match="no server can be used") as caught:
        servers.connect([OllamaBackend(one, "fake"), OllamaBackend(two, "fake")])
    assert one in str(caught.value)
    assert two in str(caught.value)
    assert caught.value.next_step == "ollama serve"


def test_nothing_to_ask_needs_no_server() -> None:
    assert servers.ask([], [], options=OPTIONS, limits=Limits()) == []


def test_a_server_that_dies_midway_leaves_answers_and_reasons() -> None:
    with FakeOllama() as fake:
        backend = OllamaBackend(fake.host, "fake")

        def stop_after_two(index: int, result: object) -> None:
            if index == 1:
                threading.Thread(target=fake.stop).start()
                fake._thread.join()

        results = servers.ask(
            REQUESTS,
            [backend],
            options=OPTIONS,
            limits=Limits(),
            on_progress=stop_after_two,
            sleep=at_once,
        )
    kinds = [type(result) for result in results]
    assert kinds[:2] == [Answered, Answered]
    assert kinds[-1] is Failed
    assert "cannot be reached" in getattr(results[-1], "reason", "")


INTERRUPTED = """
import sys
from coderasst_hook.llm import servers
from coderasst_hook.llm.backend import Options, Prompt
from coderasst_hook.llm.ollama import OllamaBackend
from coderasst_hook.llm.pool import Limits, Request
request = Request("a.py", Prompt("s", "u", {"type": "object"}))
try:
    servers.ask([request] * 3, [OllamaBackend(sys.argv[1], "fake")],
                options=Options(8192, 64), limits=Limits())
except KeyboardInterrupt:
    print("interrupted")
"""


def test_ctrl_c_closes_the_connection_and_passes_on() -> None:
    with FakeOllama([hangs()]) as fake:
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", INTERRUPTED, fake.host],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        while not fake.chats and process.poll() is None:
            os.sched_yield()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        assert (out, err) == ("interrupted\n", "")
        assert fake.clients_left.acquire(timeout=10)
