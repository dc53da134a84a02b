"""The loss of packed rows, computed only where there is a target.

Of a request with its answer most tokens are the request, behind which nothing is to be learned; the
head, which is the widest matrix of a small model, need not see them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from trainer.training.rows import IGNORED

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

_DENSE = 0.75
"""Part of the places with a target from which on all go through the head: a shape that never
changes is worth more then."""


def summed_loss(
    model: torch.nn.Module, head: torch.nn.Module, batch: Mapping[str, torch.Tensor]
) -> torch.Tensor:
    """The weighted sum of all targets' cross entropies, in nats. ``model`` may be wrapped (DDP,
    FSDP, PEFT); ``head`` is what makes logits inside it."""
    import torch

    labels = batch["labels"].flatten()
    places = (labels != IGNORED).nonzero().flatten()
    chosen = places if len(places) < _DENSE * len(labels) else None
    with _only_at(head, chosen):
        logits = model(
            input_ids=batch["input_ids"], position_ids=batch["position_ids"], use_cache=False
        ).logits
    weights = batch["weights"].flatten()
    if chosen is not None:
        labels, weights = labels[chosen], weights[chosen]
    each = torch.nn.functional.cross_entropy(
        logits.flatten(0, -2).float(), labels, ignore_index=IGNORED, reduction="none"
    )
    return (each * weights).sum()


def head_of(model: PreTrainedModel) -> torch.nn.Module:
    """What makes logits out of hidden states."""
    head: torch.nn.Module = cast(Any, model).get_output_embeddings()
    return head


@contextmanager
def _only_at(head: torch.nn.Module, places: torch.Tensor | None) -> Iterator[None]:
    """Inside, ``head`` is given the hidden states of ``places`` alone, as (places, width). A hook
    does this for every architecture, also inside a wrapper whose own hooks must run."""
    if places is None:
        yield
        return

    def gather(module: torch.nn.Module, args: tuple[Any, ...]) -> tuple[Any, ...]:
        hidden, *others = args
        return (hidden.flatten(0, 1)[places], *others)

    handle = head.register_forward_pre_hook(gather)
    try:
        yield
    finally:
        handle.remove()
