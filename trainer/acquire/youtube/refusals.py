"""Why there is no transcript, in words for people: of one video, for now, or for this address.

The reasons are few and fixed, since they are counted; ``detail`` is what YouTube says itself.
"""

from __future__ import annotations

from coderasst_hook.untrusted import one_line

NO_TRANSCRIPT = "no transcript"
OTHER_LANGUAGE = "no transcript in a wanted language"
TOKEN = "transcript for YouTube's own players alone"
AGE = "age-restricted"
GONE = "deleted or private"
UNPLAYABLE = "not playable"
UNREADABLE = "answer that cannot be read"
SERVER = "error of YouTube's servers"
UNREACHABLE = "YouTube not reached"
SILENT = "nothing said"
TOO_LARGE = "too large"
TOO_LONG = "too long"
LIVE = "live"
_LONGEST_DETAIL = 200
_BOT = "not a bot"
"""In "Sign in to confirm you’re not a bot", however its apostrophe is written."""


class NoTranscript(Exception):
    def __init__(self, reason: str, *, detail: str = "", next_step: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = one_line(detail, _LONGEST_DETAIL)
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.reason} ({self.detail})" if self.detail else self.reason


class Refused(NoTranscript):
    """This video has none to give; it is not asked for again."""


class Captionless(Refused):
    """As far as written ones go: its sound may be had."""


class Unanswered(NoTranscript):
    """This time; the next run asks again."""


class Blocked(NoTranscript):
    """YouTube gives nothing more to this address."""


def blocked(detail: str = "") -> Blocked:
    return Blocked(
        "YouTube refuses requests from this address",
        detail=detail,
        next_step="wait some hours, use another network (YouTube refuses most cloud addresses),"
        " or name a proxy with --proxy URL",
    )


def unreadable(detail: str = "") -> Unanswered:
    return Unanswered(
        UNREADABLE,
        detail=detail,
        next_step="pip install -U youtube-transcript-api yt-dlp, since YouTube may have changed",
    )


def unreachable(detail: str = "") -> Unanswered:
    return Unanswered(
        UNREACHABLE, detail=detail, next_step="look at the network and at --proxy, then run again"
    )


def unplayable(said: str) -> NoTranscript:
    """By what YouTube says in place of the video."""
    lowered = said.lower()
    if _BOT in lowered:
        return blocked(said)
    if "private" in lowered or "removed" in lowered or "unavailable" in lowered:
        return gone(said)
    if "inappropriate" in lowered or "confirm your age" in lowered:
        return age_restricted(said)
    return Refused(UNPLAYABLE, detail=said, next_step="open it in a browser to see why")


def gone(said: str = "") -> Refused:
    return Refused(GONE, detail=said, next_step="take it off the list")


def age_restricted(said: str = "") -> Refused:
    return Refused(
        AGE, detail=said, next_step="take it off the list: it is shown to those who sign in alone"
    )
