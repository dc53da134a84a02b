"""The steps over one document, in their order.

Cheap gates come first: what may not be used need not be read.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from trainer.config import TrainerSettings
from trainer.corpus.drops import NamedStep


def document_steps(
    settings: TrainerSettings, evaluation_sets: Iterable[Path] = ()
) -> tuple[NamedStep, ...]:
    """``evaluation_sets``: files of JSON or JSON lines, or folders of them, whose texts no document
    may repeat. Raises ``StoreError`` for one that cannot be read."""
    return ()
