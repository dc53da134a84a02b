"""Several processes that train one model: what only the first of them does."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def count() -> int:
    """As ``torchrun`` and ``accelerate launch`` say."""
    value = os.environ.get("WORLD_SIZE", "1")
    return int(value) if value.isdecimal() else 1


def is_first() -> bool:
    return os.environ.get("RANK", "0") == "0"


def is_sharded() -> bool:
    """Whether FSDP divides the model among them, as ``accelerate launch`` says."""
    return os.environ.get("ACCELERATE_USE_FSDP", "false").lower() in ("true", "1")


def by_the_first(make: Callable[[], T]) -> T:
    """What ``make`` returns in the first process, for all of them. Where it raises there, the
    launcher ends the others. The value is pickled."""
    if count() == 1:
        return make()
    # On this machine's processor alone where there is no GPU: it would wait for one otherwise.
    import torch
    from accelerate import PartialState
    from accelerate.utils import broadcast_object_list

    PartialState(cpu=not torch.cuda.is_available())
    box = [make() if is_first() else None]
    broadcast_object_list(box)
    value: T = box[0]  # type: ignore[assignment]
    return value
