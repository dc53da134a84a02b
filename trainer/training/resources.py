"""Whether disk and memory will do, asked before anything is trained."""

from __future__ import annotations

import shutil
from pathlib import Path

from coderasst_hook.errors import StoreError, TrainingFailed
from coderasst_hook.memory import physical_memory
from trainer.training.presets import Shape

_WEIGHT = 4
"""Bytes, in fp32."""
_STATE = 3
"""A checkpoint has the weights and two moments of each."""
_SPARE = 64 << 20


def disk_needed(shape: Shape, keep: int) -> int:
    """Bytes, at most, of one run: the checkpoints that are kept and the one that is written beside
    them, the best weights twice while they are replaced, and the result twice."""
    return shape.parameters * _WEIGHT * (_STATE * (keep + 1) + 4) + _SPARE


def memory_needed(shape: Shape, at_once: int) -> int:
    """Bytes, roughly: weights, gradients and moments; what each layer keeps of each token for the
    way back; and the logits, with what is made of them. Within a third of what was measured for
    "nano" and "small"."""
    tokens = at_once * shape.context
    layer = (16 * shape.width + 8 * shape.feed_forward) * _WEIGHT
    kept = tokens * (shape.layers * layer + 3 * shape.vocabulary * _WEIGHT)
    return shape.parameters * _WEIGHT * (_STATE + 1) + kept + (512 << 20)


def check_disk(folder: Path, needed: int) -> None:
    """Raises ``StoreError`` where the disk of ``folder``, which exists, has less left."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise StoreError(f"cannot look at the disk of {folder}: {error.strerror}") from None
    if free < needed:
        raise StoreError(
            f"the disk has {free / 1e9:,.1f} GB left, and training needs {needed / 1e9:,.1f} GB",
            next_step="free some, name another --workspace, or keep fewer checkpoints (base.keep)",
        )


def check_memory(shape: Shape, at_once: int) -> None:
    """Of this machine, for training on its processor. Raises ``TrainingFailed`` with a number of
    rows that may fit."""
    there = physical_memory()
    needed = memory_needed(shape, at_once)
    if there is None or needed <= there:
        return
    fits = next((rows for rows in _halves(at_once) if memory_needed(shape, rows) <= there), None)
    raise TrainingFailed(
        f"training {at_once} rows at once needs about {needed / 1e9:,.1f} GB of memory, and there "
        f"are {there / 1e9:,.1f} GB",
        next_step="choose a smaller preset" if fits is None else f"set base.at_once to {fits}",
    )


def _halves(number: int) -> list[int]:
    return [number >> shift for shift in range(1, number.bit_length())]
