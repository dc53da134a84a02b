"""A model in memory, where the wire does not matter."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import anyio.lowlevel

from coderasst_hook.llm.backend import Answer, AnswerFailure, ModelIdentity, Options, Prompt
from coderasst_hook.llm.servers import Connection
from testing.fake_ollama import CLEAN

Reply = Callable[[str], "str | Exception"]
"""From the prompt to the answer's text, or to what is raised instead."""


@dataclass
class ScriptedBackend:
    """Implements ``Backend``. ``asked`` holds what it was asked so far."""

    reply: Reply = lambda prompt: CLEAN
    digest: str = "0123abcd"
    context: int = 32768
    name: str = "scripted"
    host: str = "http://memory"
    form: str = "full"
    asked: list[tuple[Prompt, Options]] = field(default_factory=list)

    async def identity(self) -> ModelIdentity:
        return ModelIdentity("scripted:latest", self.digest, self.context, form=self.form)

    async def answer(self, prompt: Prompt, options: Options) -> Answer:
        self.asked.append((prompt, options))
        # As a real one would, so that it can be cancelled.
        await anyio.lowlevel.checkpoint()
        said = self.reply(prompt.user)
        if isinstance(said, Exception):
            raise said
        return Answer(said, 100, 10, 0.5)

    async def close(self) -> None:
        pass

    def connection(self, *notes: str) -> Connection:
        identity = ModelIdentity("scripted:latest", self.digest, self.context, form=self.form)
        return Connection((self,), identity, notes)

    @property
    def paths(self) -> list[str]:
        """Which files it was asked about, in order."""
        return [path for prompt, _ in self.asked for path in paths_in(prompt.user)]


def paths_in(prompt: str) -> list[str]:
    return re.findall(r"^file: (\S+)", prompt, re.MULTILINE)


def fails(reason: str) -> AnswerFailure:
    """A failure that no second try would mend."""
    return AnswerFailure(reason)
