"""Numbers in sentences."""

from __future__ import annotations


def count(number: int, thing: str) -> str:
    """``1 file``, ``2 files``, ``1,200 added lines``."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
