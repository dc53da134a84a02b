"""Against the real server, with models made here: what a fake can only be assumed to do."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import replace

import pytest

from coderasst_hook.errors import BackendError
from coderasst_hook.llm import context, servers
from coderasst_hook.llm.backend import Answer, AnswerFailure, Options, Prompt
from coderasst_hook.llm.ollama import OllamaBackend
from coderasst_hook.llm.openai_compatible import OpenAIBackend
from coderasst_hook.llm.parse import parse
from coderasst_hook.llm.pool import Answered, Cause, Failed, Request, Result
from coderasst_hook.llm.prompt import Hint, build
from coderasst_hook.llm.schema import answer_schema, tight
from coderasst_hook.settings import BackendName, LlmSettings
from testing.ollama_server import CountingProxy, OllamaServer
from testing.tiny_model import CONTEXT, RANDOM, TINY

CHUNK = "\n".join(f"{n:>4} + value_{n} = eval(data[{n}])" for n in range(1, 30))
PROMPT = build(CHUNK, hints=[Hint("python/eval", 3, "eval runs data")])
OPTIONS = Options(context=8192, max_answer=1536)
LONG_STRING = {"type": "string", "minLength": 300, "maxLength": 400}
ENDLESS = Prompt("Go on.", "Write.", {"type": "array", "minItems": 900, "items": LONG_STRING})


def requests(count: int) -> list[Request]:
    return [Request(f"{n}.py", build(f"{CHUNK}\n{n}")) for n in range(count)]


def review(
    host: str, model: str, count: int, llm: LlmSettings | None = None, **more: object
) -> list[Result]:
    llm = llm or LlmSettings()
    connection = servers.connect(servers.backends_for(llm, [host], model))
    asked = requests(count)
    return servers.ask(
        asked,
        connection.backends,
        options=context.options_for(connection.identity, llm, [r.prompt for r in asked]),
        limits=servers.limits_for(
            llm, budget=120, max_context=context.ceiling(connection.identity, llm)
        ),
        **more,  # type: ignore[arg-type]
    )


async def answer(host: str, prompt: Prompt, options: Options, model: str = TINY) -> Answer:
    backend = OllamaBackend(host, model)
    try:
        return await backend.answer(prompt, options)
    finally:
        await backend.close()


def test_who_answers(ollama_server: OllamaServer) -> None:
    connection = servers.connect([OllamaBackend(ollama_server.host, TINY)])
    assert connection.identity.name == f"{TINY}:latest"
    assert len(connection.identity.digest) == 64
    assert connection.identity.context_length == CONTEXT
    assert not connection.identity.thinks


def test_a_missing_model_names_the_next_step(ollama_server: OllamaServer) -> None:
    with pytest.raises(BackendError, match="'no-such-model' is not installed") as caught:
        servers.connect([OllamaBackend(ollama_server.host, "no-such-model")])
    assert caught.value.next_step == "coderasst models pull no-such-model"
    with pytest.raises(AnswerFailure, match="does not have the model"):
        asyncio.run(answer(ollama_server.host, PROMPT, OPTIONS, "no-such-model"))


def test_every_chunk_is_answered_and_asked_once(counting_proxy: CountingProxy) -> None:
    results = review(counting_proxy.host, TINY, 12)
    assert all(isinstance(result, Answered) for result in results)
    assert counting_proxy.counts["/api/chat"] == 12


def test_the_server_tells_what_it_cost(ollama_server: OllamaServer) -> None:
    told = asyncio.run(answer(ollama_server.host, PROMPT, OPTIONS))
    assert told.prompt_tokens > 500
    assert 5 < told.answer_tokens < 200
    assert 0 < told.server_seconds < 60
    assert parse(told.text, "a.py").dropped == ()


def test_a_model_that_rambles_still_gives_answers(ollama_server: OllamaServer) -> None:
    results = review(ollama_server.host, RANDOM, 6)
    assert all(isinstance(result, Answered) for result in results)


def test_a_cut_answer_is_asked_again_for_less(counting_proxy: CountingProxy) -> None:
    llm = LlmSettings(max_answer=100)
    asked = requests(1)
    backend = OllamaBackend(counting_proxy.host, RANDOM)
    cut = Options(context=8192, max_answer=100)
    with pytest.raises(AnswerFailure, match="cut at 100 tokens"):
        asyncio.run(answer(counting_proxy.host, asked[0].prompt, cut, RANDOM))
    (result,) = servers.ask(
        asked,
        [backend],
        options=cut,
        limits=servers.limits_for(llm, budget=None, max_context=8192),
    )
    assert result.requests == 2
    assert counting_proxy.counts["/api/chat"] == 3


@pytest.mark.parametrize("seed", range(8))
def test_the_second_try_always_ends(ollama_server: OllamaServer, seed: int) -> None:
    prompt = replace(PROMPT, schema=answer_schema(tight(1536)))
    options = replace(OPTIONS, seed=seed, temperature=1.5)
    told = asyncio.run(answer(ollama_server.host, prompt, options, RANDOM))
    assert parse(told.text, "a.py")


def test_a_prompt_that_does_not_fit_is_seen(ollama_server: OllamaServer) -> None:
    long = build("\n".join([CHUNK] * 12))
    with pytest.raises(AnswerFailure, match="cut the prompt to 2,048 tokens") as caught:
        asyncio.run(answer(ollama_server.host, long, replace(OPTIONS, context=2048)))
    assert caught.value.prompt_cut


def test_a_context_that_fills_up_while_answering_is_seen(ollama_server: OllamaServer) -> None:
    fits = asyncio.run(answer(ollama_server.host, PROMPT, OPTIONS)).prompt_tokens
    options = Options(context=fits + 20, max_answer=200, temperature=1.0)
    with pytest.raises(AnswerFailure, match="ran out of the context"):
        asyncio.run(
            answer(ollama_server.host, replace(PROMPT, schema=ENDLESS.schema), options, RANDOM)
        )


def test_a_prompt_that_turns_out_too_long_gets_more_context(counting_proxy: CountingProxy) -> None:
    prompt = build("\n".join([CHUNK] * 6))
    (result,) = servers.ask(
        [Request("a.py", prompt)],
        [OllamaBackend(counting_proxy.host, TINY)],
        options=replace(OPTIONS, context=2048),
        limits=servers.limits_for(LlmSettings(), budget=None, max_context=16384),
    )
    assert isinstance(result, Answered)
    assert result.requests == counting_proxy.counts["/api/chat"] == 2


def test_cancelling_stops_the_servers_work(ollama_server: OllamaServer) -> None:
    endless = Options(context=8192, max_answer=60_000, temperature=1.0)

    async def cancel_then_ask() -> float:
        task = asyncio.create_task(answer(ollama_server.host, ENDLESS, endless, RANDOM))
        done, _ = await asyncio.wait([task], timeout=1.0)
        assert not done
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        started = time.monotonic()
        with pytest.raises(AnswerFailure, match="cut at 5 tokens"):
            await answer(ollama_server.host, PROMPT, replace(OPTIONS, max_answer=5), RANDOM)
        return time.monotonic() - started

    # The model answers one request at a time: the next one would wait for the first to end, which
    # at some thousand tokens a second takes half a minute.
    assert asyncio.run(cancel_then_ask()) < 10


def test_a_server_killed_midway_leaves_answers_and_reasons(mortal_ollama: OllamaServer) -> None:
    def kill(index: int, result: Result) -> None:
        if index == 1:
            mortal_ollama.kill()

    results = review(mortal_ollama.host, TINY, 8, on_progress=kill)
    assert [type(result) for result in results] == [Answered] * 2 + [Failed] * 6
    last = results[-1]
    assert isinstance(last, Failed)
    assert (last.cause, last.requests) == (Cause.SERVER, 0)
    assert "cannot be reached" in last.reason


def test_a_server_killed_while_it_answers(mortal_ollama: OllamaServer) -> None:
    endless = Options(context=8192, max_answer=60_000, temperature=1.0)
    threading.Timer(1.0, mortal_ollama.kill).start()
    with pytest.raises(AnswerFailure) as caught:
        asyncio.run(answer(mortal_ollama.host, ENDLESS, endless, RANDOM))
    assert caught.value.transient


def test_a_lost_connection_is_tried_again(ollama_server: OllamaServer) -> None:
    with CountingProxy(ollama_server.host) as proxy:
        backends = [OllamaBackend(proxy.host, TINY), OllamaBackend(ollama_server.host, TINY)]
        proxy.cut()
        results = servers.ask(
            requests(4),
            backends,
            options=OPTIONS,
            limits=servers.limits_for(LlmSettings(), budget=60, max_context=8192),
        )
    assert all(isinstance(result, Answered) for result in results)


@pytest.mark.parametrize("model", [TINY, RANDOM])
def test_ollamas_openai_route(ollama_server: OllamaServer, model: str) -> None:
    llm = LlmSettings(backend=BackendName.OPENAI)
    results = review(ollama_server.host, model, 4, llm)
    assert all(isinstance(result, Answered) for result in results)


def test_a_prompt_cut_by_the_openai_route_is_seen(ollama_server: OllamaServer) -> None:
    async def ask() -> Answer:
        backend = OpenAIBackend(ollama_server.host, TINY)
        try:
            return await backend.answer(build("\n".join([CHUNK] * 30)), OPTIONS)
        finally:
            await backend.close()

    with pytest.raises(AnswerFailure, match="cut the prompt to 4,096 tokens"):
        asyncio.run(ask())
