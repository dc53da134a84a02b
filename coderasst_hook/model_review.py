"""The model's part of a review: chunks → prompts → cache or server → candidates → findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from coderasst_hook.cache import Cache, Entry, key
from coderasst_hook.changes import FileDiff
from coderasst_hook.chunks import Chunk, instructions_for
from coderasst_hook.engine import ModelReview
from coderasst_hook.errors import BackendError, StoreError
from coderasst_hook.llm import context
from coderasst_hook.llm.backend import Answer, AnswerFailure, ModelIdentity
from coderasst_hook.llm.forms import by_name
from coderasst_hook.llm.pool import Answered, Cause, Failed, Request, Result
from coderasst_hook.llm.servers import Connection, ask, limits_for
from coderasst_hook.model_outcome import Asked, Outcome
from coderasst_hook.models import Finding, Skipped
from coderasst_hook.progress import Progress
from coderasst_hook.queue import Job, Queue, QueuedPrompt
from coderasst_hook.risk import risk
from coderasst_hook.settings import LlmSettings, Settings
from coderasst_hook.source import SourceFile


class Reviewer:
    """Implements ``engine.ModelReviewer`` on a connection that is made when it is needed."""

    def __init__(
        self,
        settings: Settings,
        *,
        connect: Callable[[], Connection],
        cache: Cache | None,
        rules_version: str,
        budget: float,
        required: bool,
        progress: Progress,
        queue: Queue | None = None,
    ) -> None:
        """``budget`` is in seconds; ``required`` makes an unusable server an error of the review
        instead of a note; what does not fit into the budget goes to ``queue``, if there is one."""
        self._settings = settings
        self._connect = connect
        self._cache = cache
        self._rules_version = rules_version
        self._budget = budget
        self._required = required
        self._progress = progress
        self._queue = queue

    def review(
        self,
        files: Sequence[FileDiff],
        sources: Mapping[str, SourceFile],
        hints: Sequence[Finding],
    ) -> ModelReview:
        try:
            connection = self._connect()
        except BackendError as error:
            return self._without_model(files, error)
        asked = self._requests(files, sources, hints, connection.identity)
        results = self._answers(asked, connection)
        outcome = Outcome(asked, results, sources)
        queued = self._put_off(asked, results, connection)
        return ModelReview(
            findings=outcome.findings,
            dropped=outcome.dropped,
            skipped=outcome.skipped,
            hunks_reviewed=outcome.hunks_reviewed,
            chunks=len(asked),
            from_cache=sum(isinstance(r, Answered) and r.requests == 0 for r in results),
            requests=sum(result.requests for result in results),
            queued=queued,
            use=outcome.use(connection),
            notes=(*connection.notes, *self._cache_notes()),
        )

    def _cache_notes(self) -> tuple[str, ...]:
        return (self._cache.note,) if self._cache is not None and self._cache.note else ()

    def _without_model(self, files: Sequence[FileDiff], error: BackendError) -> ModelReview:
        if not self._required:
            step = f"; to have one: {error.next_step}" if error.next_step else ""
            return ModelReview(note=f"{error}{step}")
        skipped = tuple(Skipped(file.path, "model", str(error)) for file in files)
        return ModelReview(skipped=skipped, note=str(error), error=error)

    def _requests(
        self,
        files: Sequence[FileDiff],
        sources: Mapping[str, SourceFile],
        hints: Sequence[Finding],
        identity: ModelIdentity,
    ) -> list[Asked]:
        """Riskiest first, so that a short budget is spent where it matters."""
        form = by_name(identity.form)
        llm = context.fitted(self._settings.llm, form)
        room = context.room_for_chunk(identity, llm, form.system)
        instructions = {file.path: instructions_for(file.path, self._settings) for file in files}
        chunks = [
            chunk
            for file in files
            for chunk in form.chunks(
                file, sources[file.path], room, instructions=instructions[file.path]
            )
        ]
        by_path = defaultdict(list)
        for finding in hints:
            by_path[finding.location.path].append(finding)
        chunks.sort(key=lambda chunk: -risk(chunk, by_path[chunk.path]))
        return [
            self._asked(
                chunk,
                Request(
                    chunk.path,
                    form.prompt(chunk, by_path[chunk.path], instructions[chunk.path]),
                    form,
                ),
                identity,
                llm,
            )
            for chunk in chunks
        ]

    def _asked(
        self, chunk: Chunk, request: Request, identity: ModelIdentity, llm: LlmSettings
    ) -> Asked:
        prompt = request.prompt
        # Not the context: it is sized to the whole review, and the same chunk must be found again
        # when it is pushed together with others.
        address = key(
            prompt_version=request.form.version,
            rules_version=self._rules_version,
            model=identity.digest,
            system=prompt.system,
            user=prompt.user,
            schema=prompt.schema,
            temperature=llm.temperature,
            seed=llm.seed,
            max_answer=llm.max_answer,
        )
        return Asked(chunk, request, address)

    def _answers(self, asked: Sequence[Asked], connection: Connection) -> list[Result]:
        results: list[Result | None] = [self._kept(item) for item in asked]
        missing = [index for index, result in enumerate(results) if result is None]
        self._progress.start(len(asked))
        try:
            for item, result in zip(asked, results, strict=True):
                if result is not None:
                    self._progress.advance(item.chunk.path, "cached")
            fresh = ask_servers(
                [asked[index].request for index in missing],
                connection,
                context.fitted(self._settings.llm, by_name(connection.identity.form)),
                budget=self._budget,
                on_result=lambda n, result: self._arrived(asked[missing[n]], result),
            )
        finally:
            self._progress.finish()
        for index, result in zip(missing, fresh, strict=True):
            results[index] = result
        return [result for result in results if result is not None]

    def _arrived(self, item: Asked, result: Result) -> None:
        # Kept at once: an interrupted review has not asked for nothing.
        keep(self._cache, item.address, result)
        outcome = "reviewed" if isinstance(result, Answered) else result.reason
        self._progress.advance(item.chunk.path, outcome)

    def _kept(self, item: Asked) -> Answered | None:
        entry = self._cache.get(item.address) if self._cache is not None else None
        if entry is None:
            return None
        try:
            parsed = item.request.form.read(entry.text, item.chunk.path)
        except AnswerFailure:
            return None
        answer = Answer(entry.text, entry.prompt_tokens, entry.answer_tokens, 0.0)
        return Answered(answer, parsed, requests=0)

    def _put_off(
        self, asked: Sequence[Asked], results: Sequence[Result], connection: Connection
    ) -> int:
        late = [
            item
            for item, result in zip(asked, results, strict=True)
            if isinstance(result, Failed) and result.cause is Cause.BUDGET
        ]
        # Without a cache the background's answers would have no place to go.
        if not late or self._queue is None or self._cache is None:
            return 0
        form = by_name(connection.identity.form)
        llm = context.fitted(self._settings.llm, form)
        job = Job(
            prompt_version=form.version,
            digest=connection.identity.digest,
            temperature=llm.temperature,
            seed=llm.seed,
            max_answer=llm.max_answer,
            prompts=tuple(
                QueuedPrompt(item.address, item.chunk.path, item.request.prompt.user)
                for item in late
            ),
        )
        try:
            self._queue.add(job)
        except StoreError:
            return 0  # they stay listed as skipped, which is what they are
        return len(late)


def ask_servers(
    requests: Sequence[Request],
    connection: Connection,
    llm: LlmSettings,
    *,
    budget: float | None,
    on_result: Callable[[int, Result], None],
) -> list[Result]:
    """Ask with the context that ``requests`` need, within ``budget`` seconds."""
    return ask(
        requests,
        connection.backends,
        options=context.options_for(connection.identity, llm, [r.prompt for r in requests]),
        limits=limits_for(
            llm, budget=budget, max_context=context.ceiling(connection.identity, llm)
        ),
        on_progress=on_result,
    )


def keep(cache: Cache | None, address: str, result: Result) -> None:
    """Put an answer into the cache; a failure is asked again next time."""
    if cache is not None and isinstance(result, Answered):
        answer = result.answer
        cache.put(address, Entry(answer.text, answer.prompt_tokens, answer.answer_tokens))
