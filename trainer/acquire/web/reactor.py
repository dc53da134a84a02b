"""Twisted's reactor on an event loop of ours.

A reactor can be run only once in a process. It need not be run at all: on asyncio it only puts its
readers and timers on the loop, and the loop can be run as often as one likes.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from twisted.internet.interfaces import IHostnameResolver


def run(work: Callable[[], Coroutine[Any, Any, None]], resolver: IHostnameResolver) -> None:
    """Run ``work`` to its end; all its connections ask ``resolver``. Raises what a timer of the
    loop raised, too: nobody else hears it, and ``work`` would wait for ever."""
    loop = _loop()
    from twisted.internet import reactor

    before = reactor.installNameResolver(resolver)
    task = loop.create_task(work())
    faults: list[BaseException] = []

    def on_fault(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if isinstance(error := context.get("exception"), BaseException):
            faults.append(error)
            task.cancel()

    loop.set_exception_handler(on_fault)
    try:
        loop.run_until_complete(task)
    except asyncio.CancelledError:
        if not faults:
            raise
    finally:
        reactor.installNameResolver(before)
    if faults:
        raise faults[0]


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """One for the process, as the reactor is, which must be installed before it is imported."""
    from twisted.internet import asyncioreactor

    loop = asyncio.new_event_loop()
    asyncioreactor.install(loop)  # type: ignore[no-untyped-call]
    return loop


@contextmanager
def interrupts(stop: Callable[[], None]) -> Iterator[None]:
    """The first Ctrl-C calls ``stop`` and becomes a ``KeyboardInterrupt`` when the block has ended;
    a second one is Python's own."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    interrupted = False

    def on_interrupt() -> None:
        nonlocal interrupted
        interrupted = True
        loop.remove_signal_handler(signal.SIGINT)
        stop()

    loop.add_signal_handler(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)
    if interrupted:
        raise KeyboardInterrupt
