"""Lines without their white space: what was only indented anew is the same line."""

from __future__ import annotations

from collections.abc import Sequence


def bare(text: str) -> str:
    return "".join(text.split())


def bare_lines(lines: Sequence[str]) -> list[str]:
    return [bare(line) for line in lines]
