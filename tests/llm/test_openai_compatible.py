from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest

from coderasst_hook.errors import BackendError
from coderasst_hook.llm.backend import Answer, AnswerFailure, Options, Prompt
from coderasst_hook.llm.openai_compatible import OpenAIBackend
from coderasst_hook.llm.schema import answer_schema
from testing.fake_ollama import (
    CLEAN,
    Exchange,
    FakeOllama,
    Reply,
    breaks,
    errs_midway,
    refuses,
    says,
    sends,
    stops_early,
    unused_address,
)

PROMPT = Prompt("system", "user \udcff", answer_schema())
OPTIONS = Options(context=8192, max_answer=256, temperature=0.0, seed=7)
KEY = "sk-Secret0123456789secret"

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


async def ask(fake: FakeOllama, times: int = 1, prompt: Prompt = PROMPT) -> Answer:
    backend = OpenAIBackend(fake.host, fake.model, KEY)
    try:
        for _ in range(times - 1):
            await backend.answer(prompt, OPTIONS)
        return await backend.answer(prompt, OPTIONS)
    finally:
        await backend.close()


def test_the_request_says_all_that_matters() -> None:
    with FakeOllama([says(CLEAN, prompt_tokens=123, answer_tokens=9)]) as fake:
        assert run(ask(fake)) == Answer(CLEAN, 123, 9, 0.0)
        (asked,) = fake.chats
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["Authorization"] == f"Bearer {KEY}"
    assert asked.body["stream"] is True
    assert (asked.body["temperature"], asked.body["seed"], asked.body["max_tokens"]) == (
        0.0,
        7,
        256,
    )
    form = asked.body["response_format"]
    assert form["type"] == "json_schema"
    assert form["json_schema"]["schema"] == answer_schema()
    assert asked.body["messages"][1] == {"role": "user", "content": "user \ufffd"}


def test_a_server_without_schemas_is_asked_for_json() -> None:
    refusal = refuses(400, "'response_format.type' must be 'json_object' or 'text'")
    with FakeOllama([refusal]) as fake:
        run(ask(fake, times=2))
        kinds = [asked.body["response_format"]["type"] for asked in fake.chats]
    assert kinds == ["json_schema", "json_object", "json_object"]


def declines(exchange: Exchange) -> None:
    exchange.event({"choices": [{"delta": {"refusal": "I cannot\nhelp"}}]})
    exchange.end()


@pytest.mark.parametrize(
    ("reply", "reason", "flags"),
    [
        (says('{"find', done_reason="length"), "cut at 256 tokens", {"too_long"}),
        (says(CLEAN, done_reason="content_filter"), "ended the answer early", set()),
        (says("x" * 300_000, pieces=3), "longer than", set()),
        (declines, "the model refused: I cannot help", set()),
        (refuses(500, "boom"), r"failed \(500\): boom", {"transient"}),
        (refuses(429, "slow down"), "busy", {"transient"}),
        (refuses(401, "bad key"), "refused the request", set()),
        (
            refuses(400, "This model's maximum context length is 4096 tokens"),
            "does not fit",
            {"too_long", "prompt_cut"},
        ),
        (errs_midway("engine died"), "half-way: engine died", {"transient"}),
        (errs_midway({"message": "engine died"}), "half-way: engine died", {"transient"}),
        (stops_early(), "broke off", {"unreadable"}),
        (breaks(), "connection to .* broke", {"transient"}),
        (sends(b"data: not json\n\n"), "not of OpenAI's API", set()),
        (sends(b"data: [1]\n\n"), "not of OpenAI's API", set()),
        (sends(b'data: {"choices": [7]}\n\n'), "not of OpenAI's API", set()),
        (sends(b": a comment\n\n"), "broke off", {"unreadable"}),
    ],
)
def test_each_fault_has_its_own_reason(reply: Reply, reason: str, flags: set[str]) -> None:
    with FakeOllama([reply]) as fake, pytest.raises(AnswerFailure, match=reason) as caught:
        run(ask(fake))
    names = ("transient", "too_long", "prompt_cut", "unreadable", "unreachable")
    assert {name for name in names if getattr(caught.value, name)} == flags
    assert KEY not in str(caught.value)


def test_a_cut_prompt_is_seen_by_its_round_number() -> None:
    long = Prompt("system", "x" * 20_000, answer_schema())
    with (
        FakeOllama([says(CLEAN, prompt_tokens=4096)]) as fake,
        pytest.raises(AnswerFailure, match="cut the prompt"),
    ):
        run(ask(fake, prompt=long))


def test_who_answers() -> None:
    with FakeOllama(context=4096) as fake:
        plain = run(OpenAIBackend(fake.host, "fake:latest").identity())
        versioned = run(OpenAIBackend(f"{fake.host}/v1", "fake:latest").identity())
    assert plain == versioned
    assert (plain.name, plain.context_length) == ("fake:latest", 4096)
    assert fake.asked[0].headers.get("Authorization") is None


def test_what_cannot_review_is_told() -> None:
    with pytest.raises(BackendError, match="no server answers"):
        run(OpenAIBackend(unused_address(), "fake").identity())
    with FakeOllama() as fake:
        with pytest.raises(BackendError, match="'other' is not installed"):
            run(OpenAIBackend(fake.host, "other").identity())
        with pytest.raises(BackendError, match="answers 404"):
            run(OpenAIBackend(f"{fake.host}/nowhere", "fake").identity())


def test_a_missing_key_and_a_foreign_server_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx

    def answering(response: httpx.Response) -> None:
        async def get(*args: object, **more: object) -> httpx.Response:
            response.request = httpx.Request("GET", "http://example.com")
            return response

        monkeypatch.setattr(httpx.AsyncClient, "get", get)

    backend = OpenAIBackend("http://127.0.0.1:1", "fake")
    answering(httpx.Response(401))
    with pytest.raises(BackendError, match="wants a key") as caught:
        run(backend.identity())
    assert "llm.api_key_env" in str(caught.value.next_step)
    answering(httpx.Response(200, json=[1]))
    with pytest.raises(BackendError, match="does not speak"):
        run(backend.identity())
