"""Is the model in Ollama the one that was trained? The same answers.

Each token of the server's greedy answer must be the one that transformers holds to be the
likeliest after the same text. If so at every position, greedy decoding gives the same answer. Where
the two likeliest are as good as equal, either of them may win by rounding: a token within ``tie``
(in logits) of the best counts as equal, and how many did is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coderasst_hook.errors import ExportFailed
from coderasst_hook.untrusted import one_line
from trainer.export.model_folder import ModelFolder
from trainer.export.ollama_models import OllamaModels
from trainer.export.parity import ids_of
from trainer.extras import need

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

_PROMPT = 96
"""Tokens of a prompt that is answered, at most."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Of ``count`` prompts; ``tied`` answers have a token that was as good as the likeliest, and
    ``tokens`` were compared in all."""

    count: int
    tied: int
    tokens: int


def check_answers(
    models: OllamaModels,
    name: str,
    folder: ModelFolder,
    tokenizer: PreTrainedTokenizerBase,
    model: PreTrainedModel,
    prompts: Sequence[str],
    *,
    tie: float,
    length: int = 24,
) -> Answers:
    """Raises ``ExportFailed`` where transformers would have chosen another token."""
    pieces = _Pieces.of(tokenizer)
    most = max(8, min(_PROMPT, folder.context - length - 2))
    tied = tokens = 0
    for text in prompts:
        sent, prompt = _cut(tokenizer, text, most)
        answer = models.generate(
            name,
            sent,
            raw=True,
            logprobs=True,
            options={
                **folder.threads,
                "num_ctx": folder.context,
                "num_predict": length,
                "temperature": 0,
                "repeat_penalty": 1.0,
                "stop": [],
            },
        )
        told = [one.token or "" for one in answer.logprobs or ()]
        gaps, wanted = _gaps(model, prompt, told, pieces)
        worst = max(gaps, default=0.0)
        if worst > tie:
            at = gaps.index(worst)
            raise ExportFailed(
                f"the answers to {one_line(sent, 60)!r} part at token {at + 1}: Ollama says "
                f"{told[at]!r}, transformers {pieces.texts[wanted[at]]!r} (by {worst:.3f})",
                next_step="the weights changed on the way: export with --converter llama.cpp",
            )
        tied += worst > 0
        tokens += len(gaps)
    return Answers(len(prompts), tied, tokens)


def _cut(tokenizer: PreTrainedTokenizerBase, text: str, most: int) -> tuple[str, list[int]]:
    """The beginning of ``text`` that is at most ``most`` tokens, and these."""
    ids = ids_of(tokenizer, text, whole=True)
    while len(ids) > most:
        text = text[: max(1, len(text) * most // len(ids) - 1)]
        ids = ids_of(tokenizer, text, whole=True)
    return text, ids


@dataclass(frozen=True, slots=True)
class _Pieces:
    texts: Sequence[str]
    """Of each id."""
    ids: Mapping[str, Sequence[int]]
    """All that a text may be, such as a byte and a letter."""

    @classmethod
    def of(cls, tokenizer: PreTrainedTokenizerBase) -> _Pieces:
        texts = [
            str(tokenizer.decode([number], clean_up_tokenization_spaces=False))
            for number in range(len(tokenizer))
        ]
        ids: dict[str, list[int]] = {}
        for number, text in enumerate(texts):
            ids.setdefault(text, []).append(number)
        return cls(texts, ids)


def _gaps(
    model: PreTrainedModel, prompt: Sequence[int], told: Sequence[str], pieces: _Pieces
) -> tuple[list[float], list[int]]:
    """By how many logits each token of the answer falls behind the likeliest, and that one.

    A server leaves out bytes that make no letter. Where one of those is the likeliest, nobody can
    tell what follows, and the answer is looked at no further.
    """
    torch: Any = need("torch")
    options = [list(pieces.ids.get(text) or [prompt[-1]]) for text in told]
    chosen = [ids[-1] for ids in options]
    rows: Any = ()
    # What is chosen at one place decides about the next: each round settles one more, at least.
    for _ in range(len(told) + 1):
        with torch.inference_mode():
            logits = model(input_ids=torch.tensor([[*prompt, *chosen]])).logits[0]
        rows = logits[len(prompt) - 1 :][: len(told)]
        likelier = [ids[int(row[ids].argmax())] for ids, row in zip(options, rows, strict=True)]
        if likelier == chosen:
            break
        chosen = likelier
    gaps: list[float] = []
    wanted: list[int] = []
    for one, row in zip(chosen, rows, strict=True):
        best = int(row.argmax())
        if "\ufffd" in pieces.texts[best] or pieces.texts[best] in ("", "\0"):
            break
        gaps.append(float(row[best] - row[one]))
        wanted.append(best)
    return gaps, wanted
