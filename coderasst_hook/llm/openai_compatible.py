"""Any server with an OpenAI-compatible chat API: vLLM, llama.cpp's server, Ollama's ``/v1``.

The protocol has no way to ask for a context, and no digest of the weights: a server that swaps them
under the same name is not noticed.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

import httpx

from coderasst_hook.errors import BackendError
from coderasst_hook.llm.backend import Answer, AnswerFailure, ModelIdentity, Options, Prompt
from coderasst_hook.llm.choose import Installed, find, missing
from coderasst_hook.llm.cuts import check_round
from coderasst_hook.llm.parse import MAX_CHARACTERS
from coderasst_hook.llm.transport import client_options, failure, refusal, unusable
from coderasst_hook.untrusted import encodable, one_line

IDENTITY_SECONDS = 15.0
_FOREIGN = (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError)


class OpenAIBackend:
    """One model on one server. ``key`` is sent as a bearer token and shown nowhere."""

    name = "openai"

    def __init__(self, host: str, model: str, key: str = "") -> None:
        self.host = host
        self.model = model
        self._base = host if host.endswith("/v1") else f"{host}/v1"
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client: httpx.AsyncClient | None = None
        self._takes_schema = True

    async def identity(self) -> ModelIdentity:
        options = client_options(self.host, IDENTITY_SECONDS)
        try:
            async with httpx.AsyncClient(headers=self._headers, **options) as client:
                response = await client.get(f"{self._base}/models")
                if response.status_code in (401, 403):
                    raise BackendError(
                        f"the server at {self.host} wants a key",
                        next_step="name the variable that holds it in llm.api_key_env",
                    )
                entries = response.raise_for_status().json()["data"]
                return self._chosen([entry for entry in entries if isinstance(entry, dict)])
        except httpx.HTTPError as error:
            raise unusable(error, self.host, None) from None
        except (httpx.InvalidURL, *_FOREIGN):
            raise BackendError(f"what answers at {self.host} does not speak OpenAI's API") from None

    def _chosen(self, entries: list[dict[str, Any]]) -> ModelIdentity:
        installed = [Installed(entry["id"]) for entry in entries if isinstance(entry["id"], str)]
        found = find(self.model, installed)
        if found is None:
            error = missing(self.model, installed)
            # A server of this kind is not told which models to fetch.
            raise BackendError(str(error), next_step="choose one that the server lists")
        entry = next(entry for entry in entries if entry["id"] == found.name)
        length = entry.get("max_model_len")
        return ModelIdentity(
            name=found.name,
            digest=f"{self._base} {found.name}",
            context_length=length if isinstance(length, int) and length > 0 else 0,
        )

    async def answer(self, prompt: Prompt, options: Options) -> Answer:
        try:
            answer = await self._ask(prompt, options)
        except httpx.HTTPError as error:
            raise failure(error, self.host) from None
        except _FOREIGN:
            raise AnswerFailure(
                f"the server at {self.host} sent what is not of OpenAI's API"
            ) from None
        check_round(answer, prompt)
        return answer

    async def _ask(self, prompt: Prompt, options: Options) -> Answer:
        if self._takes_schema:
            try:
                return await self._stream(prompt, options, _schema_format(prompt))
            except AnswerFailure as refused:
                if "response_format" not in str(refused) and "json_schema" not in str(refused):
                    raise
                self._takes_schema = False
        return await self._stream(prompt, options, {"type": "json_object"})

    async def _stream(self, prompt: Prompt, options: Options, form: dict[str, Any]) -> Answer:
        body = {
            "model": self.model,
            "messages": [
                {"role": "system", "content": encodable(prompt.system)},
                {"role": "user", "content": encodable(prompt.user)},
            ],
            "temperature": options.temperature,
            "seed": options.seed,
            "max_tokens": options.max_answer,
            "response_format": form,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        request = self._open().stream("POST", f"{self._base}/chat/completions", json=body)
        async with request as response:
            if response.status_code != 200:
                await response.aread()
                raise refusal(self.host, response.status_code, _error_text(response.text))
            async with aclosing(_events(response)) as events:
                return await self._collect(events, options)

    async def _collect(self, events: AsyncIterator[dict[str, Any]], options: Options) -> Answer:
        text = ""
        finish: str | None = None
        usage: dict[str, Any] = {}
        async for event in events:
            if "error" in event:
                raise refusal(self.host, -1, _error_text(json.dumps(event)))
            for choice in (event.get("choices") or [])[:1]:
                delta = choice.get("delta") or {}
                if delta.get("refusal"):
                    raise AnswerFailure(f"the model refused: {one_line(delta['refusal'], 120)}")
                text += delta.get("content") or ""
                finish = choice.get("finish_reason") or finish
            if len(text) > MAX_CHARACTERS:
                raise AnswerFailure(f"the answer is longer than {MAX_CHARACTERS:,} characters")
            usage = event.get("usage") or usage
        if finish == "length":
            raise AnswerFailure(
                f"the answer was cut at {options.max_answer:,} tokens", too_long=True
            )
        if finish is None:
            raise AnswerFailure(
                "the answer broke off: the server ended it before it was complete", unreadable=True
            )
        if finish != "stop":
            raise AnswerFailure(f"the server ended the answer early ({one_line(finish, 40)})")
        return Answer(text, _count(usage, "prompt"), _count(usage, "completion"), 0.0)

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(headers=self._headers, **client_options(self.host))
        return self._client


async def _events(response: httpx.Response) -> AsyncGenerator[dict[str, Any], None]:
    """The JSON objects of a stream of server-sent events, up to ``[DONE]``."""
    async for line in response.aiter_lines():
        if not line.startswith("data:"):
            continue
        data = line[len("data:") :].strip()
        if data == "[DONE]":
            return
        event = json.loads(data)
        if not isinstance(event, dict):
            raise TypeError("an event is an object")
        yield event


def _schema_format(prompt: Prompt) -> dict[str, Any]:
    schema = {"name": "review", "strict": True, "schema": prompt.schema}
    return {"type": "json_schema", "json_schema": schema}


def _error_text(text: str) -> str:
    try:
        error = json.loads(text)["error"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return text
    said = error.get("message", text) if isinstance(error, dict) else error
    return said if isinstance(said, str) else text


def _count(usage: dict[str, Any], kind: str) -> int:
    count = usage.get(f"{kind}_tokens")
    return count if isinstance(count, int) and count > 0 else 0
