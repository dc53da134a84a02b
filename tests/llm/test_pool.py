from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import anyio
import pytest

from coderasst_hook.llm.attempt import Backoff
from coderasst_hook.llm.backend import Answer, AnswerFailure, ModelIdentity, Options, Prompt
from coderasst_hook.llm.pool import (
    Answered,
    Cause,
    Failed,
    Limits,
    Request,
    Result,
    ask_all,
)
from coderasst_hook.llm.schema import answer_schema
from testing.fake_ollama import CLEAN, findings

OPTIONS = Options(context=4096, max_answer=1536)
LIMITS = Limits(max_context=16384)
GONE = AnswerFailure("the server is gone", unreachable=True)
HANG = "hang"

Step = AnswerFailure | str


@dataclass
class Scripted:
    """A backend that answers by ``script``, then with no issues."""

    script: list[Step] = field(default_factory=list)
    host: str = "one"
    name: str = "scripted"
    asked: list[tuple[Prompt, Options]] = field(default_factory=list)
    most_at_once: int = 0
    cancelled: int = 0
    _now: int = 0

    async def identity(self) -> ModelIdentity:
        return ModelIdentity("m", "d", 8192)

    async def answer(self, prompt: Prompt, options: Options) -> Answer:
        self.asked.append((prompt, options))
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            step = self.script.pop(0) if self.script else CLEAN
            await anyio.sleep(0)
            if step == HANG:
                await anyio.sleep_forever()
            if isinstance(step, AnswerFailure):
                raise step
            return Answer(step, 10, 5, 0.1)
        except anyio.get_cancelled_exc_class():
            self.cancelled += 1
            raise
        finally:
            self._now -= 1

    async def close(self) -> None:
        pass


class Sleeps:
    def __init__(self) -> None:
        self.waited: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.waited.append(seconds)
        await anyio.sleep(0)


def requests(count: int) -> list[Request]:
    return [Request(f"{n}.py", Prompt("s", f"u{n}", answer_schema())) for n in range(count)]


def ask(
    count: int, *backends: Scripted, limits: Limits = LIMITS, sleeps: Sleeps | None = None
) -> list[Result]:
    return asyncio.run(
        ask_all(requests(count), backends, options=OPTIONS, limits=limits, sleep=sleeps or Sleeps())
    )


def reasons(results: Sequence[Result]) -> list[str]:
    return [result.reason if isinstance(result, Failed) else "" for result in results]


def test_results_stand_in_the_order_of_the_requests() -> None:
    backend = Scripted([findings({"line": n + 1}) for n in range(6)])
    results = ask(6, backend)
    assert [r.parsed.candidates[0].path for r in results if isinstance(r, Answered)] == [
        f"{n}.py" for n in range(6)
    ]
    assert [prompt.user for prompt, _ in backend.asked] == [f"u{n}" for n in range(6)]


def test_no_more_at_once_than_the_server_can_take() -> None:
    one, four = Scripted(), Scripted()
    ask(12, one, limits=replace(LIMITS, concurrency=1))
    ask(12, four, limits=replace(LIMITS, concurrency=4))
    assert (one.most_at_once, four.most_at_once) == (1, 4)


def test_progress_is_told_as_it_comes() -> None:
    told: list[tuple[int, Result]] = []
    results = asyncio.run(
        ask_all(
            requests(3),
            [Scripted()],
            options=OPTIONS,
            limits=LIMITS,
            on_progress=lambda index, result: told.append((index, result)),
        )
    )
    assert told == list(enumerate(results))


def test_a_transient_fault_is_tried_again_with_growing_waits() -> None:
    busy = AnswerFailure("busy", transient=True)
    backend, sleeps = Scripted([busy, busy]), Sleeps()
    (result,) = ask(1, backend, sleeps=sleeps)
    assert isinstance(result, Answered)
    assert result.requests == 3
    assert 0.25 <= sleeps.waited[0] <= 0.5 <= sleeps.waited[1] <= 1.0
    assert backend.asked[0] == backend.asked[2]


def test_a_fault_that_stays_is_recorded_and_the_rest_goes_on() -> None:
    busy = AnswerFailure("busy", transient=True)
    results = ask(2, Scripted([busy] * 3))
    assert results[0] == Failed("busy", Cause.SERVER, 3)
    assert isinstance(results[1], Answered)


def test_waits_have_an_end() -> None:
    sleeps = Sleeps()
    asyncio.run(Backoff(sleeps, chance=lambda: 1.0).wait(20))
    assert sleeps.waited == [8.0]


def test_garbage_is_asked_again_with_another_seed() -> None:
    backend = Scripted(["I found nothing!"])
    (result,) = ask(1, backend)
    assert isinstance(result, Answered)
    first, second = (options for _, options in backend.asked)
    assert second.seed != first.seed
    assert second.temperature > first.temperature == 0


def test_garbage_twice_is_a_failure() -> None:
    results = ask(2, Scripted(["nothing!", "```json"]))
    assert isinstance(results[0], Failed)
    assert results[0].cause is Cause.ANSWER
    assert results[0].requests == 2
    assert "code fence" in results[0].reason
    assert isinstance(results[1], Answered)


def test_a_cut_answer_is_asked_again_for_less() -> None:
    backend = Scripted([AnswerFailure("cut", too_long=True)])
    assert isinstance(ask(1, backend)[0], Answered)
    first, second = (prompt for prompt, _ in backend.asked)
    assert second.schema["properties"]["findings"]["maxItems"] == 1
    assert (second.system, second.user) == (first.system, first.user)


def test_cut_twice_is_a_failure() -> None:
    cut = AnswerFailure("cut", too_long=True)
    assert ask(1, Scripted([cut, cut])) == [Failed("cut", Cause.ANSWER, 2)]


def test_a_cut_prompt_gets_more_context_once_for_all() -> None:
    backend = Scripted([AnswerFailure("cut", prompt_cut=True)])
    assert all(isinstance(result, Answered) for result in ask(3, backend))
    assert [options.context for _, options in backend.asked] == [4096, 16384, 16384, 16384]


def test_a_prompt_too_long_for_the_largest_context_is_a_failure() -> None:
    cut = AnswerFailure("the server cut the prompt", prompt_cut=True)
    assert ask(1, Scripted([cut, cut])) == [Failed(str(cut), Cause.ANSWER, 2)]


def test_a_full_context_is_made_larger_and_then_the_answer_shorter() -> None:
    full = AnswerFailure("full", context_full=True)
    backend = Scripted([full, full])
    assert isinstance(ask(1, backend)[0], Answered)
    assert [options.context for _, options in backend.asked] == [4096, 16384, 16384]
    items = [p.schema["properties"]["findings"]["maxItems"] for p, _ in backend.asked]
    assert items[2] < items[1] == items[0]


def test_a_refusal_is_not_repeated() -> None:
    backend = Scripted([AnswerFailure("refused")])
    assert ask(1, backend) == [Failed("refused", Cause.ANSWER, 1)]


def test_a_dead_server_is_not_asked_again_for_each_request() -> None:
    backend, sleeps = Scripted([CLEAN, GONE, GONE, GONE]), Sleeps()
    results = ask(50, backend, sleeps=sleeps)
    assert isinstance(results[0], Answered)
    assert reasons(results[1:]) == ["the server is gone"] * 49
    assert all(isinstance(r, Failed) and r.cause is Cause.SERVER for r in results[1:])
    assert len(backend.asked) == 4
    assert len(sleeps.waited) == 2


def test_a_dead_servers_work_goes_to_the_others() -> None:
    dying = Scripted([CLEAN, GONE, GONE, GONE], host="dying")
    living = Scripted(host="living")
    results = ask(20, dying, living)
    assert all(isinstance(result, Answered) for result in results)
    assert len(living.asked) == 19


def test_the_last_request_of_a_dying_server_finds_another() -> None:
    # The living server's worker has nothing left to do by the time that the other one dies.
    dying, living = Scripted([GONE] * 3, host="dying"), Scripted(host="living")
    assert all(isinstance(result, Answered) for result in ask(2, dying, living))


def test_every_server_dead_ends_at_once() -> None:
    one, two = Scripted([GONE] * 9, host="one"), Scripted([GONE] * 9, host="two")
    assert reasons(ask(10, one, two)) == ["the server is gone"] * 10


def test_what_the_budget_left_undone_is_told() -> None:
    backend = Scripted([CLEAN, HANG])
    results = ask(4, backend, limits=replace(LIMITS, budget=0.05))
    assert isinstance(results[0], Answered)
    assert results[1] == Failed("budget of 0.05 s used up", Cause.BUDGET, 1)
    assert results[3] == Failed("budget of 0.05 s used up", Cause.BUDGET, 0)
    assert backend.cancelled == 1


def test_no_budget_asks_nothing() -> None:
    results = ask(2, Scripted([HANG, HANG]), limits=replace(LIMITS, budget=0.0))
    assert reasons(results) == ["budget of 0 s used up"] * 2


def test_one_slow_request_does_not_hold_up_the_others() -> None:
    backend = Scripted([HANG])
    results = ask(2, backend, limits=replace(LIMITS, timeout=0.02))
    assert results[0] == Failed("no answer within 0.02 s", Cause.ANSWER, 1)
    assert isinstance(results[1], Answered)


def test_cancelling_stops_everything_under_way() -> None:
    backend = Scripted([HANG] * 3)

    async def cancel() -> None:
        task = asyncio.create_task(
            ask_all(requests(9), [backend], options=OPTIONS, limits=replace(LIMITS, concurrency=3))
        )
        while len(backend.asked) < 3:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert backend.cancelled == 3
