from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, TypeVar

import pytest

from coderasst_hook.errors import BackendError
from coderasst_hook.llm import ollama, transport
from coderasst_hook.llm.backend import Answer, AnswerFailure, Options, Prompt
from coderasst_hook.llm.ollama import OllamaBackend
from coderasst_hook.llm.schema import answer_schema
from testing.fake_ollama import (
    CLEAN,
    FakeOllama,
    Reply,
    breaks,
    errs_midway,
    floods,
    hangs,
    refuses,
    says,
    sends,
    stops_early,
    unused_address,
)

PROMPT = Prompt("system", "user \udcff", answer_schema())
OPTIONS = Options(context=8192, max_answer=256, temperature=0.0, seed=7)

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


async def ask(fake: FakeOllama, *, think: bool = False, options: Options = OPTIONS) -> Answer:
    backend = OllamaBackend(fake.host, fake.model)
    try:
        if think:
            await backend.identity()
        return await backend.answer(PROMPT, options)
    finally:
        await backend.close()


def failure(reply: Reply) -> AnswerFailure:
    with FakeOllama([reply]) as fake, pytest.raises(AnswerFailure) as caught:
        run(ask(fake))
    assert "\n" not in str(caught.value)
    return caught.value


def test_the_request_says_all_that_matters() -> None:
    with FakeOllama() as fake:
        run(ask(fake))
        (asked,) = fake.chats
    assert asked.path == "/api/chat"
    assert asked.body["stream"] is True
    assert asked.body["format"] == answer_schema()
    assert asked.body["keep_alive"] == "10m"
    assert asked.body["options"] == {
        "num_ctx": 8192,
        "num_predict": 256,
        "temperature": 0.0,
        "seed": 7,
    }
    assert [message["role"] for message in asked.body["messages"]] == ["system", "user"]
    assert asked.body["messages"][1]["content"] == "user \ufffd"
    assert "think" not in asked.body


def test_an_answer_comes_with_the_servers_own_figures() -> None:
    with FakeOllama([says(CLEAN, prompt_tokens=123, answer_tokens=9)]) as fake:
        assert run(ask(fake)) == Answer(CLEAN, 123, 9, 2.0)


def test_thinking_is_off_where_a_model_thinks() -> None:
    with FakeOllama(capabilities=("completion", "thinking")) as fake:
        run(ask(fake, think=True))
        assert fake.chats[0].body["think"] is False


@pytest.mark.parametrize(("given", "sent"), [("-1", -1.0), ("0", 0.0), ("5m", "5m")])
def test_a_number_without_unit_is_sent_as_a_number(given: str, sent: object) -> None:
    with FakeOllama() as fake:
        run(ask(fake, options=replace(OPTIONS, keep_alive=given)))
        assert fake.chats[0].body["keep_alive"] == sent


@pytest.mark.parametrize(
    ("reply", "reason", "flags"),
    [
        (says('{"find', done_reason="length"), "cut at 20 tokens", {"too_long"}),
        (says(CLEAN, prompt_tokens=8192), "cut the prompt", {"too_long", "prompt_cut"}),
        (says(CLEAN, done_reason="unload"), "ended the answer early", {"transient"}),
        (says("x" * 300_000, pieces=3), "longer than", set()),
        (refuses(500, "boom"), r"failed \(500\): boom", {"transient"}),
        (refuses(503, "server busy"), "busy", {"transient"}),
        (refuses(404, "model 'fake' not found"), "does not have the model", set()),
        (refuses(400, "invalid options"), "refused the request", set()),
        (refuses(500, "model requires more system memory"), "lacks memory", set()),
        (
            refuses(400, "the input length exceeds the context length"),
            "does not fit",
            {"too_long", "prompt_cut"},
        ),
        (errs_midway("runner crashed"), "half-way: runner crashed", {"transient"}),
        (stops_early(), "broke off", {"unreadable"}),
        (breaks(), "connection to .* broke", {"transient"}),
        (sends(b"<html>not json</html>\n"), "not Ollama's", set()),
        (sends(b"[1]\n"), "not Ollama's", set()),
        (sends(b'{"message": 5, "done": true}\n'), "not Ollama's", set()),
        (sends(b"{" * 50 + b'"a":' + b"\n"), "not Ollama's", set()),
        (errs_midway({"nested": 1}), "not Ollama's", set()),
        (sends(b""), "broke off", {"unreadable"}),
    ],
)
def test_each_fault_has_its_own_reason(reply: Reply, reason: str, flags: set[str]) -> None:
    with FakeOllama([reply]) as fake, pytest.raises(AnswerFailure, match=reason) as caught:
        run(ask(fake))
    names = ("transient", "too_long", "prompt_cut", "unreadable", "unreachable")
    assert {name for name in names if getattr(caught.value, name)} == flags


def test_nothing_there_is_told_as_such() -> None:
    fake = FakeOllama()
    fake.stop()
    with pytest.raises(AnswerFailure, match="cannot be reached") as caught:
        run(ask(fake))
    assert caught.value.unreachable
    assert caught.value.transient


def test_a_flood_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MAX_BYTES", 100_000)
    assert "sent more than" in str(failure(floods(b"x" * 10_000)))
    empty = b'{"message": {"role": "assistant", "content": ""}, "done": false}\n'
    assert "sent more than" in str(failure(floods(empty * 100)))


def test_reasons_cannot_write_to_the_terminal() -> None:
    assert "\x1b" not in str(failure(refuses(400, "\x1b]0;owned\x07 bad\nline" + "x" * 5000)))


def test_cancelling_closes_the_connection() -> None:
    async def cancel(fake: FakeOllama) -> None:
        task = asyncio.create_task(ask(fake))
        while not fake.chats:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with FakeOllama([hangs()]) as fake:
        run(cancel(fake))
        assert fake.clients_left.acquire(timeout=10)


def test_a_redirect_does_not_lead_the_code_elsewhere() -> None:
    def redirects(exchange: Any) -> None:
        exchange._handler.send_response(307)
        exchange._handler.send_header("Location", "http://127.0.0.1:1/api/chat")
        exchange._handler.send_header("Content-Length", "0")
        exchange._handler.end_headers()

    assert "(307)" in str(failure(redirects))


def test_a_proxy_never_sees_what_is_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, unused_address())
    with FakeOllama() as fake:
        assert run(ask(fake, think=True)).text == CLEAN


def test_who_answers() -> None:
    with FakeOllama(context=4096, capabilities=("completion", "thinking")) as fake:
        identity = run(OllamaBackend(fake.host, "fake").identity())
    assert (identity.name, identity.digest) == ("fake:latest", "0123abcd")
    assert identity.context_length == 4096
    assert identity.thinks


def test_a_server_that_does_not_tell_capabilities_is_trusted() -> None:
    with FakeOllama(capabilities=None) as fake:
        assert not run(OllamaBackend(fake.host, "fake").identity()).thinks


def refused(host: str, model: str) -> BackendError:
    with pytest.raises(BackendError) as caught:
        run(OllamaBackend(host, model).identity())
    return caught.value


def test_what_cannot_review_names_the_next_step() -> None:
    gone = refused(unused_address(), "fake")
    assert "no server answers at http://127.0.0.1" in str(gone)
    assert gone.next_step == "ollama serve"
    with FakeOllama() as fake:
        missing = refused(fake.host, "other-model")
        assert "'other-model' is not installed" in str(missing)
        assert missing.next_step == "coderasst models pull other-model"
    with FakeOllama(capabilities=("embedding",)) as fake:
        assert "cannot chat (it can: embedding)" in str(refused(fake.host, "fake"))


def test_what_is_not_ollama_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeOllama() as fake:
        monkeypatch.setattr(fake, "listing", lambda: [1, 2])
        assert "is not Ollama" in str(refused(fake.host, "fake"))
        monkeypatch.setattr(fake, "listing", lambda: {"models": 7})
        assert "is not Ollama" in str(refused(fake.host, "fake"))
        assert "answers 404" in str(refused(fake.host + "/nowhere", "fake"))


def test_a_silent_server_does_not_hold_up_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ollama, "IDENTITY_SECONDS", 0.05)
    with FakeOllama() as fake:
        monkeypatch.setattr(fake, "listing", lambda: fake.clients_left.acquire(timeout=1))
        assert "takes too long" in str(refused(fake.host, "fake"))


def test_the_model_declares_its_form() -> None:
    with FakeOllama(system="coderasst compact 1") as fake:
        assert run(OllamaBackend(fake.host, fake.model).identity()).form == "compact"
    with FakeOllama(system="You are a pirate.") as fake:
        assert run(OllamaBackend(fake.host, fake.model).identity()).form == "full"
    with (
        FakeOllama(system="coderasst compact 9") as fake,
        pytest.raises(BackendError, match="'coderasst compact 9'"),
    ):
        run(OllamaBackend(fake.host, fake.model).identity())
