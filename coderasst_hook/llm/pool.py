"""Many prompts, some servers, one deadline.

Each server has its own workers; they take the prompts in the given order. The work of a server that
dies goes to the others. Whatever happens, every request has a result: an answer, or the reason why
there is none.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import anyio

from coderasst_hook.llm.attempt import Attempt, Backoff
from coderasst_hook.llm.backend import Answer, AnswerFailure, Backend, Options, Prompt
from coderasst_hook.llm.forms import FULL, PromptForm
from coderasst_hook.llm.parse import Parsed


@dataclass(frozen=True, slots=True)
class Request:
    """One prompt about the file ``path``, and the form that it has."""

    path: str
    prompt: Prompt
    form: PromptForm = FULL


class Cause(str, Enum):
    """Why there is no answer, for what can be done about it."""

    ANSWER = "answer"
    """The model or the server did not give a usable answer to this prompt."""
    SERVER = "server"
    """No server could be used (any more)."""
    BUDGET = "budget"
    """There was no time; asked again later, it may be answered."""


@dataclass(frozen=True, slots=True)
class Answered:
    answer: Answer
    parsed: Parsed
    """As the form reads it: not placed in the chunk yet."""
    requests: int
    """How often a server was asked."""


@dataclass(frozen=True, slots=True)
class Failed:
    reason: str
    cause: Cause
    requests: int


Result = Answered | Failed
Progress = Callable[[int, Result], None]
"""Told the index of a request and its result as soon as it is there. Must not raise."""


@dataclass(frozen=True, slots=True)
class Limits:
    """``concurrency`` counts requests under way on each server; ``budget`` and ``timeout`` are
    seconds for everything and for one request; ``max_context`` is how many tokens of context may be
    asked for where a prompt turns out not to fit."""

    concurrency: int = 1
    budget: float | None = None
    timeout: float = 300.0
    retries: int = 2
    max_context: int = 0


async def ask_all(
    requests: Sequence[Request],
    backends: Sequence[Backend],
    *,
    options: Options,
    limits: Limits,
    on_progress: Progress | None = None,
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
) -> list[Result]:
    """The results, in the order of ``requests``. Cancelling it closes every connection."""
    work = _Work(requests, options, on_progress)
    with anyio.move_on_after(limits.budget) as time:
        async with anyio.create_task_group() as group:
            for backend in backends:
                for _ in range(max(1, limits.concurrency)):
                    group.start_soon(_worker, backend, work, limits, Backoff(sleep))
    if time.cancelled_caught:
        work.give_up(f"budget of {limits.budget:g} s used up", Cause.BUDGET)
    else:
        work.give_up("; ".join(dict.fromkeys(work.dead.values())), Cause.SERVER)
    return [result for result in work.results if result is not None]


class _Work:
    """What is to be done and what came of it, shared by the workers of one event loop."""

    def __init__(
        self, requests: Sequence[Request], options: Options, on_progress: Progress | None
    ) -> None:
        self.requests = requests
        self.options = options
        self.waiting = deque(range(len(requests)))
        self.results: list[Result | None] = [None] * len(requests)
        self.asked = [0] * len(requests)
        self.dead: dict[str, str] = {}
        """Why a host is asked no more."""
        self._running = 0
        self._changed = anyio.Event()
        self._on_progress = on_progress

    async def take(self) -> int | None:
        """The next request, or None where none can come any more. A request under way elsewhere
        may come back, if its server dies."""
        while not self.waiting:
            if not self._running:
                return None
            await self._changed.wait()
        self._running += 1
        return self.waiting.popleft()

    def finish(self, index: int, result: Result) -> None:
        self._leave()
        self._tell(index, result)

    def put_back(self, index: int) -> None:
        self.waiting.appendleft(index)
        self._leave()

    def give_up(self, reason: str, cause: Cause) -> None:
        for index, result in enumerate(self.results):
            if result is None:
                self._tell(index, Failed(reason, cause, self.asked[index]))

    def _leave(self) -> None:
        self._running -= 1
        self._changed.set()
        self._changed = anyio.Event()

    def _tell(self, index: int, result: Result) -> None:
        self.results[index] = result
        if self._on_progress is not None:
            self._on_progress(index, result)


async def _worker(backend: Backend, work: _Work, limits: Limits, backoff: Backoff) -> None:
    while backend.host not in work.dead and (index := await work.take()) is not None:
        if backend.host in work.dead:
            work.put_back(index)
            return
        try:
            result = await _answer(backend, work, index, limits, backoff)
        except AnswerFailure as failure:
            if failure.unreachable:
                work.dead.setdefault(backend.host, str(failure))
                work.put_back(index)
                return
            cause = Cause.SERVER if failure.transient else Cause.ANSWER
            work.finish(index, Failed(str(failure), cause, work.asked[index]))
        else:
            work.finish(index, result)


async def _answer(
    backend: Backend, work: _Work, index: int, limits: Limits, backoff: Backoff
) -> Answered:
    """Ask until there is an answer or no try is left; raises the last ``AnswerFailure``."""
    request = work.requests[index]
    attempt = Attempt(
        request.prompt,
        work.options,
        limits.retries,
        limits.max_context,
        shorter=request.form.shorter,
    )
    while True:
        work.asked[index] += 1
        try:
            answer = await _within(limits.timeout, backend, attempt)
            return Answered(answer, request.form.read(answer.text, request.path), work.asked[index])
        except AnswerFailure as failure:
            following = attempt.after(failure)
            if following is None:
                raise
            if failure.transient:
                await backoff.wait(following.faults)
            if following.options.context > work.options.context:
                # One size for all from here on: each change makes the server load the model anew.
                work.options = replace(work.options, context=following.options.context)
            attempt = following


async def _within(seconds: float, backend: Backend, attempt: Attempt) -> Answer:
    with anyio.move_on_after(seconds):
        return await backend.answer(attempt.prompt, attempt.options)
    raise AnswerFailure(f"no answer within {seconds:g} s")
