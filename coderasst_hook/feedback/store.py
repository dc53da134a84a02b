"""Where findings and verdicts are kept: SQLite, or PostgreSQL for a team.

What a method has returned from is on disk. Any number of processes may write at once; each writes
in one transaction, or not at all. Every record is redacted on its way in, here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    Table,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    tuple_,
)

from coderasst_hook.feedback import redaction, rows, tables
from coderasst_hook.feedback.database import Database, connect, reported
from coderasst_hook.feedback.place import place_of
from coderasst_hook.feedback.records import Counts, ModelRecord, RunRecord
from coderasst_hook.feedback.schema import bring_up
from coderasst_hook.feedback.values import FindingRecord, ReviewRecord, Verdict

_PAGE = 200
Judged = tuple[FindingRecord, tuple[Verdict, ...]]


def open_store(where: str | Path, *, root: Path, create: bool = True) -> Store:
    """``where`` is a file, relative to ``root``, or a URL of SQLAlchemy (``feedback.store``).

    With ``create``, a missing file is made; tables of an older version are migrated in any case.
    Raises ``StoreError``.
    """
    place = place_of(where, root)
    database = connect(place, create=create)
    try:
        with reported(place):
            bring_up(database.reading, database.writing, str(place))
    except BaseException:
        database.close()
        raise
    return Store(database)


class Store:
    """A context manager. Its methods raise ``StoreError``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def place(self) -> str:
        """Where it is, without credentials."""
        return str(self._database.place)

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def record_review(self, review: ReviewRecord, findings: Sequence[FindingRecord]) -> None:
        """Also which findings it showed. A review that is already there stays as it is."""
        clean = redaction.review(review)
        shown = [rows.finding_row(redaction.finding(finding)) for finding in findings]
        links = [
            {
                "review": clean.id,
                "repository": row["repository"],
                "fingerprint": row["fingerprint"],
            }
            for row in shown
        ]
        with self._writing() as connection:
            if rows.keep_first(connection, tables.reviews, [rows.review_row(clean)]):
                rows.keep_first(connection, tables.findings, shown)
                rows.keep_first(connection, tables.review_findings, links)

    def record_findings(self, findings: Iterable[FindingRecord]) -> int:
        """Those that are new are kept, as they were first shown; how many there were."""
        shown = [rows.finding_row(redaction.finding(finding)) for finding in findings]
        with self._writing() as connection:
            return rows.keep_first(connection, tables.findings, shown)

    def add_verdicts(self, verdicts: Iterable[Verdict]) -> int:
        """How many were new or changed one. Of two verdicts of one person in one thread the later
        one counts; their findings must be there."""
        given = [rows.verdict_row(redaction.verdict(verdict)) for verdict in verdicts]
        with self._writing() as connection:
            return rows.replace(connection, tables.verdicts, given, later="at")

    def settle(
        self, repository: str, fingerprint: str, thread: str, verdicts: Iterable[Verdict]
    ) -> int:
        """Make ``verdicts`` all that was said of this finding in this thread, whatever is there;
        how many were new, other than before, or are gone. The finding must be there."""
        given = [rows.verdict_row(redaction.verdict(verdict)) for verdict in verdicts]
        found = tables.verdicts
        here = and_(
            found.c.repository == redaction.key(repository),
            found.c.fingerprint == redaction.key(fingerprint),
            found.c.thread == redaction.key(thread),
        )
        with self._writing() as connection:
            kept = connection.execute(select(found).where(here)).all()
            known = {row.person: rows.verdict_row(rows.verdict_of(row)) for row in kept}
            changed = [row for row in given if known.get(row["person"]) != row]
            # In one order for everyone, as in ``rows``.
            gone = sorted(set(known) - {row["person"] for row in given})
            for person in gone:
                connection.execute(delete(found).where(here, found.c.person == person))
            rows.replace(connection, found, changed)
        return len(changed) + len(gone)

    def withdraw(self, verdict: Verdict) -> bool:
        """Forget what this person said of this finding in this thread; whether there was
        anything."""
        row = rows.verdict_row(redaction.verdict(verdict))
        key = and_(*(column == row[column.name] for column in tables.verdicts.primary_key))
        with self._writing() as connection:
            return connection.execute(delete(tables.verdicts).where(key)).rowcount > 0

    def judged(
        self, *, repository: str | None = None, since: datetime | None = None
    ) -> Iterator[Judged]:
        """Findings with all their verdicts, at least one of them given ``since`` then; in the order
        of repository and fingerprint."""
        return self._pages(repository, _has_verdict(since))

    def shown(
        self, *, repository: str | None = None, since: datetime | None = None
    ) -> Iterator[Judged]:
        """Like ``judged``, with the findings that nobody judged; ``since``: shown or judged."""
        if since is None:
            return self._pages(repository)
        return self._pages(repository, or_(tables.findings.c.at >= since, _has_verdict(since)))

    def get(self, fingerprint: str, repository: str | None = None) -> FindingRecord | None:
        """Without ``repository``: the one that was shown last, of several."""
        found = tables.findings
        query = select(found).where(found.c.fingerprint == redaction.key(fingerprint))
        if repository is not None:
            query = query.where(found.c.repository == redaction.key(repository))
        query = query.order_by(found.c.at.desc().nulls_last(), found.c.repository).limit(1)
        with self._reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else rows.finding_of(row)

    def cursor(self, name: str) -> str | None:
        cursors = tables.cursors
        with self._reading() as connection:
            return connection.execute(
                select(cursors.c.value).where(cursors.c.name == redaction.key(name))
            ).scalar()

    def set_cursor(self, name: str, value: str) -> None:
        with self._writing() as connection:
            rows.replace(
                connection, tables.cursors, [{"name": redaction.key(name), "value": value}]
            )

    def first(self, name: str, value: str) -> str:
        """What is kept under ``name``: ``value``, unless somebody was first."""
        with self._writing() as connection:
            rows.keep_first(
                connection, tables.cursors, [{"name": redaction.key(name), "value": value}]
            )
        kept = self.cursor(name)
        return value if kept is None else kept

    def record_model(self, model: ModelRecord) -> None:
        """A model that is already there stays as it is."""
        row = rows.model_row(redaction.model(model))
        with self._writing() as connection:
            rows.keep_first(connection, tables.models, [row])

    def models(self) -> tuple[ModelRecord, ...]:
        """Oldest first."""
        found = tables.models
        with self._reading() as connection:
            kept = connection.execute(select(found).order_by(found.c.at, found.c.name)).all()
        return tuple(rows.model_of(row) for row in kept)

    def record_run(self, run: RunRecord) -> None:
        row = rows.run_row(redaction.run(run))
        with self._writing() as connection:
            rows.replace(connection, tables.runs, [row])

    def runs(self, kind: str | None = None) -> tuple[RunRecord, ...]:
        """Oldest first."""
        found = tables.runs
        query = select(found).order_by(found.c.started, found.c.id)
        if kind is not None:
            query = query.where(found.c.kind == kind)
        with self._reading() as connection:
            return tuple(rows.run_of(row) for row in connection.execute(query).all())

    def counts(self) -> Counts:
        with self._reading() as connection:
            return Counts(
                findings=_count(connection, tables.findings),
                verdicts=_count(connection, tables.verdicts),
                reviews=_count(connection, tables.reviews),
                models=_count(connection, tables.models),
                runs=_count(connection, tables.runs),
            )

    def _pages(self, repository: str | None, *conditions: Any) -> Iterator[Judged]:
        """A page is one transaction, and none is open while the caller works on it."""
        found = tables.findings
        key = tuple_(found.c.repository, found.c.fingerprint)
        query = select(found).where(*conditions).order_by(*key.clauses).limit(_PAGE)
        if repository is not None:
            query = query.where(found.c.repository == redaction.key(repository))
        first = query
        while True:
            page = self._page(query)
            yield from page
            if len(page) < _PAGE:
                return
            last = page[-1][0]
            query = first.where(key > (last.repository, last.fingerprint))

    def _page(self, query: Select[Any]) -> list[Judged]:
        given = tables.verdicts
        with self._reading() as connection:
            shown = [rows.finding_of(row) for row in connection.execute(query).all()]
            keys = [(finding.repository, finding.fingerprint) for finding in shown]
            votes: dict[tuple[str, str], list[Verdict]] = {key: [] for key in keys}
            of_page = tuple_(given.c.repository, given.c.fingerprint).in_(keys)
            ordered = select(given).where(of_page).order_by(given.c.at, given.c.person)
            for row in connection.execute(ordered.order_by(given.c.thread)).all():
                verdict = rows.verdict_of(row)
                votes[verdict.repository, verdict.fingerprint].append(verdict)
        return [(finding, tuple(votes[key])) for finding, key in zip(shown, keys, strict=True)]

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with reported(self._database.place), self._database.reading.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with reported(self._database.place), self._database.writing.begin() as connection:
            yield connection


def _has_verdict(since: datetime | None) -> Any:
    given, found = tables.verdicts, tables.findings
    of_finding = exists().where(
        given.c.repository == found.c.repository, given.c.fingerprint == found.c.fingerprint
    )
    return of_finding if since is None else of_finding.where(given.c.at >= since)


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()
