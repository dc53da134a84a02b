"""One function over many batches, by several processes, the answers in the order of the batches."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

from trainer.workers import killed_worker

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def in_order(
    function: Callable[[Item], Answer], items: Iterable[Item], workers: int
) -> Iterator[Answer]:
    """``function`` and ``items`` are pickled where there is more than one worker. ``items`` are
    taken as they are needed, so that they need not all be in memory. Raises
    ``PreparationIncomplete`` where a worker was killed."""
    if workers <= 1:
        yield from map(function, items)
        return
    # Forked, a process would inherit locks that threads of this one hold.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting: deque[Future[Answer]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(function, item))
                if len(waiting) > 2 * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            raise killed_worker() from None
        finally:
            for future in waiting:
                future.cancel()
