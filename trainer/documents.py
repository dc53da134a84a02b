"""A document and its paper trail, as values and as lines of JSON.

The JSON is what datatrove reads and writes: ``{"id", "text", "metadata": {…}}``.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

KINDS = ("files", "web", "github", "conversations", "youtube", "feedback")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document comes from. ``group`` is the unit that is never divided between training and
    test: a repository ("owner/name"), a site ("docs.example.org"), a package, a channel."""

    kind: str
    """One of ``KINDS``."""
    source: str
    """The name of the acquisition, a folder name."""
    location: str
    """A path inside the group, or a URL."""
    group: str
    licence: str = "unknown"
    """An SPDX identifier, or "unknown"."""
    fetched_at: datetime | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    """What else is known: commit, ETag, author's hash, title, video's language…"""


@dataclass(frozen=True, slots=True)
class Document:
    """``text`` is the content of text formats as it was, decoded; binary formats (PDF, Office) have
    ``content`` instead. ``history`` says what was done to it, one step a line."""

    id: str
    """Stable over acquisitions: "<kind>/<group>/<location>" or its hash."""
    text: str
    media_type: str
    """As in "text/x-python", "text/html", "application/pdf"."""
    origin: Origin
    content: bytes | None = None
    language: str = ""
    """A name of ``coderasst_hook.languages`` for code, "" where unknown; for prose an ISO 639-1
    code behind "prose-", as in "prose-en"."""
    history: tuple[str, ...] = ()

    def to_json(self) -> str:
        # Sorted, and ASCII alone: the same document is the same bytes everywhere.
        return json.dumps(self.to_data(), sort_keys=True)

    def to_data(self) -> dict[str, Any]:
        """What ``to_json`` writes, for those who add to the metadata."""
        origin = self.origin
        metadata: dict[str, Any] = {
            "media_type": self.media_type,
            "language": self.language,
            "kind": origin.kind,
            "source": origin.source,
            "location": origin.location,
            "group": origin.group,
            "licence": origin.licence,
            "fetched_at": origin.fetched_at.isoformat() if origin.fetched_at else None,
            "details": dict(origin.details),
            "history": list(self.history),
        }
        if self.content is not None:
            metadata["content"] = base64.b64encode(self.content).decode("ascii")
        return {"id": self.id, "text": self.text, "metadata": metadata}

    @classmethod
    def from_json(cls, line: str) -> Document:
        """Raises ``ValueError``, ``KeyError`` or ``TypeError`` for what is no document."""
        data = json.loads(line)
        metadata = data["metadata"]
        fetched = metadata["fetched_at"]
        content = metadata.get("content")
        return cls(
            id=data["id"],
            text=data["text"],
            media_type=metadata["media_type"],
            origin=Origin(
                kind=metadata["kind"],
                source=metadata["source"],
                location=metadata["location"],
                group=metadata["group"],
                licence=metadata["licence"],
                fetched_at=datetime.fromisoformat(fetched) if fetched else None,
                details=dict(metadata["details"]),
            ),
            content=None if content is None else base64.b64decode(content),
            language=metadata["language"],
            history=tuple(metadata["history"]),
        )
