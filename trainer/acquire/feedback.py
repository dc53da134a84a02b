"""What people did with findings, out of the feedback store into the workspace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from coderasst_hook.errors import StoreError, UsageError
from coderasst_hook.files import replacing

if TYPE_CHECKING:
    from coderasst_hook.feedback.line import Item
    from coderasst_hook.feedback.store import Store

COLLECT = "coderasst feedback sync --repo OWNER/NAME, or: coderasst feedback import FILE"


@dataclass(frozen=True, slots=True)
class Gathered:
    findings: int
    verdicts: int


def acquire_feedback(
    store: Store, target: Path, *, repository: str | None = None, dry_run: bool = False
) -> Gathered:
    """Write all judged findings of ``store`` to ``target``, as ``coderasst feedback export`` does:
    equal stores give equal bytes, and the old file is replaced in one step.

    Raises ``UsageError`` where nobody has judged anything, and leaves the old file then; and
    ``StoreError`` where it cannot be written.
    """
    counted = _Counted(_some(store, repository))
    if dry_run:
        for _ in counted:
            continue
        return counted.gathered
    from coderasst_hook.feedback.jsonl import write

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with replacing(target) as file:
            write(counted, file)
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}") from None
    return counted.gathered


def _some(store: Store, repository: str | None) -> Iterator[Item]:
    items = iter(store.judged(repository=repository))
    first = next(items, None)
    if first is None:
        of = f" of {repository}" if repository is not None else ""
        raise UsageError(f"nobody has judged a finding{of} in {store.place} yet", next_step=COLLECT)
    return chain((first,), items)


class _Counted:
    def __init__(self, items: Iterator[Item]) -> None:
        self._items = items
        self.gathered = Gathered(0, 0)

    def __iter__(self) -> Iterator[Item]:
        for item in self._items:
            known = self.gathered
            self.gathered = Gathered(known.findings + 1, known.verdicts + len(item[1]))
            yield item
