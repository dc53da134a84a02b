"""What "auto" becomes on this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from trainer.training.plan import Plan

if TYPE_CHECKING:
    from transformers import PreTrainedModel

# Compiling costs some 20 to 60 seconds on two cores, and makes training 1.4 to 1.9 times as fast
# there, the more the shorter the rows: it pays from a few minutes on. The FLOP are those of two
# million tokens of the preset "nano".
LEAST_SECONDS = 300.0
LEAST_FLOP = 5e13
PLAIN_CONTEXT = 1024
"""Tokens up to which attention as plain products of matrices is the faster one on a CPU, once it is
compiled: of the fused one, the backward pass of 512 tokens was a third of a step of "nano", and
without it two cores trained 13,700 tokens a second instead of 8,600."""
_COMPILERS = ("c++", "g++", "clang++")

# Of a batch that is computed at once. Two cores were 1.3 times as fast with activations that stay
# in the second-level cache as with four times as many; a GPU wants as much as it can hold.
CPU_TOKENS = 2048
GPU_TOKENS = 32768


def use_bf16(plan: Plan) -> bool:
    """Whether matrices are multiplied in bf16, with weights kept in fp32."""
    if plan.precision != "auto":
        return plan.precision == "on"
    import torch

    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    # Without the instructions, bf16 is slower than fp32.
    tells = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(tells and tells())


def use_compile(plan: Plan, planned_flop: float) -> bool:
    if plan.compile != "auto":
        return plan.compile == "on"
    if not _can_compile():
        return False
    if plan.max_seconds is not None and plan.max_seconds < LEAST_SECONDS:
        return False
    return planned_flop >= LEAST_FLOP


@contextmanager
def compiled(model: PreTrainedModel, context: int) -> Iterator[None]:
    """Inside, the layers are compiled. The head stays as it is: how many places have a target
    differs from batch to batch, and layers and head together would be compiled again for each.
    Who goes on with the model may have other shapes in mind, so nothing of it stays."""
    import torch

    body = _body(model)
    before = body.config._attn_implementation
    if not torch.cuda.is_available() and context <= PLAIN_CONTEXT:
        body.set_attn_implementation("eager")
    body.compile()
    try:
        yield
    finally:
        body._compiled_call_impl = None
        body.set_attn_implementation(before)


def _body(model: Any) -> Any:
    inner = model.get_base_model() if hasattr(model, "get_base_model") else model
    return inner.base_model


def at_once(batch: int, context: int) -> int:
    """The rows of a batch that are computed at once: a divisor of ``batch``."""
    import torch

    tokens = GPU_TOKENS if torch.cuda.is_available() else CPU_TOKENS
    most = max(1, min(batch, tokens // context))
    return max(size for size in range(1, most + 1) if batch % size == 0)


def _can_compile() -> bool:
    import torch

    if torch.cuda.is_available():
        from torch.utils._triton import has_triton

        return bool(has_triton())
    named = os.environ.get("CXX")
    return any(shutil.which(name) for name in ((named,) if named else _COMPILERS))
