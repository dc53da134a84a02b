"""The model as the rest of the program uses it: plain calls, no event loop in sight."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import anyio

from coderasst_hook.errors import BackendError
from coderasst_hook.llm.backend import Backend, ModelIdentity, Options
from coderasst_hook.llm.pool import Limits, Progress, Request, Result, ask_all
from coderasst_hook.settings import BackendName, LlmSettings


@dataclass(frozen=True, slots=True)
class Connection:
    """Servers that all have the same weights."""

    backends: tuple[Backend, ...]
    identity: ModelIdentity
    notes: tuple[str, ...] = ()
    """Why configured servers take no part."""


def backends_for(
    llm: LlmSettings, hosts: Sequence[str], model: str, *, key: str = ""
) -> tuple[Backend, ...]:
    """One backend for each of ``hosts`` (normalised, see ``hosts.resolve``)."""
    if llm.backend is BackendName.OPENAI:
        from coderasst_hook.llm.openai_compatible import OpenAIBackend

        return tuple(OpenAIBackend(host, model, key) for host in hosts)
    from coderasst_hook.llm.ollama import OllamaBackend

    return tuple(OllamaBackend(host, model) for host in hosts)


def connect(backends: Sequence[Backend]) -> Connection:
    """Ask every server for the model, and keep those that have it.

    Raises ``BackendError`` with the next step where none has.
    """
    return asyncio.run(_connect(backends))


async def _connect(backends: Sequence[Backend]) -> Connection:
    found: dict[str, ModelIdentity] = {}
    failed: dict[str, BackendError] = {}

    async def identify(backend: Backend) -> None:
        try:
            found[backend.host] = await backend.identity()
        except BackendError as error:
            failed[backend.host] = error

    async with anyio.create_task_group() as group:
        for backend in backends:
            group.start_soon(identify, backend)

    usable = [backend for backend in backends if backend.host in found]
    if not usable:
        errors = list(failed.values())
        if len(errors) == 1:
            raise errors[0]
        told = "; ".join(str(error) for error in errors)
        raise BackendError(f"no server can be used: {told}", next_step=errors[0].next_step)
    identity = found[usable[0].host]
    # Answers are cached under the digest, so they must come from the same weights.
    same = [b for b in usable if _same_weights(found[b.host], identity)]
    others = [b.host for b in usable if b not in same]
    return Connection(
        backends=tuple(same),
        identity=identity,
        notes=(
            *(str(error) for error in failed.values()),
            *(f"the server at {host} has another {identity.name}" for host in others),
        ),
    )


def _same_weights(one: ModelIdentity, other: ModelIdentity) -> bool:
    return one.digest == other.digest


def limits_for(llm: LlmSettings, *, budget: float | None, max_context: int) -> Limits:
    """``budget`` in seconds (None: no end); ``max_context`` from ``context.ceiling``."""
    usual = 1 if llm.backend is BackendName.OLLAMA else 4
    return Limits(
        concurrency=llm.concurrency or usual,
        budget=budget,
        timeout=llm.timeout,
        retries=llm.retries,
        max_context=max_context,
    )


def ask(
    requests: Sequence[Request],
    backends: Sequence[Backend],
    *,
    options: Options,
    limits: Limits,
    on_progress: Progress | None = None,
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
) -> list[Result]:
    """One result for each request, in their order; never raises for what a server does.

    Ctrl-C closes every connection at once and passes on; what was there until then has been told
    to ``on_progress``.
    """

    async def run() -> list[Result]:
        try:
            return await ask_all(
                requests,
                backends,
                options=options,
                limits=limits,
                on_progress=on_progress,
                sleep=sleep,
            )
        finally:
            # Also when cancelled, or the connections would stay open until the process ends.
            with anyio.CancelScope(shield=True):
                for backend in backends:
                    await backend.close()

    return asyncio.run(run()) if requests else []
