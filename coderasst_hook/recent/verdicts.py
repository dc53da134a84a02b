"""Where verdicts of this machine are written: the store, with the reasons found in the code in it.

A review of one's own change notes what its markers suppress and why (``log.py``). ``feedback
accept``, ``reject`` and ``sync`` and ``review --interactive``, which open the store to write, make
verdicts of these first; doing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from coderasst_hook.feedback.local import Local, open_local
from coderasst_hook.git.repository import Repository
from coderasst_hook.recent.log import read


@contextmanager
def open_verdicts(repository: Repository, where: str) -> Iterator[Local]:
    """``where``: the setting ``feedback.store``. Raises ``StoreError``."""
    with open_local(repository, where) as local:
        take_ignored(local, repository)
        yield local


def take_ignored(local: Local, repository: Repository) -> int:
    """How many findings are now known to be ignored for a reason, and were not before."""
    return local.take(
        (entry.record, entry.ignored) for entry in read(repository.git_dir).ignored if entry.ignored
    )
