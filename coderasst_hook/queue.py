"""Prompts that did not fit into a commit's seconds, for a reviewer that goes on in the background.

A job is one file in the repository's Git folder, which nobody else can read. It holds prompts, not
the state of the repository, so its answers go into the cache under the very keys that a later
review of the same lines asks for. Claiming a job renames it, which only one process can do.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, astuple, dataclass
from pathlib import Path

from coderasst_hook.errors import StoreError
from coderasst_hook.files import write_atomically

STALE_SECONDS = 3600.0
"""A job that was claimed this long ago belongs to a process that died."""
MAX_JOBS = 20
"""More commits than that in a row, and the oldest are given up: pre-push asks for them again."""


@dataclass(frozen=True, slots=True)
class QueuedPrompt:
    """``key`` is the cache's; ``path`` names the file that the answer is about."""

    key: str
    path: str
    user: str


@dataclass(frozen=True, slots=True)
class Job:
    """Prompts for the model with ``digest``. With another one, or another ``prompt_version``, their
    answers would never be looked up; and they must be sampled as the keys say."""

    prompt_version: str
    digest: str
    temperature: float
    seed: int
    max_answer: int
    prompts: tuple[QueuedPrompt, ...]


class Queue:
    def __init__(self, git_dir: Path) -> None:
        self.folder = git_dir / "coderasst" / "queue"

    def add(self, job: Job) -> None:
        """Raises ``StoreError`` where the Git folder cannot be written."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for old in self._waiting()[: -MAX_JOBS + 1]:
                old.unlink(missing_ok=True)
            # Names sort by time, so the oldest job is the first.
            name = f"{time.time_ns():020d}-{secrets.token_hex(4)}.json"
            write_atomically(self.folder / name, json.dumps(asdict(job)).encode(), mode=0o600)
        except OSError as error:
            raise StoreError(f"cannot write {self.folder}: {error.strerror}") from None

    def __len__(self) -> int:
        return len(self._waiting())

    def claim(self) -> Iterator[Job]:
        """Each waiting job, oldest first, for this process alone; it is removed when the caller
        comes back for the next one. Unreadable jobs are removed."""
        self._revive()
        tried: set[Path] = set()
        while waiting := [path for path in self._waiting() if path not in tried]:
            tried.add(waiting[0])
            claimed = waiting[0].with_suffix(".working")
            try:
                waiting[0].rename(claimed)
                # The age of a claim counts from now, not from when the job was written.
                os.utime(claimed)
            except OSError:
                continue  # another process was faster
            try:
                job = _read(claimed)
                if job is not None:
                    yield job
            finally:
                with contextlib.suppress(OSError):
                    claimed.unlink()

    def _waiting(self) -> Sequence[Path]:
        return sorted(self.folder.glob("*.json"))

    def _revive(self) -> None:
        for claimed in self.folder.glob("*.working"):
            with contextlib.suppress(OSError):
                if time.time() - claimed.stat().st_mtime > STALE_SECONDS:
                    claimed.rename(claimed.with_suffix(".json"))


def _read(path: Path) -> Job | None:
    try:
        value = json.loads(path.read_bytes())
        prompts = tuple(QueuedPrompt(**prompt) for prompt in value.pop("prompts"))
        job = Job(**value, prompts=prompts)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    texts = (job.prompt_version, job.digest, *(t for p in prompts for t in astuple(p)))
    numbers = (job.temperature, job.seed, job.max_answer)
    sound = all(isinstance(text, str) for text in texts) and all(
        isinstance(number, (int, float)) for number in numbers
    )
    return job if sound else None
