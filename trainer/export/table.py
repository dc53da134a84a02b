"""Sizes, perplexities and speeds of what was exported, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    kind: str
    by: str
    """Who made it."""
    size: int
    """Bytes."""
    perplexity: float | None = None
    loss: float | None = None
    """Share by which the perplexity is higher than that of the trained weights."""
    speed: float | None = None
    """Tokens of an answer in a second, as Ollama reports them."""


_HEADER = ("quantisation", "made by", "size", "perplexity", "loss", "tokens/s")


def cells(row: Row) -> tuple[str, ...]:
    return (
        row.kind,
        row.by,
        f"{row.size / 1e6:,.1f} MB",
        "not measured" if row.perplexity is None else f"{row.perplexity:.3f}",
        "" if row.loss is None else f"{100 * row.loss:+.2f} %",
        "" if row.speed is None else f"{row.speed:,.0f}",
    )


def plain(rows: Sequence[Row]) -> str:
    """In columns, for a terminal."""
    lines = [_HEADER, *map(cells, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADER))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def markdown(rows: Sequence[Row]) -> str:
    lines = [_HEADER, ("---",) * len(_HEADER), *map(cells, rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
