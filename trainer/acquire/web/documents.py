"""A page as a document: its identity, and where it comes from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timezone

from trainer.acquire.web import urls
from trainer.acquire.web.content import Content
from trainer.acquire.web.page import Page
from trainer.documents import Document, Origin

_LONGEST_ID = 400


def document(
    source: str, headers: Mapping[str, str], found: Content, about: Page, location: str
) -> Document:
    site = urls.site(location)
    # As with files: what has changed is another document beside the old one.
    name = (
        location if len(location) <= _LONGEST_ID else hashlib.sha256(location.encode()).hexdigest()
    )
    details = {
        "title": about.title,
        "encoding": found.encoding,
        "etag": headers.get("etag", ""),
        "last_modified": headers.get("last-modified", ""),
    }
    return Document(
        id=f"web/{site}/{name}@{about.digest[:16]}",
        text=found.text,
        media_type=found.media_type,
        origin=Origin(
            kind="web",
            source=source,
            location=location,
            group=site,
            licence=about.licence,
            fetched_at=datetime.now(timezone.utc),
            details={name: value for name, value in details.items() if value},
        ),
        content=found.content,
        language=found.language,
    )
