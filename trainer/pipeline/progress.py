"""How training is shown beside its stage: the loss, the speed, the time left."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from trainer.pipeline.stage import Work
from trainer.pipeline.view import duration

if TYPE_CHECKING:
    from trainer.training.plan import Progress

_PARTS = 1_000


def shown(work: Work) -> Callable[[Progress], None]:
    def watch(progress: Progress) -> None:
        left = progress.seconds_left
        ending = "" if left is None else f", {duration(left)} left"
        work.advance(
            round(progress.share * _PARTS),
            _PARTS,
            f"loss {progress.loss:.3f} at step {progress.step:,}, "
            f"{progress.tokens_per_second:,.0f} tokens/s{ending}",
        )

    return watch
