"""What to try after a failure, and how long to wait before."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from coderasst_hook.llm.backend import AnswerFailure, Options, Prompt
from coderasst_hook.llm.forms import FULL

# At temperature 0 another seed changes nothing.
_SECOND_TEMPERATURE = 0.7


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, and what it leaves for the next ones: ``retries`` for faults of the server, and one
    second chance for an answer that was cut or is not the JSON asked for. ``shorter`` is the
    form's: from tokens to the schema of an answer that fits into them."""

    prompt: Prompt
    options: Options
    retries: int
    max_context: int
    faults: int = 0
    second: bool = False
    shorter: Callable[[int], dict[str, Any]] = FULL.shorter

    def after(self, failure: AnswerFailure) -> Attempt | None:
        """The next try, or None where none would help."""
        if failure.transient:
            faults = self.faults + 1
            return replace(self, faults=faults) if faults <= self.retries else None
        if failure.prompt_cut or failure.context_full:
            if self.options.context < self.max_context:
                return replace(self, options=replace(self.options, context=self.max_context))
            if failure.prompt_cut:
                return None
        if self.second or not (failure.too_long or failure.unreadable):
            return None
        options = replace(
            self.options,
            seed=self.options.seed + 1,
            temperature=max(self.options.temperature, _SECOND_TEMPERATURE),
        )
        prompt = self.prompt
        if failure.too_long:
            prompt = replace(prompt, schema=self.shorter(options.max_answer))
        return replace(self, prompt=prompt, options=options, second=True)


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits that double, with chance in them so that clients do not come back all at once."""

    sleep: Callable[[float], Awaitable[None]]
    first: float = 0.5
    most: float = 8.0
    chance: Callable[[], float] = random.random

    async def wait(self, faults: int) -> None:
        """``faults`` so far, from 1."""
        delay = min(self.most, self.first * 2.0 ** (faults - 1))
        await self.sleep(delay * (0.5 + self.chance() / 2))
