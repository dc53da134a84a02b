"""What a document is to the steps: prose in some language, code in one, or neither."""

from __future__ import annotations

import re
from dataclasses import replace

from coderasst_hook.languages import is_prose, language_of
from trainer.corpus.drops import noted
from trainer.documents import Document

VERSION = "1"

PROSE = "prose"
"""The language of prose whose language is not known; behind "prose-" stands its ISO 639-1 code."""
HTML = ("text/html", "application/xhtml+xml")
NOTEBOOK = "application/x-ipynb+json"

GATHERED_FOR_THE_DATASET = ("conversations", "feedback")
"""Kinds that people made for this very purpose: what is short or odd in them is no fault."""

_PROSE_TYPES = (
    *("text/markdown", "text/x-rst", "text/asciidoc", "text/x-tex"),
    *("text/vtt", "application/x-subrip"),
)
_PROSE_KINDS = ("web", "youtube")
_TEMPLATE = re.compile(r"\{\{|\{%|<\?php|<%|\bng-app\b|\bv-if\b")
_PEEK = 20_000
"""Characters that are looked at to tell what a document is."""
_PROSE_WORDS_A_LINE = 5
_PROSE_SHARE = 0.75
_SIMPLE_WORD = re.compile(r"[(\"'*]*[^\W\d_][^\W\d_'’-]*[)\"'.,:;!?*]*$")


def is_prose_document(document: Document) -> bool:
    return document.language.startswith(PROSE)


def label(document: Document) -> Document:
    """Set ``language``: that of code by path and first line, ``PROSE`` for text that is written
    for people. What nobody knows stays "", unless it reads like prose."""
    language = _language(document)
    if language == document.language:
        return document
    return noted(replace(document, language=language), f"label: {language}")


def _language(document: Document) -> str:
    origin = document.origin
    if document.language:
        return PROSE if is_prose(document.language) else document.language
    if document.content is not None or document.media_type in _PROSE_TYPES:
        return PROSE
    if document.media_type in HTML and _is_page(document):
        return PROSE
    if origin.kind in GATHERED_FOR_THE_DATASET or document.media_type == NOTEBOOK:
        return ""
    first_line = document.text[:500].partition("\n")[0]
    language = language_of(origin.location, first_line)
    if language and not (origin.kind in _PROSE_KINDS and document.media_type == "text/plain"):
        return PROSE if is_prose(language) else language
    return PROSE if origin.kind in _PROSE_KINDS or _reads_like_prose(document.text) else ""


def _is_page(document: Document) -> bool:
    """Whether HTML is a page to be read. In a repository, and with the marks of a template, it is
    source code."""
    if document.origin.kind == "web":
        return True
    return document.origin.kind != "github" and not _TEMPLATE.search(document.text[:_PEEK])


def _reads_like_prose(text: str) -> bool:
    """Mostly plain words, several on a line: a README or a licence, no table of figures."""
    words = text[:_PEEK].split()
    lines = sum(1 for line in text[:_PEEK].split("\n") if line.strip())
    if not words or len(words) < _PROSE_WORDS_A_LINE * lines:
        return False
    simple = sum(1 for word in words if len(word) < 30 and _SIMPLE_WORD.match(word))
    return simple >= _PROSE_SHARE * len(words)
