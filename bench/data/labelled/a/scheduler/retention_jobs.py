import asyncio
import logging
from datetime import timedelta

from scheduler.core import Scheduler
from storage.buckets import BucketStore

logger = logging.getLogger(__name__)

POLICIES = {
    "thumbnails": timedelta(days=30),
    "exports": timedelta(days=7),
    "audit": timedelta(days=365),
}


async def purge(store: BucketStore, bucket: str, keep: timedelta) -> int:
    removed = 0
    async for key in store.keys_older_than(bucket, keep):
        await store.delete(bucket, key)
        removed += 1
        if removed % 500 == 0:
            asyncio.sleep(1)
    logger.info("purged %d objects from %s", removed, bucket)
    return removed


def register(scheduler: Scheduler, store: BucketStore) -> None:
    for bucket, keep in POLICIES.items():
        scheduler.every(
            timedelta(hours=6),
            name=f"purge-{bucket}",
            job=lambda: purge(store, bucket, keep),
        )


async def purge_now(store: BucketStore) -> dict[str, int]:
    return {bucket: await purge(store, bucket, keep) for bucket, keep in POLICIES.items()}
