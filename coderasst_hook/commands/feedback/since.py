"""The option ``--since``: a moment, as several subcommands take it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

import click

_AGO = re.compile(r"(\d{1,4})([dw])")
_DAYS = {"d": 1, "w": 7}


class Moment(click.ParamType):
    """A date, a time in ISO 8601, or a span that ended now ("30d", "6w"); gives UTC. What names no
    zone is UTC."""

    name = "moment"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        text = str(value).strip()
        if ago := _AGO.fullmatch(text):
            return datetime.now(timezone.utc) - timedelta(days=int(ago[1]) * _DAYS[ago[2]])
        try:
            # Python 3.10 reads no "Z".
            at = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text))
            return (at if at.tzinfo else at.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
        except (ValueError, OverflowError):
            self.fail(f"{text!r} is no date like 2024-01-31, and no span like 30d or 6w", param)


MOMENT = Moment()
