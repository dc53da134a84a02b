"""A step over one document, and what it says of a document that falls out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from trainer.documents import Document


@dataclass(frozen=True, slots=True)
class Dropped:
    """``reason`` is one of few, fixed ones: they are counted. ``detail`` is what was measured, for
    the one who asks why this very document."""

    reason: str
    detail: str = ""


Step = Callable[[Document], "Document | Dropped"]
"""The document as it goes on, or why it does not. A step raises nothing, whatever the text; it
keeps no state, and the same document always gives the same answer."""


@dataclass(frozen=True, slots=True)
class NamedStep:
    """A step as the manifest tells it. It can be pickled, for it is sent to worker processes."""

    name: str
    version: str
    """Raised whenever the step answers differently for any document."""
    step: Step
    parameters: str = ""
    """What the answers depend on besides the version: settings, a digest of data."""

    def __call__(self, document: Document) -> Document | Dropped:
        return self.step(document)


def noted(document: Document, what: str, text: str | None = None) -> Document:
    """``document`` with a line more in its history, and with ``text`` where one is given."""
    return replace(
        document,
        text=document.text if text is None else text,
        history=(*document.history, what),
    )
