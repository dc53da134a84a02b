"""What was measured while training: ``metrics.jsonl``, and the same for TensorBoard."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from trainer.extras import need
from trainer.run_folder import RunFolder


class Recorder:
    """A context manager. ``step``: from which the run goes on; what was measured behind it will be
    measured again. Where ``active`` is false (a process that is not the first) it does nothing."""

    def __init__(self, run: RunFolder, *, step: int, active: bool = True) -> None:
        self._run = run
        self._step = step
        self._active = active
        self._board: Any = None

    def __enter__(self) -> Recorder:
        if self._active:
            self._run.rewind(lambda line: line.get("step", 0) <= self._step)
            need("tensorboard")
            with warnings.catch_warnings():
                # TensorBoard's own imports, not ours to mend.
                warnings.simplefilter("ignore", DeprecationWarning)
                from torch.utils.tensorboard import SummaryWriter
            self._board = SummaryWriter(
                str(self._run.tensorboard), purge_step=self._step + 1 if self._step else None
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._board is not None:
            self._board.close()

    def record(self, step: int, values: Mapping[str, float]) -> None:
        """A line of the log; its numbers are curves of TensorBoard."""
        if not self._active:
            return
        self._run.log({"step": step, **values})
        for name, value in values.items():
            self._board.add_scalar(name.replace(" ", "_"), value, step)
