"""How long to wait before a request is sent again, as GitHub's documentation of limits asks."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from typing import Any

from coderasst_hook.github import fields
from coderasst_hook.github.answers import graphql_kinds
from coderasst_hook.github.errors import RateLimited
from coderasst_hook.github.transport import Answer

UNSAID = 60.0
"""Seconds to wait for a secondary limit where the answer does not say how long."""
LONGEST_BACK_OFF = 30.0
TOTAL_WAIT = 900.0
"""Seconds that all waits of a run may take together."""
_LONGEST_SAID = 366 * 24 * 3600.0
_LIMIT_WORDS = ("rate limit", "abuse detection")


def limit_wait(answer: Answer, now: float) -> float | None:
    """Seconds after which GitHub takes the request, which it has refused because there were too
    many; None where ``answer`` is not such a refusal. ``now`` is a Unix time."""
    if answer.status not in (403, 429):
        return None
    # Only 429 always means a limit: of the 403 with "remaining: 0", some lack a permission.
    named = any(word in _message(answer) for word in _LIMIT_WORDS)
    if answer.status == 429 or named or "retry-after" in answer.headers:
        return _said(answer, now)
    return None


def graphql_limit_wait(answer: Answer, errors: Sequence[Any], now: float) -> float | None:
    """The same for the ``errors`` of GraphQL, which come with the status 200."""
    if graphql_kinds(errors) & {"RATE_LIMITED", "RATE_LIMIT"}:
        return _said(answer, now)
    return None


def _said(answer: Answer, now: float) -> float:
    after = answer.headers.get("retry-after", "").strip()
    if after.isascii() and after.isdigit():
        return min(max(float(after), 1.0), _LONGEST_SAID)
    reset = answer.headers.get("x-ratelimit-reset", "").strip()
    empty = answer.headers.get("x-ratelimit-remaining", "").strip() == "0"
    if empty and reset.isascii() and reset.isdigit():
        # It does not say when within that second.
        return min(max(float(reset) - now, 0.0) + 1.0, _LONGEST_SAID)
    return UNSAID


def _message(answer: Answer) -> str:
    try:
        message = fields.get(json.loads(answer.text), "message")
    except (ValueError, RecursionError):
        return ""
    return message.lower() if isinstance(message, str) else ""


class Patience:
    """Waits, but no more than ``max_wait`` seconds at once for a limit and ``total`` in all."""

    def __init__(
        self,
        sleep: Callable[[float], None],
        now: Callable[[], float],
        max_wait: float,
        total: float = TOTAL_WAIT,
    ) -> None:
        self._sleep = sleep
        self._now = now
        self._max_wait = max_wait
        self._left = total

    def for_limit(self, seconds: float, earlier: int) -> None:
        """Twice as long after each ``earlier`` refusal of the same request. Raises ``RateLimited``,
        which says when to run again, instead of waiting too long."""
        seconds *= 2.0**earlier
        if seconds > self._max_wait or seconds > self._left:
            at = datetime.fromtimestamp(self._now() + seconds, timezone.utc)
            until = f"{at:%Y-%m-%d %H:%M:%S} UTC"
            raise RateLimited(
                f"GitHub takes no more requests of this token before {until}",
                status=429,
                next_step=f"run it again after {until}: it goes on where it has stopped",
            )
        self._wait(seconds)

    def after_failure(self, failures: int) -> None:
        """1, 2, 4, … seconds."""
        self._wait(min(2.0 ** (failures - 1), LONGEST_BACK_OFF))

    def _wait(self, seconds: float) -> None:
        self._left -= seconds
        self._sleep(seconds)
