"""Records as rows, rows as records, and how rows are written so that writers do not collide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table
from sqlalchemy.dialects import postgresql, sqlite

from coderasst_hook.batching import batches
from coderasst_hook.feedback.records import ModelRecord, RunRecord
from coderasst_hook.feedback.values import (
    FindingRecord,
    Outcome,
    Provenance,
    ReviewRecord,
    Signal,
    Verdict,
)
from coderasst_hook.records import by_field

Values = Mapping[str, Any]

# Older SQLite takes 999 values in a statement.
_MOST_VALUES = 999


def keep_first(connection: Connection, table: Table, rows: Iterable[Values]) -> int:
    """Insert those whose key is new; how many there were."""
    return _insert(connection, table, rows, replaces=None)


def replace(
    connection: Connection, table: Table, rows: Iterable[Values], *, later: str | None = None
) -> int:
    """Insert, or replace the row of the same key; how many changed. With ``later``, the name of a
    column, only where the new row has more there."""
    return _insert(connection, table, rows, replaces=later or "")


def _insert(
    connection: Connection, table: Table, rows: Iterable[Values], *, replaces: str | None
) -> int:
    names = [column.name for column in table.primary_key]
    changed = 0
    # In one order for everyone: two transactions that hold what the other waits for would never
    # end. And each key once, which PostgreSQL asks for.
    for part in batches(_unique(rows, names, replaces), _MOST_VALUES // len(table.columns)):
        statement: Any
        if connection.dialect.name == "postgresql":
            statement = postgresql.insert(table).values(part)
        else:
            statement = sqlite.insert(table).values(part)
        if replaces is None:
            statement = statement.on_conflict_do_nothing(index_elements=names)
        else:
            new = {c.name: statement.excluded[c.name] for c in table.columns if not c.primary_key}
            is_later = statement.excluded[replaces] > table.c[replaces] if replaces else None
            statement = statement.on_conflict_do_update(
                index_elements=names, set_=new, where=is_later
            )
        # Else SQLAlchemy would drop the count of an INSERT where the driver is PostgreSQL's.
        counted = statement.execution_options(preserve_rowcount=True)
        changed += connection.execute(counted).rowcount
    return changed


def _unique(rows: Iterable[Values], names: Sequence[str], replaces: str | None) -> list[Values]:
    kept: dict[tuple[Any, ...], Values] = {}
    for row in rows:
        identity = tuple(row[name] for name in names)
        known = kept.get(identity)
        if known is None or replaces == "" or (replaces and row[replaces] > known[replaces]):
            kept[identity] = row
    return [kept[identity] for identity in sorted(kept)]


def finding_row(record: FindingRecord) -> Values:
    return _with_provenance(by_field(record))


def finding_of(row: Row[Any]) -> FindingRecord:
    values = dict(row._mapping)
    return FindingRecord(provenance=_provenance_of(values), **values)


def verdict_row(verdict: Verdict) -> Values:
    outcome, signal = verdict.outcome.value, verdict.signal.value
    return by_field(verdict) | {"outcome": outcome, "signal": signal}


def verdict_of(row: Row[Any]) -> Verdict:
    values = dict(row._mapping)
    values["outcome"] = Outcome(values["outcome"])
    values["signal"] = Signal(values["signal"])
    return Verdict(**values)


def review_row(record: ReviewRecord) -> Values:
    return _with_provenance(by_field(record))


def model_row(record: ModelRecord) -> Values:
    return by_field(record) | {"details": dict(record.details)}


def model_of(row: Row[Any]) -> ModelRecord:
    return ModelRecord(**row._mapping)


def run_row(record: RunRecord) -> Values:
    return by_field(record) | {"details": dict(record.details)}


def run_of(row: Row[Any]) -> RunRecord:
    return RunRecord(**row._mapping)


def _with_provenance(values: dict[str, Any]) -> Values:
    return values | by_field(values.pop("provenance"))


def _provenance_of(values: dict[str, Any]) -> Provenance:
    names = ("model", "model_digest", "prompt_version")
    return Provenance(**{name: values.pop(name) for name in names})
