"""Whether what a run writes will fit on the disk, asked before anything is trained."""

from __future__ import annotations

import shutil
from pathlib import Path

from coderasst_hook.errors import StoreError
from trainer.finetuning.preparing import Prepared

_WEIGHT = 4
"""Bytes, in fp32."""
_CHECKPOINTS = 3
"""Two are kept while a third is written; each has the weights and AdamW's two moments."""
_SPARE = 64 << 20


def needed(prepared: Prepared) -> int:
    """Bytes, at most, while it runs."""
    whole = prepared.shape.parameters * _WEIGHT
    if prepared.method == "full":
        # Beside the checkpoints: the best weights, and those of two steps.
        return whole * (3 * _CHECKPOINTS + 3) + _SPARE
    adapter = prepared.settings.adapter_rank * prepared.shape.adapted * _WEIGHT
    merged = whole if prepared.request.merge else 0
    return adapter * (3 * _CHECKPOINTS + 3) + merged + _SPARE


def check(prepared: Prepared, folder: Path) -> None:
    """Raises ``StoreError`` where the disk of ``folder`` is too full."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise StoreError(f"cannot look at the disk of {folder}: {error.strerror}") from None
    wanted = needed(prepared)
    if free < wanted:
        raise StoreError(
            f"the disk has {free / 1e9:,.1f} GB left, and finetuning needs {wanted / 1e9:,.1f} GB",
            next_step="free some, or name another --workspace",
        )
