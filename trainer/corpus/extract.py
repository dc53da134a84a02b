"""The plain text of a document, whatever it came as: HTML, PDF, notebooks, Office, subtitles.

Markdown and reStructuredText are plain text already; only front matter goes. Source code, and HTML
that is source code, stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from trainer.corpus.drops import Dropped, noted
from trainer.corpus.extract_html import html_to_text
from trainer.corpus.extract_notebook import notebook_to_text
from trainer.corpus.extract_office import EPUB, FORMATS, SPREADSHEETS, office_to_text
from trainer.corpus.extract_pdf import pdf_to_text
from trainer.corpus.extract_subtitles import subtitles_to_text
from trainer.corpus.extracted import Extracted
from trainer.corpus.kinds import HTML, NOTEBOOK, is_prose_document
from trainer.documents import Document

VERSION = "1"

LARGEST_TEXT = 20_000_000
"""Characters of a text that is taken apart, before and after; a bound for memory and time."""
LARGEST_BINARY = 100_000_000
"""Bytes of a PDF or Office file."""
_PDF = "application/pdf"
_SUBTITLES = ("text/vtt", "application/x-subrip")
_FRONT_MATTER = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*\r?\n")
_LONGEST_FRONT_MATTER = 10_000


def extract(document: Document) -> Document | Dropped:
    result: Extracted | Dropped | None
    if document.content is not None:
        result = _binary(document.media_type, document.content)
    elif len(document.text) > LARGEST_TEXT:
        return Dropped("too large to extract", f"{len(document.text)} characters")
    else:
        result = _text(document)
    if result is None or isinstance(result, Dropped):
        return document if result is None else result
    if len(result.text) > LARGEST_TEXT:
        return Dropped("too large to extract", f"{len(result.text)} characters of text")
    if not result.text.strip():
        return Dropped("no text in it", document.media_type)
    language = result.language or document.language
    extracted = replace(document, content=None, language=language)
    return noted(extracted, f"extract: {result.how}", result.text)


def _binary(media_type: str, content: bytes) -> Extracted | Dropped:
    if len(content) > LARGEST_BINARY:
        return Dropped("too large to extract", f"{len(content)} bytes")
    if media_type == _PDF:
        return pdf_to_text(content)
    if media_type in SPREADSHEETS:
        return Dropped("spreadsheet")
    if media_type in FORMATS or media_type == EPUB:
        return office_to_text(media_type, content)
    return Dropped("unknown format", media_type)


def _text(document: Document) -> Extracted | Dropped | None:
    media_type, text = document.media_type, document.text
    if media_type == NOTEBOOK:
        return notebook_to_text(text)
    if not is_prose_document(document):
        return None
    how: Callable[[str], Extracted | None] | None = None
    if media_type in HTML:
        how = html_to_text
    elif media_type in _SUBTITLES:
        how = subtitles_to_text
    elif media_type == "text/markdown":
        how = _without_front_matter
    return how(text) if how else None


def _without_front_matter(text: str) -> Extracted | None:
    """None where there is none. What a site's generator reads is between two equal lines."""
    opening = _FRONT_MATTER.match(text)
    if opening is None:
        return None
    head = text[: opening.end() + _LONGEST_FRONT_MATTER]
    closing = re.compile(rf"^{re.escape(opening[1])}[ \t]*(?:\r?\n|$)", re.MULTILINE)
    found = closing.search(head, opening.end())
    # A rule and a heading are no front matter: that has keys.
    if found is None or not re.search(r"[:=]", head[opening.end() : found.start()]):
        return None
    return Extracted(text[found.end() :], "front matter off")
