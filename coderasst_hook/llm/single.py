"""One question to the model that is no review: an answer in JSON of a schema of its own."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import anyio

from coderasst_hook.llm import context
from coderasst_hook.llm.attempt import Attempt, Backoff
from coderasst_hook.llm.backend import AnswerFailure, Backend, Prompt
from coderasst_hook.llm.servers import Connection
from coderasst_hook.settings import LlmSettings


def ask(prompt: Prompt, connection: Connection, llm: LlmSettings) -> dict[str, Any]:
    """The object that the model answers with. Faults of the server are retried ``llm.retries``
    times within ``llm.timeout`` seconds. Raises ``AnswerFailure``."""
    return asyncio.run(_ask(prompt, connection, llm))


async def _ask(prompt: Prompt, connection: Connection, llm: LlmSettings) -> dict[str, Any]:
    options = context.options_for(connection.identity, llm, [prompt])
    attempt = Attempt(prompt, options, llm.retries, context.ceiling(connection.identity, llm))
    backend = connection.backends[0]
    try:
        with anyio.move_on_after(llm.timeout):
            return await _answered(backend, attempt)
        raise AnswerFailure(f"no answer within {llm.timeout:g} s")
    finally:
        with anyio.CancelScope(shield=True):
            await backend.close()


async def _answered(backend: Backend, first: Attempt) -> dict[str, Any]:
    attempt, backoff = first, Backoff(anyio.sleep)
    while True:
        try:
            return _object((await backend.answer(attempt.prompt, attempt.options)).text)
        except AnswerFailure as failure:
            following = None if failure.too_long else attempt.after(failure)
            if following is None:
                raise
            if failure.transient:
                await backoff.wait(following.faults)
            attempt = following


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise AnswerFailure("the answer is not JSON", unreadable=True) from None
    if not isinstance(value, dict):
        raise AnswerFailure("the answer is not a JSON object", unreadable=True)
    return value
