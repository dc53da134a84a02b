from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from coderasst_hook.errors import StoreError
from trainer.acquire.web.frontier import Frontier, page, sitemap

A, B, C = (page(f"https://x.test/{name}", depth) for depth, name in enumerate("abc"))


def frontier(folder: Path, crawl: str = "one", *, most: int = 100) -> Frontier:
    return Frontier(folder / "work" / "frontier.sqlite", crawl, most=most)


def test_tasks_come_by_depth_sitemaps_first_and_each_once(tmp_path: Path) -> None:
    with frontier(tmp_path) as found:
        assert [found.add(task) for task in (C, B, A, A)] == [True, True, True, False]
        assert found.add(sitemap("https://x.test/a"))
        assert len(found) == 4
        taken = [found.next(()) for _ in range(5)]
        assert taken == [sitemap("https://x.test/a"), A, B, C, None]
        assert not found.add(A)
        assert len(found) == 0


def test_hosts_take_turns_and_busy_ones_wait(tmp_path: Path) -> None:
    other = page("https://y.test/")
    with frontier(tmp_path) as found:
        for task in (A, B, C, other):
            found.add(task)
        assert found.next(()) == A
        assert found.next(()) == other
        assert found.next(["x.test"]) is None
        assert found.next([]) == B


def test_a_shorter_way_counts(tmp_path: Path) -> None:
    with frontier(tmp_path) as found:
        found.add(replace(A, depth=5))
        assert not found.add(replace(A, depth=2))
        assert not found.add(replace(A, depth=7))
        assert found.next(()) == replace(A, depth=2)


def test_a_task_that_failed_waits_behind_its_depth(tmp_path: Path) -> None:
    second = page("https://x.test/d")
    with frontier(tmp_path) as found:
        found.add(A)
        found.add(second)
        task = found.next(())
        assert task is not None
        again = replace(task, attempts=1, url="https://x.test/a/", hops=("https://x.test/a",))
        found.again(again)
        assert [found.next(()), found.next(())] == [second, again]


def test_what_was_under_way_waits_again(tmp_path: Path) -> None:
    with frontier(tmp_path) as found:
        assert not found.resumed
        for task in (A, B, C):
            found.add(task)
        for _ in range(2):
            found.next(())
        found.done(A)
        found.commit()
        found.done(B)
    with frontier(tmp_path) as found:
        assert found.resumed
        assert found.counted == 1
        assert not found.add(A)
        assert [found.next(()), found.next(()), found.next(())] == [B, C, None]


def test_another_crawl_begins_anew_and_knows_old_links(tmp_path: Path) -> None:
    with frontier(tmp_path) as found:
        found.add(A)
        found.remember_links(A.key, ["https://x.test/é", "https://x.test/b"])
        found.remember_links(B.key, [])
        found.commit()
    with frontier(tmp_path, "two") as found:
        assert not found.resumed
        assert found.next(()) is None
        assert found.links(A.key) == ("https://x.test/é", "https://x.test/b")
        assert found.links(B.key) == ()
        assert found.links(C.key) is None


def test_a_crawl_that_is_over_begins_with_its_starts(tmp_path: Path) -> None:
    with frontier(tmp_path) as found:
        found.add(A)
        found.finish()
        assert len(found) == 0
    with frontier(tmp_path) as found:
        assert not found.resumed
        assert found.add(A)


def test_it_takes_no_more_than_will_be_asked_for(tmp_path: Path) -> None:
    with frontier(tmp_path, most=2) as found:
        assert [found.add(task) for task in (A, B, C)] == [True, True, False]


def test_it_is_for_one_process_at_a_time(tmp_path: Path) -> None:
    with (
        frontier(tmp_path),
        pytest.raises(StoreError, match="another crawl of this source is under way"),
        frontier(tmp_path),
    ):
        raise AssertionError


def test_it_can_live_in_memory_alone() -> None:
    with Frontier(None, "one", most=10) as found:
        assert found.add(A)
        assert found.next(()) == A


@pytest.mark.parametrize("damage", ["text", "version", "folder"])
def test_what_cannot_be_used_is_said(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "work" / "frontier.sqlite"
    if damage == "folder":
        path.parent.write_text("a file")
    else:
        with frontier(tmp_path):
            pass
    if damage == "text":
        path.write_bytes(b"no data base " * 99)
    if damage == "version":
        base = sqlite3.connect(path)
        base.execute("PRAGMA user_version = 99")
        base.close()
    with pytest.raises(StoreError) as caught, frontier(tmp_path):
        raise AssertionError
    assert str(path) in str(caught.value)


def test_rows_that_somebody_changed_are_said(tmp_path: Path) -> None:
    with frontier(tmp_path) as found:
        found.add(A)
        found.remember_links(A.key, [])
        found.commit()
    base = sqlite3.connect(tmp_path / "work" / "frontier.sqlite")
    base.execute("UPDATE tasks SET hops = '['")
    base.execute("UPDATE links SET urls = x'00'")
    base.commit()
    base.close()
    with frontier(tmp_path) as found:
        with pytest.raises(StoreError, match="is damaged"):
            found.next(())
        with pytest.raises(StoreError, match="is damaged"):
            found.links(A.key)
