"""How well a model foretells held-out text: the exponential of the mean loss for each token.

Measured in transformers, on the weights of the exported file as they are (see ``gguf_weights``), so
that all quantisations are measured alike and no other program is needed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coderasst_hook.errors import ExportFailed
from trainer.export import gguf_weights
from trainer.export.model_folder import ModelFolder
from trainer.extras import need

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

_WINDOW = 512


def windows(
    tokenizer: PreTrainedTokenizerBase, texts: Iterable[str], *, tokens: int, context: int
) -> list[list[int]]:
    """``tokens`` of ``texts`` in rows of one length, each beginning as a text begins."""
    size = min(_WINDOW, context)
    begin = tokenizer.bos_token_id
    front = [begin] if isinstance(begin, int) else []
    encoded: Any = tokenizer(list(texts), add_special_tokens=False, verbose=False)["input_ids"]
    stream = list(chain.from_iterable(encoded))[:tokens]
    step = size - len(front)
    rows = [front + stream[start : start + step] for start in range(0, len(stream), step)]
    return [row for row in rows if len(row) == size] or rows[:1]


def perplexity(model: PreTrainedModel, rows: Sequence[Sequence[int]]) -> float:
    torch: Any = need("torch")
    loss, count = 0.0, 0
    with torch.inference_mode():
        for row in rows:
            ids = torch.tensor([row])
            out: Any = model(input_ids=ids)
            scores = torch.nn.functional.cross_entropy(
                out.logits[0, :-1].float(), ids[0, 1:], reduction="sum"
            )
            loss, count = loss + float(scores), count + len(row) - 1
    mean = loss / max(1, count)
    return math.exp(mean) if mean < 700 else math.inf


def of_files(
    model: PreTrainedModel,
    folder: ModelFolder,
    files: Mapping[str, Path],
    rows: Sequence[Sequence[int]],
) -> dict[str, float]:
    """By quantisation. ``model`` has other weights afterwards."""
    found = {}
    for kind, path in files.items():
        gguf_weights.put(model, folder, path)
        found[kind] = perplexity(model, rows)
    return found


def check(found: Mapping[str, float], trained: float, bounds: Mapping[str, float]) -> None:
    """Raises ``ExportFailed`` for the first quantisation whose perplexity is higher than that of
    the trained weights by more than its share in ``bounds``; one without a bound may lose all."""
    for kind, measured in found.items():
        loss = measured / trained - 1
        if not loss <= bounds.get(kind, math.inf):
            raise ExportFailed(
                f"{kind} raises the perplexity by {100 * loss:.1f} % ({trained:.2f} to "
                f"{measured:.2f}); at most {100 * bounds[kind]:.1f} % is allowed",
                next_step="choose a finer quantisation, or raise export.perplexity_loss",
            )
