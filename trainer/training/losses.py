"""The loss of packed rows, computed only where there is a target.

Of a request with its answer most tokens are the request, behind which nothing is to be learned; the
head, which is the widest matrix of a small model, need not see them.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from trainer.training.rows import IGNORED

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

_DENSE = 0.75
"""Part of the places with a target from which on all go through the head: a shape that never
changes is worth more then."""


Entropies = Callable[["torch.Tensor", "torch.Tensor"], "torch.Tensor"]
"""Of logits (…, vocabulary) and as many labels, the cross entropies (places,)."""

_BARE_HEADS = frozenset({"llama", "mistral", "qwen2", "qwen3", "starcoder2"})
"""Types of models whose logits are what the head returns: others scale or cap them behind it."""


def cross_entropies(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """In nats and fp32; 0 where a label is ``IGNORED``."""
    import torch

    return torch.nn.functional.cross_entropy(
        logits.flatten(0, -2).float(), labels, ignore_index=IGNORED, reduction="none"
    )


def compiled_entropies(model: PreTrainedModel) -> Entropies | None:
    """``cross_entropies`` in one pass over the logits, without a copy of them in fp32, which makes
    a step of "nano" a quarter faster on two cores. None for a model that needs its logits whole."""
    import torch

    if getattr(model.config, "model_type", None) not in _BARE_HEADS:
        return None
    made: Entropies = torch.compile(cross_entropies)

    def quietly(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        with warnings.catch_warnings():
            # torch looks whether its own argument is a leaf, and warns itself of that.
            warnings.filterwarnings(
                "ignore", r"The \.grad attribute of a Tensor that is not a leaf"
            )
            return made(logits, labels)

    return quietly


def summed_loss(
    model: torch.nn.Module,
    head: torch.nn.Module,
    batch: Mapping[str, torch.Tensor],
    compiled: Entropies | None = None,
) -> torch.Tensor:
    """The weighted sum of all targets' cross entropies, in nats. ``model`` may be wrapped (DDP,
    FSDP, PEFT); ``head`` is what makes logits inside it. ``compiled`` is computed inside as well,
    before anything wrapped around the model makes another type of the logits."""
    labels = batch["labels"].flatten()
    weights = batch["weights"].flatten()
    places = (labels != IGNORED).nonzero().flatten()
    chosen = places if len(places) < _DENSE * len(labels) else None
    if chosen is not None:
        labels, weights = labels[chosen], weights[chosen]
    with _only_at(head, chosen), _then(head, labels, compiled):
        found = model(
            input_ids=batch["input_ids"], position_ids=batch["position_ids"], use_cache=False
        ).logits
    each = cross_entropies(found, labels) if compiled is None else found
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


@contextmanager
def _then(
    head: torch.nn.Module, labels: torch.Tensor, compiled: Entropies | None
) -> Iterator[None]:
    """Inside, ``head`` returns cross entropies instead of logits, where ``compiled`` makes them."""
    if compiled is None:
        yield
        return

    def entropies(module: torch.nn.Module, args: object, logits: torch.Tensor) -> torch.Tensor:
        return compiled(logits, labels)

    handle = head.register_forward_hook(entropies)
    try:
        yield
    finally:
        handle.remove()
