"""The tables of the store, as the newest migration leaves them.

Texts that are compared or sorted by are compared byte by byte in both databases, so that an order
is the same wherever the store is.
"""

from __future__ import annotations

from datetime import datetime, timezone

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Utc(TypeDecorator[datetime]):
    """A time with a zone, kept as UTC. SQLite has no zones: there it is UTC by convention."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value}")
        utc = value.astimezone(timezone.utc)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return (value if value.tzinfo else value.replace(tzinfo=timezone.utc)).astimezone(
            timezone.utc
        )


KEY = Text().with_variant(Text(collation="C"), "postgresql")

metadata = MetaData()

findings = Table(
    "findings",
    metadata,
    Column("repository", KEY, primary_key=True),
    Column("fingerprint", KEY, primary_key=True),
    Column("rule_id", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("confidence", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("end_line", Integer, nullable=False),
    Column("message", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("explanation", Text, nullable=False),
    Column("suggestion", Text, nullable=False),
    Column("replacement", Text),
    Column("cwe", Text),
    Column("context", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("model_digest", Text, nullable=False),
    Column("prompt_version", Text, nullable=False),
    Column("revision", Text, nullable=False),
    Column("at", Utc),
    Index("findings_by_fingerprint", "fingerprint"),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("repository", KEY, primary_key=True),
    Column("fingerprint", KEY, primary_key=True),
    Column("person", KEY, primary_key=True),
    Column("thread", KEY, primary_key=True),
    Column("outcome", Text, nullable=False),
    Column("weight", Float, nullable=False),
    Column("signal", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("reason", Text, nullable=False),
    ForeignKeyConstraint(
        ["repository", "fingerprint"], ["findings.repository", "findings.fingerprint"]
    ),
    CheckConstraint("weight >= -1 AND weight <= 1", name="weight_is_from_minus_one_to_one"),
    Index("verdicts_by_time", "at"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("repository", Text, nullable=False),
    Column("revision", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("pull_request", Integer),
    Column("model", Text, nullable=False),
    Column("model_digest", Text, nullable=False),
    Column("prompt_version", Text, nullable=False),
    Column("files", Integer, nullable=False),
    Column("added_lines", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
)

review_findings = Table(
    "review_findings",
    metadata,
    Column("review", KEY, ForeignKey("reviews.id"), primary_key=True),
    Column("repository", KEY, primary_key=True),
    Column("fingerprint", KEY, primary_key=True),
    ForeignKeyConstraint(
        ["repository", "fingerprint"], ["findings.repository", "findings.fingerprint"]
    ),
)

models = Table(
    "models",
    metadata,
    Column("digest", KEY, primary_key=True),
    Column("name", KEY, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("details", JSON, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("started", Utc, nullable=False),
    Column("ended", Utc),
    Column("outcome", Text, nullable=False),
    Column("details", JSON, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", KEY, primary_key=True),
    Column("value", Text, nullable=False),
)
