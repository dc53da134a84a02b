"""The feedback store, as the run looks at it: what it would export, without writing it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from coderasst_hook.errors import UsageError
from trainer.acquire.feedback import Gathered, acquire_feedback

if TYPE_CHECKING:
    from coderasst_hook.feedback.store import Store


@dataclass(frozen=True, slots=True)
class VerdictStore:
    """``where`` is a file, relative to ``root``, or a URL. Methods raise ``StoreError``."""

    where: str
    root: Path
    repository: str | None = None

    def digest(self) -> str | None:
        """Of the file that ``export`` would write; None where nobody has judged anything."""
        from coderasst_hook.feedback.jsonl import write
        from coderasst_hook.feedback.store import open_store

        if not self._is_there():
            return None
        hashing = _Hashing()
        with open_store(self.where, root=self.root, create=False) as store:
            lines = write(store.judged(repository=self.repository), cast("BinaryIO", hashing))
        return hashing.digest.hexdigest() if lines else None

    def export(self, target: Path) -> Gathered:
        """Raises ``UsageError`` where nobody has judged anything."""
        from coderasst_hook.feedback.store import open_store

        if not self._is_there():
            raise UsageError(f"there is no feedback store at {self.where}")
        with open_store(self.where, root=self.root, create=False) as store:
            return acquire_feedback(store, target, repository=self.repository)

    @contextmanager
    def opened(self) -> Iterator[Store]:
        """For writing; made where it is not there."""
        from coderasst_hook.feedback.store import open_store

        with open_store(self.where, root=self.root) as store:
            yield store

    def _is_there(self) -> bool:
        from coderasst_hook.feedback.place import place_of

        file = place_of(self.where, self.root).file
        return file is None or file.is_file()


class _Hashing:
    """A file of which nothing stays but its hash."""

    def __init__(self) -> None:
        self.digest = sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return len(data)
