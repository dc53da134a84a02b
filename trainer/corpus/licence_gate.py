"""Whether a document's licence lets it be used. Recorded where it was gathered, decided here."""

from __future__ import annotations

from dataclasses import dataclass

from trainer import spdx
from trainer.corpus.drops import Dropped
from trainer.documents import Document

VERSION = "1"

OWN_KINDS = ("feedback",)
"""What the users of the hook say of its findings is theirs, and under no licence."""
_LONGEST_REASON = 60
"""Characters of an expression in a reason: reasons are counted, and shown in a table."""


@dataclass(frozen=True, slots=True)
class LicenceGate:
    """``allowed``: SPDX identifiers. Of "A OR B" one side is enough, of "A AND B" both are needed,
    and an exception (WITH) only permits more."""

    allowed: frozenset[str]
    allow_unknown: bool = False

    def __call__(self, document: Document) -> Document | Dropped:
        if document.origin.kind in OWN_KINDS:
            return document
        licence = document.origin.licence.strip()
        if licence in ("", spdx.UNKNOWN, "NOASSERTION"):
            return document if self.allow_unknown else Dropped("licence unknown")
        if spdx.allowed(licence, self.allowed):
            return document
        return Dropped(f"licence: {licence[:_LONGEST_REASON]}")
