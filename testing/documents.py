"""Documents for the tests of the steps, with no more said than a test is about."""

from __future__ import annotations

from trainer.documents import Document, Origin


def a_document(
    text: str = "",
    *,
    location: str = "src/app.py",
    kind: str = "files",
    media_type: str = "text/plain",
    licence: str = "MIT",
    language: str = "",
    content: bytes | None = None,
) -> Document:
    origin = Origin(kind, "tests", location, "owner/name", licence)
    return Document(f"{kind}/{location}", text, media_type, origin, content, language)
