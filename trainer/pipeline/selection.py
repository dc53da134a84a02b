"""Which stages a run is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coderasst_hook.errors import UsageError


@dataclass(frozen=True, slots=True)
class Selection:
    """Names of stages; all that is empty asks for everything."""

    first: str | None = None
    last: str | None = None
    only: tuple[str, ...] = ()
    fresh: bool = False
    """Whether what was done already is done again."""

    def check(self, names: Sequence[str]) -> None:
        """Raises ``UsageError`` where nothing is left, or what was asked contradicts itself."""
        if self.only and (self.first or self.last):
            raise UsageError("--only goes with neither --from nor --until")
        first, last = self._ends(names)
        if first > last:
            raise UsageError(
                f"{self.first} comes after {self.last}",
                next_step=f"--from {self.last} --until {self.first}",
            )

    def against(self, name: str, names: Sequence[str]) -> str | None:
        """Why the stage ``name`` is not asked for; None where it is."""
        if self.only:
            return None if name in self.only else f"--only {' --only '.join(self.only)}"
        first, last = self._ends(names)
        if names.index(name) < first:
            return f"--from {self.first}"
        return f"--until {self.last}" if names.index(name) > last else None

    def _ends(self, names: Sequence[str]) -> tuple[int, int]:
        first = 0 if self.first is None else names.index(self.first)
        return first, len(names) - 1 if self.last is None else names.index(self.last)
