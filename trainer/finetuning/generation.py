"""What a model answers, greedily and without a grammar: before and after finetuning, in place.

How it answers through Ollama, quantised and held to a schema, is measured by ``evaluate``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_BATCH = 16


def answers(
    model: Any,
    tokenizer: PreTrainedTokenizerBase,
    prompts: Sequence[Sequence[int]],
    *,
    end: int,
    most: int,
    watch: Callable[[int], None] | None = None,
) -> list[str]:
    """One text for each of ``prompts``, in their order, of at most ``most`` tokens; what is cut off
    there has no end. ``watch`` is told how many there are so far."""
    found: dict[int, str] = {}
    # Of one length, or nearly: the shorter ones of a batch are padded.
    ordered = sorted(range(len(prompts)), key=lambda number: len(prompts[number]))
    was_training = model.training
    model.eval()
    try:
        for start in range(0, len(ordered), _BATCH):
            numbers = ordered[start : start + _BATCH]
            texts = _batch(model, tokenizer, [prompts[number] for number in numbers], end, most)
            found.update(zip(numbers, texts, strict=True))
            if watch is not None:
                watch(len(found))
    finally:
        model.train(was_training)
    return [found[number] for number in range(len(prompts))]


def _batch(
    model: Any,
    tokenizer: PreTrainedTokenizerBase,
    prompts: Sequence[Sequence[int]],
    end: int,
    most: int,
) -> list[str]:
    longest = max(map(len, prompts))
    ids = torch.full((len(prompts), longest), end, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, prompt in enumerate(prompts):
        ids[row, longest - len(prompt) :] = torch.as_tensor(list(prompt))
        mask[row, longest - len(prompt) :] = 1
    device = next(model.parameters()).device
    with torch.no_grad():
        written = model.generate(
            input_ids=ids.to(device),
            attention_mask=mask.to(device),
            max_new_tokens=most,
            do_sample=False,
            eos_token_id=end,
            pad_token_id=end,
            temperature=None,
            top_p=None,
            top_k=None,
        )
    return [_text(tokenizer, row.tolist(), end) for row in written[:, longest:]]


def _text(tokenizer: PreTrainedTokenizerBase, ids: list[int], end: int) -> str:
    kept = ids[: ids.index(end)] if end in ids else ids
    text = tokenizer.decode(kept, skip_special_tokens=False, clean_up_tokenization_spaces=False)
    return text if isinstance(text, str) else "".join(text)
