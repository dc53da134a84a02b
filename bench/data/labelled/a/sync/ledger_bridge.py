import contextlib
import logging
from pathlib import Path

from sync.ledger import Ledger, TransientLedgerError

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3


class LedgerBridge:
    def __init__(self, ledger: Ledger, lock_file: Path, tags: list[str] | None = None):
        self.ledger = ledger
        self.lock_file = lock_file
        self.tags = list(tags) if tags is not None else []

    def push(self, entry: dict) -> str:
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                return self.ledger.book({**entry, "tags": self.tags})
            except TransientLedgerError as error:
                if attempt == MAX_ATTEMPTS:
                    raise
                logger.warning("attempt %d of %d failed: %s", attempt, MAX_ATTEMPTS, error)
        raise AssertionError("the last attempt returns or raises")

    def push_all(self, entries: list[dict]) -> list[str]:
        booked = []
        self.lock_file.touch(exist_ok=False)
        try:
            for entry in entries:
                booked.append(self.push(entry))
        except Exception:
            logger.exception("stopped after %d of %d entries", len(booked), len(entries))
            raise
        finally:
            with contextlib.suppress(FileNotFoundError):
                self.lock_file.unlink()
        return booked
