"""The queue of prompts: one file a job, claimed by one process."""

from __future__ import annotations

import json
import os
import stat
import time
from pathlib import Path
from typing import Any

import pytest

from coderasst_hook import queue as module
from coderasst_hook.errors import StoreError
from coderasst_hook.queue import MAX_JOBS, STALE_SECONDS, Job, Queue, QueuedPrompt


def job(name: str = "x") -> Job:
    prompt = QueuedPrompt(f"key of {name}", f"{name}\udcff.py", "read \u2028 this")
    return Job("v1", "digest", 0.0, 42, 1536, (prompt,))


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    return Queue(tmp_path)


def claimed(queue: Queue) -> list[Job]:
    return list(queue.claim())


def test_jobs_come_back_as_they_were_oldest_first(queue: Queue) -> None:
    jobs = [job(name) for name in "abc"]
    for each in jobs:
        queue.add(each)
    assert len(queue) == 3
    assert claimed(queue) == jobs
    assert len(queue) == 0
    assert list(queue.folder.iterdir()) == []


def test_nothing_is_queued_where_there_is_no_folder(queue: Queue) -> None:
    assert len(queue) == 0
    assert claimed(queue) == []


def test_nobody_else_can_read_what_is_queued(queue: Queue) -> None:
    queue.add(job())
    (file,) = queue.folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(queue.folder.stat().st_mode) & 0o077 == 0


def test_a_job_that_is_being_worked_off_is_nobody_elses(queue: Queue) -> None:
    queue.add(job("a"))
    queue.add(job("b"))
    first = queue.claim()
    assert next(first) == job("a")
    assert len(queue) == 1
    assert claimed(Queue(queue.folder.parent.parent)) == [job("b")]
    assert list(first) == []
    assert list(queue.folder.iterdir()) == []


def test_a_job_that_another_process_took_first_is_left_to_it(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue.add(job("a"))
    queue.add(job("b"))
    rename = Path.rename

    def slower(path: Path, target: Path) -> Path:
        if "a" not in taken:
            taken.append("a")
            path.unlink()
        return rename(path, target)

    taken: list[str] = []
    monkeypatch.setattr(Path, "rename", slower)
    assert claimed(queue) == [job("b")]


def test_what_is_added_meanwhile_is_done_too(queue: Queue) -> None:
    queue.add(job("a"))
    names = []
    for each in queue.claim():
        names.append(each.prompts[0].key)
        if len(names) == 1:
            queue.add(job("b"))
    assert names == ["key of a", "key of b"]


def test_the_claim_of_a_dead_process_is_revived_and_a_young_one_is_not(queue: Queue) -> None:
    queue.add(job("dead"))
    queue.add(job("alive"))
    now = time.time()
    for path, age in zip(sorted(queue.folder.iterdir()), (STALE_SECONDS + 60, 60), strict=True):
        working = path.rename(path.with_suffix(".working"))
        os.utime(working, (now - age, now - age))
    assert claimed(queue) == [job("dead")]
    assert [path.suffix for path in queue.folder.iterdir()] == [".working"]


def test_the_age_of_a_claim_counts_from_the_claim(queue: Queue) -> None:
    queue.add(job())
    (file,) = queue.folder.iterdir()
    os.utime(file, (0, 0))
    first = queue.claim()
    next(first)
    assert claimed(Queue(queue.folder.parent.parent)) == []


def interrupted(queue: Queue) -> None:
    for _ in queue.claim():
        raise KeyboardInterrupt


def test_an_interrupted_worker_gives_its_job_up(queue: Queue) -> None:
    queue.add(job("a"))
    queue.add(job("b"))
    with pytest.raises(KeyboardInterrupt):
        interrupted(queue)
    assert claimed(queue) == [job("b")]


def good() -> dict[str, Any]:
    return {
        "prompt_version": "v1",
        "digest": "d",
        "temperature": 0.0,
        "seed": 1,
        "max_answer": 1,
        "prompts": [{"key": "k", "path": "p", "user": "u"}],
    }


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b"{}",
        b"[" * 100_000,
        json.dumps({**good(), "prompts": [{"key": "k"}]}).encode(),
        json.dumps({**good(), "prompts": {"key": "k"}}).encode(),
        json.dumps({**good(), "more": 1}).encode(),
        json.dumps({**good(), "digest": None}).encode(),
        json.dumps({**good(), "seed": "1"}).encode(),
        json.dumps({**good(), "prompts": [{"key": "k", "path": "p", "user": 1}]}).encode(),
    ],
)
def test_a_job_that_cannot_be_read_is_removed(queue: Queue, content: bytes) -> None:
    queue.add(job())
    (queue.folder / "0.json").write_bytes(json.dumps(good()).encode())
    assert len(claimed(queue)) == 2
    queue.add(job())
    (queue.folder / "0.json").write_bytes(content)
    assert claimed(queue) == [job()]
    assert list(queue.folder.iterdir()) == []


def test_of_too_many_jobs_the_oldest_are_given_up(queue: Queue) -> None:
    for number in range(MAX_JOBS + 3):
        queue.add(job(str(number)))
    kept = [each.prompts[0].key for each in queue.claim()]
    assert kept == [f"key of {number}" for number in range(3, MAX_JOBS + 3)]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "coderasst").write_bytes(b"a file")
    with pytest.raises(StoreError, match=r"cannot write .*queue: Not a directory"):
        Queue(tmp_path).add(job())


def test_a_stale_claim_that_is_gone_meanwhile(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue.add(job())
    (queue.folder / "gone.working").symlink_to(queue.folder / "nowhere")
    monkeypatch.setattr(module, "STALE_SECONDS", -1.0)
    assert claimed(queue) == [job()]
