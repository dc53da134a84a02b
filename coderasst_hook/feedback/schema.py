"""Which version of the tables a store has, and bringing it to ours.

Of many processes that open a new or an old store at once, one changes it and the others wait.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from coderasst_hook.errors import StoreError
from coderasst_hook.feedback.tables import metadata

HEAD = "0001"
"""The newest step in ``migrations/versions``; a test holds them equal. Known here, so that a store
that is up to date is opened without Alembic."""
STEPS = Path(__file__).with_name("migrations")
VERSION_TABLE = "coderasst_schema"
# Any number will do, as long as nothing else in the team's database locks by it.
_ADVISORY_LOCK = 0x636F646572617373


def bring_up(
    reading: Engine, writing: Engine, place: str, *, head: str = HEAD, steps: Path = STEPS
) -> None:
    """``writing`` must take the database's write lock where a transaction begins, if it is SQLite.
    Raises ``StoreError`` for a store of a newer program, and for a database of something else."""
    with reading.connect() as connection:
        if _version(connection) == head:
            return
    with writing.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        # Somebody else may have done it while this process waited.
        version = _version(connection)
        if version == head:
            return
        if version is None:
            _refuse_foreign(connection, place)
        _upgrade(connection, version, place, steps)


def _version(connection: Connection) -> str | None:
    """None where the database has none, as a new one."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    return None if found is None else str(found)


def _refuse_foreign(connection: Connection, place: str) -> None:
    present = set(inspect(connection).get_table_names())
    # A team's database may well have other tables; a file is ours alone.
    foreign = present if connection.dialect.name == "sqlite" else present & set(metadata.tables)
    if foreign:
        raise StoreError(
            f"{place} is no feedback store: it has a table {min(foreign)!r} of something else",
            next_step="name another one: export CODERASST_FEEDBACK_STORE=…",
        )


def _upgrade(connection: Connection, version: str | None, place: str, steps: Path) -> None:
    # Alembic takes longer to import than all the rest together, and is rarely needed.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(steps).replace("%", "%%"))
    config.attributes.update(connection=connection, version_table=VERSION_TABLE)
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise StoreError(
            f"{place} was written by a newer coderasst (its version is {version!r})",
            next_step="pip install --upgrade coderasst",
        )
    command.upgrade(config, "head")
