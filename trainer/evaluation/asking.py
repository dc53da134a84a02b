"""Put cases to a model on a real server, as a review does: the hook's own backend, pool, retries,
time-outs, checks of cuts, and parser. What fails there in use fails here, and counts.

Answers are kept by the weights and the request, so that a run that was stopped goes on where it
was, and the incumbent is not asked again for every candidate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from coderasst_hook.errors import BackendError
from coderasst_hook.llm import context
from coderasst_hook.llm.backend import ModelIdentity, Options
from coderasst_hook.llm.forms import PromptForm, by_name
from coderasst_hook.llm.ollama import OllamaBackend
from coderasst_hook.llm.pool import Answered, Cause, Request, Result
from coderasst_hook.llm.servers import Connection, ask, connect, limits_for
from coderasst_hook.settings import LlmSettings
from trainer.evaluation.answer_cache import AnswerCache, Kept
from trainer.evaluation.cases import Case
from trainer.evaluation.claims import Reply, read_reply

_TIMED_OUT = "no answer within"
"""How the pool begins to tell of it: what a busy machine did is not for ever the model's."""

Asked = Callable[[int, int], None]
"""Told how many cases are answered, and of how many."""


class Model:
    """A model on a server, and what it has said. ``identity.form`` is the form that it declares."""

    def __init__(
        self, connection: Connection, cache: AnswerCache, settings: LlmSettings | None = None
    ) -> None:
        self.connection = connection
        self._cache = cache
        self._settings = settings or LlmSettings()

    @classmethod
    def at(
        cls, host: str, name: str, cache: AnswerCache, settings: LlmSettings | None = None
    ) -> Model:
        """Raises ``BackendError`` with the next step: no server, no such model."""
        return cls(connect([OllamaBackend(host, name, tell_tokens=True)]), cache, settings)

    @property
    def identity(self) -> ModelIdentity:
        return self.connection.identity

    @property
    def form(self) -> PromptForm:
        return by_name(self.identity.form)

    def replies(self, cases: Sequence[Case], asked: Asked) -> list[Reply]:
        """One for each case. Raises ``BackendError`` where the server itself could not be used (any
        more): what it had answered by then is kept, and a later run goes on from there. Raises
        ``UsageError`` where a case cannot be put in the model's form."""
        requests = [Request(case.shown.path, case.prompt(self.form), self.form) for case in cases]
        # One context for all: each change makes the server load the model anew, and a case would
        # be asked otherwise when others stand beside it.
        settings = context.fitted(self._settings, self.form)
        options = context.options_for(self.identity, settings, [one.prompt for one in requests])
        found = [self._known(request, options) for request in requests]
        waiting = [index for index, kept in enumerate(found) if kept is None]
        done = len(requests) - len(waiting)
        asked(done, len(requests))

        def heard(place: int, result: Result) -> None:
            nonlocal done
            index = waiting[place]
            kept = _kept(result)
            if kept is not None and not kept.failure.startswith(_TIMED_OUT):
                self._cache.put(self._key(requests[index], options), kept)
            found[index] = kept
            done += 1
            asked(done, len(requests))

        limits = limits_for(
            settings, budget=None, max_context=context.ceiling(self.identity, settings)
        )
        results = ask(
            [requests[index] for index in waiting],
            self.connection.backends,
            options=options,
            limits=limits,
            on_progress=heard,
        )
        for result in results:
            if not isinstance(result, Answered) and result.cause is not Cause.ANSWER:
                raise BackendError(
                    f"{self.identity.name} could not be asked: {result.reason}",
                    next_step="run the same command again; what was answered is kept",
                )
        return [
            self._reply(case, kept)
            for case, kept in zip(cases, found, strict=True)
            if kept is not None
        ]

    def _known(self, request: Request, options: Options) -> Kept | None:
        return self._cache.get(self._key(request, options))

    def _key(self, request: Request, options: Options) -> str:
        return self._cache.key(self.identity.digest, request.prompt, options)

    def _reply(self, case: Case, kept: Kept) -> Reply:
        if kept.failure:
            read = Reply(failure=kept.failure)
        else:
            read = read_reply(kept.text, self.form, case.shown, kept.tokens)
        return replace(
            read,
            requests=kept.requests,
            seconds=kept.seconds,
            prompt_tokens=kept.prompt_tokens,
            answer_tokens=kept.answer_tokens,
        )


def _kept(result: Result) -> Kept | None:
    """None for what is not the model's doing, and may go well the next time."""
    if isinstance(result, Answered):
        answer = result.answer
        return Kept(
            text=answer.text,
            requests=result.requests,
            seconds=answer.server_seconds,
            prompt_tokens=answer.prompt_tokens,
            answer_tokens=answer.answer_tokens,
            tokens=answer.tokens,
        )
    if result.cause is not Cause.ANSWER:
        return None
    return Kept(failure=result.reason, requests=result.requests)
