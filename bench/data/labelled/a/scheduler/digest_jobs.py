import asyncio
from datetime import timedelta
from functools import partial

from notifications.digest import DigestBuilder
from scheduler.core import Scheduler

CADENCE = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
}


async def send_digests(builder: DigestBuilder, cadence: str) -> int:
    sent = 0
    async for subscriber in builder.subscribers(cadence):
        digest = await builder.build(subscriber, cadence)
        if digest is None:
            continue
        await builder.send(subscriber, digest)
        sent += 1
        await asyncio.sleep(0)
    return sent


def register(scheduler: Scheduler, builder: DigestBuilder) -> None:
    for cadence, interval in CADENCE.items():
        scheduler.every(interval, name=f"digest-{cadence}", job=partial(send_digests, builder, cadence))


def callbacks(builder: DigestBuilder) -> dict:
    jobs = {}
    for cadence in CADENCE:
        jobs[cadence] = lambda cadence=cadence: send_digests(builder, cadence)
    return jobs


class DigestRunner:
    def __init__(self, builder: DigestBuilder):
        self._builder = builder
        self._tasks: set[asyncio.Task] = set()

    def kick(self, cadence: str) -> None:
        task = asyncio.create_task(send_digests(self._builder, cadence))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
