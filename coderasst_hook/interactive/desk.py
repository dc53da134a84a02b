"""What a decision does: verdicts into the store, replacements into files, files into the editor."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from coderasst_hook import fixing
from coderasst_hook.errors import UsageError
from coderasst_hook.feedback.values import FindingRecord, Signal
from coderasst_hook.interactive.editor import open_at
from coderasst_hook.models import Finding
from coderasst_hook.recent.records import entries
from coderasst_hook.reviewed import Reviewed
from coderasst_hook.session import Session
from coderasst_hook.working_tree import Unreadable, WorkingTree

if TYPE_CHECKING:
    from coderasst_hook.feedback.local import Local


class Desk:
    """Implements ``walk.Desk``. The store is opened at the first verdict, and closed at the end."""

    def __init__(
        self, reviewed: Reviewed, session: Session, *, root: Path | None, environ: Mapping[str, str]
    ) -> None:
        self._reviewed = reviewed
        self._records: Mapping[str, FindingRecord] = {}
        self._session = session
        self._root = root
        self._environ = environ
        self._open = ExitStack()
        self._local: Local | None = None

    def __enter__(self) -> Desk:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def judge(self, finding: Finding, signal: Signal, reason: str = "") -> None:
        self._store().judge(self._record(finding), signal, reason)

    def fix(self, reviewed: Reviewed, finding: Finding) -> fixing.Outcome:
        if self._root is None:
            raise UsageError(
                "only what is staged, or --all, can be fixed in the working tree",
                next_step="coderasst review --interactive",
            )
        return fixing.fix(reviewed, self._root, asked_for=finding)

    def edit(self, finding: Finding) -> None:
        root, where = self._session.root, finding.location
        if root is None:
            raise UsageError("there is no working tree to open a file of")
        found = WorkingTree(root).open(where.path)
        if isinstance(found, Unreadable):
            raise UsageError(f"{where.path} cannot be opened: {found.reason}")
        path = root / os.fsdecode(where.path.encode("utf-8", "surrogateescape"))
        open_at(path, where.line, self._environ)

    def _store(self) -> Local:
        if self._local is None:
            from coderasst_hook.recent.verdicts import open_verdicts

            repository = self._session.repository
            if repository is None:
                raise UsageError("there is no repository to keep verdicts for")
            where = self._session.settings.feedback.store
            self._local = self._open.enter_context(open_verdicts(repository, where))
        return self._local

    def _record(self, finding: Finding) -> FindingRecord:
        if not self._records:
            found = entries(self._reviewed, ignored=())
            self._records = {entry.record.fingerprint: entry.record for entry in found}
        return self._records[finding.fingerprint]
