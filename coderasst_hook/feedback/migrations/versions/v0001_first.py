"""Findings, verdicts, reviews, models, runs, cursors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "findings",
        sa.Column("repository", _KEY, primary_key=True),
        sa.Column("fingerprint", _KEY, primary_key=True),
        sa.Column("rule_id", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("severity", sa.Text, nullable=False),
        sa.Column("confidence", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("end_line", sa.Integer, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("explanation", sa.Text, nullable=False),
        sa.Column("suggestion", sa.Text, nullable=False),
        sa.Column("replacement", sa.Text),
        sa.Column("cwe", sa.Text),
        sa.Column("context", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("model_digest", sa.Text, nullable=False),
        sa.Column("prompt_version", sa.Text, nullable=False),
        sa.Column("revision", sa.Text, nullable=False),
        sa.Column("at", _TIME),
    )
    op.create_index("findings_by_fingerprint", "findings", ["fingerprint"])
    op.create_table(
        "verdicts",
        sa.Column("repository", _KEY, primary_key=True),
        sa.Column("fingerprint", _KEY, primary_key=True),
        sa.Column("person", _KEY, primary_key=True),
        sa.Column("thread", _KEY, primary_key=True),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("weight", sa.Float, nullable=False),
        sa.Column("signal", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        _of_finding(),
        sa.CheckConstraint("weight >= -1 AND weight <= 1", name="weight_is_from_minus_one_to_one"),
    )
    op.create_index("verdicts_by_time", "verdicts", ["at"])
    op.create_table(
        "reviews",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("repository", sa.Text, nullable=False),
        sa.Column("revision", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("pull_request", sa.Integer),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("model_digest", sa.Text, nullable=False),
        sa.Column("prompt_version", sa.Text, nullable=False),
        sa.Column("files", sa.Integer, nullable=False),
        sa.Column("added_lines", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
    )
    op.create_table(
        "review_findings",
        sa.Column("review", _KEY, sa.ForeignKey("reviews.id"), primary_key=True),
        sa.Column("repository", _KEY, primary_key=True),
        sa.Column("fingerprint", _KEY, primary_key=True),
        _of_finding(),
    )
    op.create_table(
        "models",
        sa.Column("digest", _KEY, primary_key=True),
        sa.Column("name", _KEY, primary_key=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("started", _TIME, nullable=False),
        sa.Column("ended", _TIME),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
    )
    op.create_table(
        "cursors",
        sa.Column("name", _KEY, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def _of_finding() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["repository", "fingerprint"], ["findings.repository", "findings.fingerprint"]
    )
