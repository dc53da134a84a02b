"""Text for GitHub's Markdown. Whatever a stranger or a model wrote goes through ``text``,
``inline`` or ``code``: it is shown as written, and nothing in it takes effect."""

from __future__ import annotations


def text(untrusted: str, limit: int | None = None) -> str:
    """Paragraphs, with code spans and fenced code as such, and nothing else. ``limit``: characters
    of ``untrusted`` that are taken; of a longer text the rest is "…"."""
    raise NotImplementedError


def inline(untrusted: str, limit: int | None = None) -> str:
    """``text`` on one line, for a sentence, a list item or a heading of our own."""
    raise NotImplementedError


def code(untrusted: str) -> str:
    """A code span that shows ``untrusted`` as it is, on one line; empty for an empty text."""
    raise NotImplementedError
