"""What the libraries say that nobody who trains a model can do anything about."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from trainer.extras import need

_RENAMED = r"`(is_gradient_checkpointing|gradient_checkpointing_(en|dis)able)` is deprecated"


@contextmanager
def quiet() -> Iterator[None]:
    """PEFT and TRL use names that transformers is about to change."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", _RENAMED, FutureWarning)
        yield


def no_bars() -> None:
    """Theirs would stand between the lines of our own."""
    need("transformers").utils.logging.disable_progress_bar()
    need("datasets").disable_progress_bars()
