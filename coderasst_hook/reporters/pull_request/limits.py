"""How much GitHub takes. It counts a comment's characters; bytes are never fewer, whatever it
counts as one character."""

from __future__ import annotations

LONGEST_BODY = 65_000
"""Bytes of a comment: GitHub takes 65,536 characters."""
LONGEST_JOB_SUMMARY = 1_000_000
"""Bytes that one step may add to the summary of its job: GitHub takes 1 MiB."""


def size(text: str) -> int:
    """Bytes of a text without lone surrogates, such as ``visible`` makes."""
    return len(text.encode("utf-8"))
