from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from coderasst_hook.errors import StoreError
from coderasst_hook.feedback import schema
from coderasst_hook.feedback.database import Database, connect
from coderasst_hook.feedback.place import place_of
from coderasst_hook.feedback.store import open_store
from coderasst_hook.feedback.tables import metadata
from testing.postgresql import PostgresServer
from tests.feedback.samples import finding, verdict

NEXT_STEP = """
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("findings", sa.Column("mood", sa.Text, server_default="good", nullable=False))
"""


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    """The migrations of a program that is one step ahead."""
    folder = tmp_path / "steps 100%"
    shutil.copytree(schema.STEPS, folder)
    (folder / "versions" / "v0002_mood.py").write_text(NEXT_STEP)
    return folder


@pytest.fixture
def database(store_url: str, tmp_path: Path) -> Iterator[Database]:
    opened = connect(place_of(store_url, tmp_path), create=True)
    yield opened
    opened.close()


def test_the_newest_step_is_the_one_that_the_program_knows() -> None:
    assert ScriptDirectory(str(schema.STEPS)).get_heads() == [schema.HEAD]


def test_the_steps_lead_to_the_tables(store_url: str, tmp_path: Path, database: Database) -> None:
    open_store(store_url, root=tmp_path).close()
    with database.reading.connect() as connection:
        options = {"version_table": schema.VERSION_TABLE, "compare_type": True}
        assert (
            compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
        )


def test_an_older_store_is_migrated_and_keeps_what_it_has(
    store_url: str, tmp_path: Path, database: Database, steps: Path
) -> None:
    with open_store(store_url, root=tmp_path) as store:
        store.record_findings([finding()])
        store.add_verdicts([verdict()])
    for _ in range(2):
        schema.bring_up(database.reading, database.writing, "it", head="0002", steps=steps)
    with database.reading.connect() as connection:
        rows = connection.execute(text("SELECT fingerprint, mood FROM findings")).all()
    assert [tuple(row) for row in rows] == [(finding().fingerprint, "good")]


def test_a_newer_store_is_refused_and_left_alone(
    store_url: str, tmp_path: Path, database: Database, steps: Path
) -> None:
    schema.bring_up(database.reading, database.writing, "it", head="0002", steps=steps)
    with pytest.raises(StoreError, match=r"written by a newer coderasst .*'0002'") as caught:
        open_store(store_url, root=tmp_path)
    assert caught.value.next_step == "pip install --upgrade coderasst"


def test_a_step_that_fails_changes_nothing(
    store_url: str, tmp_path: Path, database: Database, steps: Path
) -> None:
    failing = NEXT_STEP + "    op.execute('SELECT * FROM nowhere')\n"
    (steps / "versions" / "v0002_mood.py").write_text(failing)
    open_store(store_url, root=tmp_path).close()
    with pytest.raises(Exception, match="nowhere"):
        schema.bring_up(database.reading, database.writing, "it", head="0002", steps=steps)
    with open_store(store_url, root=tmp_path) as store:
        store.record_findings([finding()])


def test_a_file_of_another_program_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "browser.db"
    other = sqlite3.connect(file)
    other.execute("CREATE TABLE bookmarks (url TEXT)")
    other.close()
    with pytest.raises(StoreError, match="no feedback store: it has a table 'bookmarks'"):
        open_store(file, root=tmp_path)


def test_tables_of_a_team_stay_beside_ours_unless_they_have_our_names(
    postgresql: PostgresServer, tmp_path: Path
) -> None:
    url = postgresql.new_url()
    with postgresql.connect(url) as connection:
        connection.execute("CREATE TABLE invoices (id int)")
        connection.execute("CREATE TABLE runs (id int)")
        with pytest.raises(StoreError, match="it has a table 'runs' of something else"):
            open_store(url, root=tmp_path)
        connection.execute("DROP TABLE runs")
        open_store(url, root=tmp_path).close()
