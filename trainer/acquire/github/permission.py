"""Whether what a repository holds may be used, by the licences that are allowed."""

from __future__ import annotations

from dataclasses import dataclass

from trainer import spdx
from trainer.config import LicenceSettings

NOT_ALLOWED = "licence not allowed"
NOT_KNOWN = "licence unknown"


@dataclass(frozen=True, slots=True)
class Permission:
    settings: LicenceSettings

    def refusal(self, expression: str) -> str:
        """Why what stands under ``expression`` is not taken; "" where it is."""
        if expression in ("", spdx.UNKNOWN):
            return "" if self.settings.allow_unknown else NOT_KNOWN
        return "" if spdx.allowed(expression, self.settings.allowed) else NOT_ALLOWED


def together(declared: str, own: str) -> str:
    """The expression for a file: what GitHub has ``declared`` of its repository, and what the file
    or the folders above it say on their ``own``. Both count, so the stricter one decides."""
    known = {one for one in (declared, own) if one not in ("", spdx.UNKNOWN)}
    return spdx.all_of(known) if known else spdx.UNKNOWN
