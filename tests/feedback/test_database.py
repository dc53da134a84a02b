from __future__ import annotations

import builtins
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from coderasst_hook.errors import StoreError
from coderasst_hook.feedback import database
from coderasst_hook.feedback.store import open_store
from testing.postgresql import PASSWORD, PostgresServer
from tests.feedback.samples import finding


def pragma(store: Any, name: str) -> object:
    with store._database.reading.connect() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_sqlite_writes_what_it_acknowledges_to_the_disk(tmp_path: Path) -> None:
    with open_store("feedback.db", root=tmp_path) as store:
        assert pragma(store, "journal_mode") == "wal"
        assert pragma(store, "synchronous") == 2, "FULL"
        assert pragma(store, "foreign_keys") == 1
        assert pragma(store, "busy_timeout") == database.BUSY_SECONDS * 1000


@pytest.mark.parametrize("content", [b"no database\n" * 100, b"SQLite format 3\0" + b"x" * 5000])
def test_a_file_of_something_else_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "notes.txt"
    file.write_bytes(content)
    with pytest.raises(StoreError, match=r"notes\.txt cannot be used: .*(database|malformed)"):
        open_store(file, root=tmp_path)
    assert file.read_bytes() == content


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="unable to open database file") as caught:
        open_store(tmp_path, root=tmp_path)
    assert caught.value.next_step == f"look at the file and at who may write it: ls -l {tmp_path}"


def test_a_store_that_is_damaged_later_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "feedback.db"
    with open_store(file, root=tmp_path) as store:
        store.record_findings([finding(number) for number in range(300)])
    raw = file.read_bytes()
    file.write_bytes(raw[:4096] + b"\xff" * (len(raw) - 4096))
    with pytest.raises(StoreError, match="malformed"):
        open_store(file, root=tmp_path)
    # The first page of the table, with all that is needed to open it left whole.
    place = raw.index(b"eval runs")
    file.write_bytes(raw[:place] + b"\xff" * 40_000 + raw[place + 40_000 :])
    with open_store(file, root=tmp_path) as store, pytest.raises(StoreError):
        list(store.shown())


def test_a_switch_to_the_log_that_is_refused_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "feedback.db"
    naps: list[float] = []
    other = sqlite3.connect(file)
    other.execute("BEGIN EXCLUSIVE")

    def nap(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 3:
            other.rollback()
            other.close()

    monkeypatch.setattr(database, "BUSY_SECONDS", 0.01)
    monkeypatch.setattr(database.time, "sleep", nap)
    monkeypatch.setattr(database.time, "monotonic", lambda: 0.0)
    with open_store(file, root=tmp_path) as store:
        assert pragma(store, "journal_mode") == "wal"
    assert len(naps) == 3


def test_a_lock_that_is_never_released_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.01)
    file = tmp_path / "feedback.db"
    with open_store(file, root=tmp_path) as store:
        other = sqlite3.connect(file)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="database is locked"):
            store.record_findings([finding()])
        assert list(store.shown()) == [], "readers do not wait for a writer"
        other.close()
    other = sqlite3.connect(tmp_path / "new.db")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="database is locked"):
        open_store("new.db", root=tmp_path)
    other.close()


def test_no_error_of_a_server_tells_its_password(
    postgresql: PostgresServer, tmp_path: Path
) -> None:
    good = postgresql.new_url()
    secret = good.partition("coderasst:")[2].partition("@")[0]
    for bad in (
        good.replace("@/postgres?", "@/no_such?"),
        good.replace("coderasst:", "nobody:"),
        good.replace(secret, "wrong-horse"),
        good.replace("%2Fcoderasst-pg", "%2Fnowhere"),
        good + "&sslpassword=wrong-horse&passwrd=wrong-horse",
        good + "&connect_timeout=wrong-horse",
    ):
        with pytest.raises(StoreError, match=r"the feedback store postgresql://") as caught:
            open_store(bad, root=tmp_path)
        said = str(caught.value)
        assert not any(word in said for word in (PASSWORD, secret, "wrong-horse")), said


def test_a_server_that_goes_away_is_an_error_and_one_that_comes_back_is_used(
    postgresql: PostgresServer, tmp_path: Path
) -> None:
    url = postgresql.new_url()
    with open_store(url, root=tmp_path) as store:
        store.record_findings([finding()])
        with postgresql.connect() as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'coderasst'"
            )
        assert store.counts().findings == 1


def test_the_driver_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *arguments: Any, **named: Any) -> Any:
        if name.partition(".")[0] == "psycopg":
            raise ModuleNotFoundError(f"No module named {name!r}")
        return real(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(StoreError, match=r"driver .* is not installed") as caught:
        open_store("postgresql://ada:hunter2@h/d", root=tmp_path)
    assert caught.value.next_step == "pip install 'coderasst[postgresql]'"
    assert "hunter2" not in str(caught.value)


def test_a_driver_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store("postgresql+nonesuch://ada:hunter2@h/d", root=tmp_path)


def test_a_store_that_is_up_to_date_is_opened_without_alembic(tmp_path: Path) -> None:
    open_store("feedback.db", root=tmp_path).close()
    code = (
        "import sys; from pathlib import Path\n"
        "from coderasst_hook.feedback.store import open_store\n"
        "open_store('feedback.db', root=Path(sys.argv[1])).close()\n"
        "print('alembic' in sys.modules)"
    )
    arguments = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
