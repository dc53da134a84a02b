"""The option ``--since``, as several subcommands take it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

_AGO = re.compile(r"(\d{1,4})([dw])")
_DAYS = {"d": 1, "w": 7}


def since_option(words: str) -> Callable[[Command], Command]:
    """Add ``--since``; the command gets ``since`` as a time in UTC, or None."""
    return click.option("--since", metavar="WHEN", callback=_moment, help=words)


def moment(text: str, now: datetime) -> datetime:
    """A date, a time in ISO 8601, or a span that ends ``now`` ("30d", "6w"). What names no zone is
    UTC. Raises ``ValueError``."""
    if ago := _AGO.fullmatch(text):
        return now - timedelta(days=int(ago[1]) * _DAYS[ago[2]])
    # Python 3.10 reads no "Z".
    at = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text))
    return (at if at.tzinfo else at.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)


def _moment(context: click.Context, option: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        return moment(value.strip(), datetime.now(timezone.utc))
    except (ValueError, OverflowError):
        raise click.BadParameter(
            f"{value!r} is no date like 2024-01-31, and no span like 30d or 6w"
        ) from None
