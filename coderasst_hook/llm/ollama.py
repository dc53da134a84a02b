"""Ollama's own chat API, through its official client."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from typing import Any

import httpx
import ollama

from coderasst_hook.errors import BackendError
from coderasst_hook.llm.backend import Answer, AnswerFailure, ModelIdentity, Options, Prompt
from coderasst_hook.llm.choose import Installed, find, missing
from coderasst_hook.llm.cuts import check_within
from coderasst_hook.llm.forms import declared_by
from coderasst_hook.llm.modelfile import system_of
from coderasst_hook.llm.parse import MAX_CHARACTERS
from coderasst_hook.llm.transport import client_options, failure, refusal, unreachable, unusable
from coderasst_hook.untrusted import encodable, one_line

START = "ollama serve"
IDENTITY_SECONDS = 15.0
_NANO = 1e-9
# What the client's models raise for JSON that is not Ollama's (a list, a number, other types).
_FOREIGN = (ValueError, TypeError, AttributeError, KeyError, RecursionError)


class OllamaBackend:
    """One model on one server."""

    name = "ollama"

    def __init__(self, host: str, model: str, *, tell_tokens: bool = False) -> None:
        """``tell_tokens``: whether answers come with the probabilities of their tokens."""
        self.host = host
        self.model = model
        self._tell_tokens = tell_tokens
        self._thinks = False
        self._client: ollama.AsyncClient | None = None

    async def identity(self) -> ModelIdentity:
        client = ollama.AsyncClient(self.host, **client_options(self.host, IDENTITY_SECONDS))
        try:
            return await self._identity(client)
        except ollama.ResponseError as error:
            said = one_line(error.error, 200)
            raise BackendError(
                f"the server at {self.host} answers {error.status_code}: {said}"
            ) from None
        except ConnectionError:
            raise unreachable(self.host, START) from None
        except httpx.HTTPError as error:
            raise unusable(error, self.host, START) from None
        except (httpx.InvalidURL, *_FOREIGN):
            raise BackendError(f"what answers at {self.host} is not Ollama") from None
        finally:
            await client.close()  # type: ignore[no-untyped-call]

    async def _identity(self, client: ollama.AsyncClient) -> ModelIdentity:
        listed = (await client.list()).models
        installed = [Installed(entry.model or "", digest=entry.digest or "") for entry in listed]
        found = find(self.model, installed)
        if found is None:
            raise missing(self.model, installed)
        shown = await client.show(found.name)
        capabilities = shown.capabilities
        # Servers before 0.6.4 do not tell what a model can do.
        if capabilities is not None and "completion" not in capabilities:
            raise BackendError(
                f"the model {found.name!r} cannot chat (it can: {', '.join(capabilities)})",
                next_step="coderasst models list",
            )
        self._thinks = "thinking" in (capabilities or ())
        return ModelIdentity(
            name=found.name,
            digest=found.digest,
            context_length=_context_length(shown.modelinfo or {}),
            thinks=self._thinks,
            form=declared_by(system_of(shown.modelfile or "")).name,
        )

    async def answer(self, prompt: Prompt, options: Options) -> Answer:
        try:
            return await self._stream(prompt, options)
        except ollama.ResponseError as error:
            raise refusal(self.host, error.status_code, error.error) from None
        except httpx.HTTPError as error:
            raise failure(error, self.host) from None
        except _FOREIGN:
            raise AnswerFailure(f"the server at {self.host} sent what is not Ollama's") from None

    async def _stream(self, prompt: Prompt, options: Options) -> Answer:
        # Named only where it is wanted: clients before 0.6.1 do not know it.
        more: dict[str, Any] = {"logprobs": True} if self._tell_tokens else {}
        stream = await self._open().chat(
            model=self.model,
            messages=[
                {"role": "system", "content": encodable(prompt.system)},
                {"role": "user", "content": encodable(prompt.user)},
            ],
            stream=True,
            format=prompt.schema,
            think=False if self._thinks else None,
            keep_alive=_keep_alive(options.keep_alive),
            options={
                "num_ctx": options.context,
                "num_predict": options.max_answer,
                "temperature": options.temperature,
                "seed": options.seed,
            },
            **more,
        )
        parts: list[str] = []
        tokens: list[tuple[str, float]] = []
        length = 0
        # Closing the stream closes the connection, and that is what stops the server's work.
        async with aclosing(stream) as responses:  # type: ignore[type-var]
            async for response in responses:
                text = response.message.content or ""
                parts.append(text)
                if self._tell_tokens:
                    tokens += ((one.token, one.logprob) for one in response.logprobs or ())
                length += len(text)
                if length > MAX_CHARACTERS:
                    raise AnswerFailure(f"the answer is longer than {MAX_CHARACTERS:,} characters")
                if response.done:
                    answer = _complete("".join(parts), response, prompt, options)
                    return replace(answer, tokens=tuple(tokens))
        raise AnswerFailure(
            "the answer broke off: the server ended it before it was complete", unreadable=True
        )

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()  # type: ignore[no-untyped-call]

    def _open(self) -> ollama.AsyncClient:
        if self._client is None:
            self._client = ollama.AsyncClient(self.host, **client_options(self.host))
        return self._client


def _complete(text: str, last: ollama.ChatResponse, prompt: Prompt, options: Options) -> Answer:
    answer = Answer(
        text=text,
        prompt_tokens=last.prompt_eval_count or 0,
        answer_tokens=last.eval_count or 0,
        server_seconds=(last.total_duration or 0) * _NANO,
    )
    check_within(answer, prompt, options.context)
    if last.done_reason == "length":
        raise AnswerFailure(
            f"the answer was cut at {last.eval_count or options.max_answer:,} tokens", too_long=True
        )
    if last.done_reason not in (None, "", "stop"):
        reason = one_line(last.done_reason or "", 40)
        raise AnswerFailure(f"the server ended the answer early ({reason})", transient=True)
    return answer


def _context_length(info: Any) -> int:
    family = info.get("general.architecture")
    length = info.get(f"{family}.context_length")
    return length if isinstance(length, int) and length > 0 else 0


def _keep_alive(text: str) -> str | float:
    """Ollama reads a number as seconds, but a string only with a unit."""
    try:
        return float(text)
    except ValueError:
        return text
