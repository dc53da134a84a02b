"""What ends a training before its time, in words; and interrupts, which wait for the step's end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from coderasst_hook.errors import StoreError, TrainingFailed
from trainer.training.plan import Plan

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def failures_told(at_once: int, context: int, setting: str = "at_once") -> Iterator[None]:
    """Raises ``TrainingFailed`` for what torch says when memory is short, and ``StoreError`` for a
    disk that is full. ``setting``: where a person says how many rows are computed at once."""
    try:
        yield
    except MemoryError:
        raise _short(at_once, context, setting) from None
    except RuntimeError as error:
        if not _is_about_memory(error):
            if "No space left" in str(error) or "file write failed" in str(error):
                raise StoreError(f"cannot write a checkpoint: {_line(error)}") from None
            raise
        raise _short(at_once, context, setting) from None
    except OSError as error:
        raise StoreError(f"cannot write the run: {error.strerror or error}") from None


def _is_about_memory(error: RuntimeError) -> bool:
    return type(error).__name__ == "OutOfMemoryError" or any(
        words in str(error) for words in ("can't allocate memory", "out of memory")
    )


def _short(at_once: int, context: int, setting: str) -> TrainingFailed:
    message = f"there is not enough memory for {at_once} rows of {context:,} tokens at once"
    if at_once > 1:
        return TrainingFailed(
            message, next_step=f"compute half of them: set {setting} to {at_once // 2}"
        )
    return TrainingFailed(message, next_step="choose a smaller preset or a shorter context")


def not_a_number(step: int, plan: Plan) -> TrainingFailed:
    return TrainingFailed(
        f"the loss is no number any more at step {step:,}",
        next_step=f"lower the learning rate, to {plan.learning_rate / 3:.1g} for a start",
    )


def _line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]


class Interruption:
    """A context manager: while it is open, the first interrupt or SIGTERM only sets ``came``. A
    second one interrupts at once."""

    def __init__(self) -> None:
        self.came = False
        self._former: dict[int, Any] = {}

    def __enter__(self) -> Interruption:
        # Only the main thread may choose; elsewhere whoever runs us does.
        if threading.current_thread() is threading.main_thread():
            self._former = {one: signal.signal(one, self._note) for one in _SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for one, handler in self._former.items():
            signal.signal(one, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.came:
            raise KeyboardInterrupt
        self.came = True
