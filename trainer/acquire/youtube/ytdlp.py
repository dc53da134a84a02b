"""yt-dlp, for what YouTube has no plain address for: what a channel holds, and a video's sound."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer.acquire.youtube import facts, refusals
from trainer.acquire.youtube.names import Listing, Name, Video, parse
from trainer.acquire.youtube.refusals import Refused, Unanswered
from trainer.extras import need

if TYPE_CHECKING:
    from yt_dlp import YoutubeDL

EXTRA = "speech"
LARGEST_SOUND = 1024 * 1024 * 1024
LONGEST = 6 * 3600
"""Seconds of a video that is listened to."""
MOST_VIDEOS = 100_000
"""Of one listing."""
_DEEPEST = 3
"""Listings in listings: a channel, its tabs, its playlists."""
_MOST_HOPS = 5
_LONGEST_DOWNLOAD = 3600.0
"""Seconds."""
_BLOCKS = ("not a bot", "HTTP Error 429", "HTTP Error 403", "Too Many Requests")
_GONE = ("HTTP Error 404", "does not exist")
_FAULTS = ("HTTP Error 5", "Unable to connect", "timed out", "Connection", "getaddrinfo", "proxy")
# As in "[youtube] dQw4w9WgXcQ: ".
_EXTRACTOR = re.compile(r"\[[^\]]{0,50}\] (?:\S{1,100}: )?")


@dataclass(frozen=True, slots=True)
class Sound:
    path: Path
    facts: facts.Facts


@dataclass(frozen=True, slots=True)
class YtDlp:
    """``delay``: seconds between its requests. Its methods raise ``UsageError`` where yt-dlp is not
    installed, and ``NoTranscript``."""

    proxy: str | None = None
    delay: float = 1.0
    url_of: Callable[[str], str] = lambda video: Video(video).url

    def videos(self, listing: Listing) -> Iterator[str]:
        """The ids of what a playlist or channel holds, as its pages are asked for."""
        with self._open({"extract_flat": "in_playlist"}) as downloader:
            for number, video in enumerate(_videos(downloader, listing.url, _DEEPEST)):
                if number >= MOST_VIDEOS:
                    return
                yield video

    @contextmanager
    def sound(self, video: str) -> Iterator[Sound]:
        """The sound of the video with the id ``video``, in a file that is there in the block."""
        with tempfile.TemporaryDirectory(prefix="coderasst-sound-") as folder:
            options = {
                # Speech is understood as well from the smaller ones.
                "format": "bestaudio[abr<=80]/bestaudio/worst[acodec!=none]/best",
                "outtmpl": {"default": f"{folder}/sound.%(ext)s"},
                "max_filesize": LARGEST_SOUND,
                "progress_hooks": [_Meter(time.monotonic)],
                "fixup": "never",
                "noplaylist": True,
                "match_filter": _fit_to_hear,
            }
            with self._open(options) as downloader, _explained():
                info = downloader.extract_info(self.url_of(video), download=True)
            files = [path for path in Path(folder).iterdir() if path.suffix != ".part"]
            if not isinstance(info, dict) or not files:
                raise refusals.Refused(refusals.TOO_LARGE, detail="its sound")
            yield Sound(files[0], facts.of_info(info))

    @contextmanager
    def _open(self, options: Mapping[str, Any]) -> Iterator[YoutubeDL]:
        library = need("yt_dlp", extra=EXTRA)
        listener = _Listener()
        common: dict[str, Any] = {
            "quiet": True,
            "noprogress": True,
            "color": "never",
            "logger": listener,
            "cachedir": False,
            "socket_timeout": 30,
            "retries": 1,
            "extractor_retries": 0,
            "fragment_retries": 1,
            "sleep_interval_requests": self.delay,
            # Videos that are gone need not be listed.
            "compat_opts": {"no-youtube-unavailable-videos"},
        }
        if self.proxy is not None:
            common["proxy"] = self.proxy
        if os.environ.get("SSL_CERT_FILE"):
            # Otherwise yt-dlp trusts its own list alone, which lacks a company's certificates.
            common["compat_opts"].add("no-certifi")
        with library.YoutubeDL({**common, **options}) as downloader:
            try:
                yield downloader
            except (Refused, Unanswered):
                if listener.blocked:
                    raise refusals.blocked() from None
                raise


def installed() -> None:
    """Raises ``UsageError``, with what installs it, where yt-dlp is missing."""
    need("yt_dlp", extra=EXTRA)


class _Unfit(Exception):
    def __init__(self, refusal: refusals.Refused) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


class _Listener:
    """What yt-dlp says on the way. Where a page is refused, it tries another, and in the end says
    what was wrong with the last one alone."""

    def __init__(self) -> None:
        self.blocked = False

    def debug(self, message: str) -> None:
        return

    info = debug

    def warning(self, message: str) -> None:
        self.blocked = self.blocked or _is_block(message)

    error = warning


class _Meter:
    """Told how far a download is; not every server says beforehand how much it will send."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._end = clock() + _LONGEST_DOWNLOAD

    def __call__(self, progress: Mapping[str, Any]) -> None:
        taken = progress.get("downloaded_bytes")
        if isinstance(taken, int) and taken > LARGEST_SOUND:
            raise _Unfit(refusals.Refused(refusals.TOO_LARGE, detail="its sound"))
        if self._clock() > self._end:
            raise _Unfit(refusals.Refused(refusals.TOO_LONG, detail="to download"))


def _fit_to_hear(info: Mapping[str, Any], *, incomplete: bool = False) -> None:
    if info.get("is_live") or info.get("live_status") in ("is_live", "is_upcoming"):
        raise _Unfit(refusals.Refused(refusals.LIVE, next_step="take it when it is over"))
    seconds = info.get("duration")
    if isinstance(seconds, (int, float)) and seconds > LONGEST:
        raise _Unfit(refusals.Refused(refusals.TOO_LONG, detail=f"more than {LONGEST // 3600} h"))


def _videos(downloader: YoutubeDL, url: str, depth: int) -> Iterator[str]:
    with _explained():
        found = _listed(downloader, url)
        entries = iter(found.get("entries") or ())
    while True:
        with _explained():
            entry = next(entries, None)
        if entry is None:
            return
        name = _name(entry) if isinstance(entry, dict) else None
        if isinstance(name, Video):
            yield name.id
        elif isinstance(name, Listing) and depth > 0 and name.url != url:
            yield from _videos(downloader, name.url, depth - 1)


def _listed(downloader: YoutubeDL, url: str) -> Mapping[str, Any]:
    """``url`` as yt-dlp lists it, its pages not yet asked for."""
    for _ in range(_MOST_HOPS):
        found = downloader.extract_info(url, download=False, process=False)
        if not isinstance(found, dict):
            break
        if found.get("_type") != "url":
            return found
        url = str(found.get("url"))
    raise refusals.unreadable("a listing that leads nowhere")


def _name(entry: Mapping[str, Any]) -> Name | None:
    from coderasst_hook.errors import UsageError

    for key in ("url", "webpage_url", "id"):
        value = entry.get(key)
        if isinstance(value, str):
            try:
                return parse(value)
            except UsageError:
                continue
    return None


@contextmanager
def _explained() -> Iterator[None]:
    """What yt-dlp raises, as ``NoTranscript``."""
    from yt_dlp.utils import YoutubeDLError

    try:
        yield
    except _Unfit as unfit:
        raise unfit.refusal from None
    except YoutubeDLError as error:
        raise _of_message(str(error)) from None
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise refusals.unreadable(type(error).__name__) from None
    except OSError as error:
        raise refusals.unreachable(error.strerror or type(error).__name__) from None


def _of_message(message: str) -> refusals.NoTranscript:
    """yt-dlp tells by words alone what went wrong."""
    said, unexpected, _ = message.removeprefix("ERROR: ").partition("; please report")
    if _is_block(said):
        return refusals.blocked()
    if any(words in said for words in _GONE):
        return refusals.gone()
    if any(words in said for words in _FAULTS):
        # Not the message: that may name a proxy with its password.
        return refusals.unreachable("by yt-dlp")
    if unexpected:
        return refusals.unreadable("by yt-dlp")
    return refusals.unplayable(_EXTRACTOR.sub("", said))


def _is_block(message: str) -> bool:
    return any(words in message for words in _BLOCKS)
