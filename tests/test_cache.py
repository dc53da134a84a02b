from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from coderasst_hook.cache import FILE_NAME, Cache, Entry, default_folder, key
from coderasst_hook.commands.cache import cache as command
from coderasst_hook.errors import StoreError

ENTRY = Entry('{"findings":[]}', 100, 5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "here"


def test_what_is_put_is_got_by_another_process_later(folder: Path) -> None:
    with Cache(folder) as one:
        one.put("a", ENTRY)
    with Cache(folder) as other:
        assert other.get("a") == ENTRY
        assert other.get("b") is None
        assert other.note == ""


def test_the_key_depends_on_every_part_and_on_nothing_else() -> None:
    one = key(system="s", prompt="p\udcff", schema={"b": 1, "a": 2}, seed=1)
    assert one == key(seed=1, schema={"a": 2, "b": 1}, prompt="p\udcff", system="s")
    assert one != key(system="s", prompt="p", schema={"a": 2, "b": 1}, seed=1)
    assert one != key(system="s", prompt="p\udcff", schema={"a": 2, "b": 1}, seed=2)
    assert len(one) == 64


def test_a_text_comes_back_as_it_was(folder: Path) -> None:
    entry = Entry("half a pair \ud800 \x00 and é", 1, 2)
    with Cache(folder) as kept:
        kept.put("a", entry)
        assert kept.get("a") == entry


def test_it_is_private(folder: Path) -> None:
    mask = os.umask(0)
    try:
        with Cache(folder) as kept:
            kept.put("a", ENTRY)
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    finally:
        os.umask(mask)
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_least_recently_used_go_first(folder: Path) -> None:
    now = iter(range(1000))
    with Cache(folder, max_bytes=10_000, clock=lambda: next(now)) as kept:
        for name in "abcdefgh":
            kept.put(name, Entry("x" * 1000, 0, 0))
        assert kept.get("a") is not None
        for name in "ijk":
            kept.put(name, Entry("x" * 1000, 0, 0))
        assert kept.get("a") is not None
        assert kept.get("b") is None
        assert kept.get("k") is not None
        assert kept.info().entries * 1065 <= 10_000


def test_an_answer_out_of_proportion_is_not_kept(folder: Path) -> None:
    with Cache(folder, max_bytes=10_000) as kept:
        kept.put("a", Entry("x" * 2000, 0, 0))
        assert kept.info().entries == 0


def test_info_and_clear(folder: Path) -> None:
    with Cache(folder, max_bytes=1_000_000) as kept:
        kept.put("a", ENTRY)
        kept.put("b", ENTRY)
        kept.get("a")
        kept.get("a")
        info = kept.info()
        assert (info.entries, info.hits, info.max_size) == (2, 2, 1_000_000)
        assert info.path == str(folder / FILE_NAME)
        assert info.size > 0
        assert kept.clear() == 2
        assert kept.get("a") is None


@pytest.mark.parametrize(
    "damage", [b"this is no database at all" * 400, b"SQLite format 3\0" * 300]
)
def test_a_damaged_file_is_set_aside(folder: Path, damage: bytes) -> None:
    folder.mkdir(parents=True)
    (folder / FILE_NAME).write_bytes(damage)
    with Cache(folder) as kept:
        assert "set aside" in kept.note
        assert "\n" not in kept.note
        kept.put("a", ENTRY)
        assert kept.get("a") == ENTRY
    assert (folder / f"{FILE_NAME}.corrupt").read_bytes() == damage
    with Cache(folder) as again:
        assert again.note == ""


def test_damage_that_shows_late_is_survived(folder: Path) -> None:
    with Cache(folder) as kept:
        for number in range(200):
            kept.put(f"key-{number}", Entry("x" * 500, 0, 0))
    path = folder / FILE_NAME
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xff" * (len(content) - 8192)
    path.write_bytes(content)
    with Cache(folder) as kept:
        for number in range(200):
            kept.get(f"key-{number}")
        assert "set aside" in kept.note
        kept.put("a", ENTRY)
        assert kept.get("a") == ENTRY


def test_another_version_of_the_schema_is_begun_anew(folder: Path) -> None:
    folder.mkdir(parents=True)
    with sqlite3.connect(folder / FILE_NAME) as db:
        db.executescript("CREATE TABLE answers (other TEXT); PRAGMA user_version = 99;")
    db.close()
    with Cache(folder) as kept:
        kept.put("a", ENTRY)
        assert kept.get("a") == ENTRY


def test_where_no_file_can_be_the_review_goes_on_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with Cache(tmp_path / "file") as kept:
        kept.put("a", ENTRY)
        assert kept.get("a") is None
        assert kept.clear() == 0
        assert kept.info().entries == 0
        assert kept.unusable
        assert "is not used" in kept.note


def test_a_full_disk_is_noted_once(folder: Path) -> None:
    with Cache(folder) as kept:
        kept.put("a", ENTRY)
        assert kept._db is not None
        pages = int(kept._db.execute("PRAGMA page_count").fetchone()[0])
        kept._db.execute(f"PRAGMA max_page_count = {pages}")
        kept.put("b", Entry("x" * 100_000, 0, 0))
        assert "full" in kept.note
        assert kept.get("a") is None


WRITER = """
import sys
from pathlib import Path
from coderasst_hook.cache import Cache, Entry
with Cache(Path(sys.argv[1])) as kept:
    for number in range(40):
        kept.put(f"{sys.argv[2]}-{number}", Entry("x" * 200, 1, 1))
        kept.get(f"{sys.argv[2]}-{number}")
    print(kept.note)
"""


def test_several_processes_write_at_once(folder: Path) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), name], stdout=subprocess.PIPE, text=True
        )
        for name in "abcd"
    ]
    assert [writer.communicate()[0].strip() for writer in writers] == ["", "", "", ""]
    with Cache(folder) as kept:
        assert kept.info().entries == 160


KILLED = """
import os, signal, sys
from pathlib import Path
from coderasst_hook.cache import Cache, Entry
kept = Cache(Path(sys.argv[1]))
kept.put("a", Entry("whole", 1, 1))
kept._db.execute("BEGIN IMMEDIATE")
kept._db.execute("DELETE FROM answers")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_process_leaves_a_whole_file(folder: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(folder)], check=False)
    with Cache(folder) as kept:
        assert kept.get("a") == Entry("whole", 1, 1)


def test_the_command_tells_and_clears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Cache() as kept:
        kept.put("a", ENTRY)
    run = CliRunner().invoke
    assert "answers  1, used again 0 times" in run(command, ["info"]).output
    assert '"entries": 1' in run(command, ["info", "--format", "json"]).output
    assert run(command, ["clear"]).output.startswith("1 answer removed from")
    assert '"entries": 0' in run(command, ["info", "--format", "json"]).output


def test_the_command_says_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = default_folder()
    folder.mkdir(parents=True)
    (folder / FILE_NAME).write_bytes(b"no database" * 100)
    assert "set aside" in CliRunner().invoke(command, ["info"]).stderr
    monkeypatch.setenv("CODERASST_CACHE_DIR", str(tmp_path / "file"))
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(command, ["info"])
    assert isinstance(result.exception, StoreError)
