"""Hashes of files that are read again only when they may have changed."""

from __future__ import annotations

import os
import time
from hashlib import sha256
from pathlib import Path

import pytest

from coderasst_hook.errors import StoreError
from trainer.pipeline.digests import MISSING, Digests

LONG_AGO = 10**9


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"a" * 3_000_000)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    from trainer.pipeline import digests

    seen: list[Path] = []
    original = digests._hash

    def counted(path: Path) -> str:
        seen.append(path)
        return original(path)

    monkeypatch.setattr(digests, "_hash", counted)
    return seen


def test_a_file_is_read_once_over_all_runs(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = reads(monkeypatch)
    cache = tmp_path / "work" / "digests.json"
    for _ in range(2):
        digests = Digests(cache)
        assert digests.of_file(file) == sha256(file.read_bytes()).hexdigest()
        digests.save()
    assert seen == [file]
    os.utime(file, (LONG_AGO, LONG_AGO + 1))
    Digests(cache).of_file(file)
    assert len(seen) == 2


def test_a_change_within_the_clock_s_tick_is_seen(tmp_path: Path) -> None:
    """Same size, same time: what was written just now is never taken from memory."""
    path, digests = tmp_path / "file", Digests(tmp_path / "digests.json")
    path.write_text("a")
    now = time.time_ns()
    os.utime(path, ns=(now, now))
    first = digests.of_file(path)
    path.write_text("b")
    os.utime(path, ns=(now, now))
    assert digests.of_file(path) != first


def test_what_is_gone_is_forgotten(file: Path, tmp_path: Path) -> None:
    cache = tmp_path / "digests.json"
    digests = Digests(cache)
    digests.of_file(file)
    digests.save()
    assert str(file) in cache.read_text()
    file.unlink()
    later = Digests(cache)
    assert later.of_file(file) == MISSING
    later.save()
    assert str(file) not in cache.read_text()


@pytest.mark.parametrize("damage", ["", "[]", '{"x": [1]}', '{"x": ["a", 1, 2, "d"]}', "\x00"])
def test_a_damaged_memory_is_an_empty_one(file: Path, tmp_path: Path, damage: str) -> None:
    (tmp_path / "digests.json").write_text(damage)
    assert Digests(tmp_path / "digests.json").of_file(file) != MISSING


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=f"cannot read {tmp_path}"):
        Digests(tmp_path / "digests.json").of_file(tmp_path)


def test_a_folder_that_cannot_be_written(file: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot write"):
        Digests(file / "digests.json").save()
