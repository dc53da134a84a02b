"""What a model's answers amount to: findings, what was dropped, and which hunks were reviewed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coderasst_hook.chunks import Chunk
from coderasst_hook.llm.backend import Answer
from coderasst_hook.llm.forms import by_name
from coderasst_hook.llm.pool import Answered, Failed, Request, Result
from coderasst_hook.llm.servers import Connection
from coderasst_hook.models import Dropped, Finding, ModelUse, Skipped
from coderasst_hook.source import SourceFile
from coderasst_hook.verify import merge_duplicates, verify


@dataclass(frozen=True, slots=True)
class Asked:
    """A chunk, the request that asks about it, and the address of its answer in the cache."""

    chunk: Chunk
    request: Request
    address: str


class Outcome:
    """What the answers amount to."""

    def __init__(
        self,
        asked: Sequence[Asked],
        results: Sequence[Result],
        sources: Mapping[str, SourceFile],
    ) -> None:
        findings: list[Finding] = []
        dropped: list[Dropped] = []
        skipped: list[Skipped] = []
        whole: dict[tuple[str, int], bool] = {}
        self._answers: list[Answer] = []
        for item, result in zip(asked, results, strict=True):
            chunk = item.chunk
            answered = isinstance(result, Answered)
            for piece in chunk.hunks:
                # A hunk that was split is reviewed when each of its parts is.
                place = (chunk.path, piece.index)
                whole[place] = whole.get(place, True) and answered
            if isinstance(result, Failed):
                skipped.append(Skipped(chunk.path, "model", result.reason, chunk.lines))
                continue
            self._answers.append(result.answer)
            parsed = item.request.form.placed(result.parsed, chunk)
            verified = verify(parsed.candidates, chunk.hunk_lines(), sources[chunk.path])
            findings += verified.kept
            dropped += [*parsed.dropped, *verified.dropped]
        once = merge_duplicates(findings)
        self.findings = once.kept
        self.dropped = (*dropped, *once.dropped)
        self.skipped = tuple(skipped)
        self.hunks_reviewed = sum(whole.values())

    def use(self, connection: Connection) -> ModelUse:
        return ModelUse(
            name=connection.identity.name,
            digest=connection.identity.digest,
            backend=connection.backends[0].name,
            prompt_version=by_name(connection.identity.form).version,
            prompt_tokens=sum(answer.prompt_tokens for answer in self._answers),
            answer_tokens=sum(answer.answer_tokens for answer in self._answers),
            server_seconds=sum(answer.server_seconds for answer in self._answers),
        )
