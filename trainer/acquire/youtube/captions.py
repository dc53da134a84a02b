"""Transcripts as YouTube has them, through youtube-transcript-api."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from requests import RequestException
from requests.exceptions import JSONDecodeError

from trainer.acquire.youtube import facts, refusals
from trainer.acquire.youtube.http import RefusedRequest, YouTubeOnly, session
from trainer.acquire.youtube.transcript import Made, Segment, Transcript, choose
from trainer.extras import need

if TYPE_CHECKING:
    from youtube_transcript_api import CouldNotRetrieveTranscript, TranscriptList
    from youtube_transcript_api import Transcript as Offered

WATCH, PLAYER = "/watch", "/youtubei/v1/player"


class Captions:
    """A context manager: it holds connections. Raises ``UsageError`` where the library is not
    installed."""

    def __init__(
        self, languages: tuple[str, ...], *, manual_only: bool = False, proxy: str | None = None
    ) -> None:
        self._languages = languages
        self._manual_only = manual_only
        self._http = YouTubeOnly(proxy)
        self._session = session(self._http)
        library = need("youtube_transcript_api")
        self._library = library.YouTubeTranscriptApi(http_client=self._session)

    def __enter__(self) -> Captions:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def of(self, video: str) -> Transcript:
        """Of the video with the id ``video``. Raises ``NoTranscript``."""
        self._http.answers.clear()
        with _explained():
            offered = self._chosen(self._library.list(video))
            segments = tuple(
                Segment(float(one.start), float(one.duration), str(one.text))
                for one in offered.fetch()
            )
        answers = self._http.answers
        return Transcript(
            facts=facts.of_answers(answers.get(PLAYER, b""), answers.get(WATCH, b"")),
            language=str(offered.language_code),
            made=Made.GENERATED if offered.is_generated else Made.MANUAL,
            segments=segments,
        )

    def _chosen(self, offers: TranscriptList) -> Offered:
        """The library knows exact codes alone: "en" would not find "en-GB"."""
        fitting = [
            (rank, offer.is_generated, number, offer)
            for number, offer in enumerate(offers)
            if (rank := choose(self._languages, str(offer.language_code))) is not None
            and not (self._manual_only and offer.is_generated)
        ]
        if not fitting:
            there = ", ".join(_named(offer) for offer in offers)
            or_else = " or leave out --manual-only" if self._manual_only else ""
            raise refusals.Refused(
                refusals.OTHER_LANGUAGE,
                detail=f"there is {there}",
                next_step=f"name others with --language{or_else}",
            )
        # A language that is wanted more goes before the way in which it was made.
        return min(fitting, key=lambda fit: (fit[0] // 2, fit[1], fit[0], fit[2]))[3]


def _named(offer: Offered) -> str:
    return f"{offer.language_code} (generated)" if offer.is_generated else offer.language_code


@contextmanager
def _explained() -> Iterator[None]:
    """What the library raises, as ``NoTranscript``."""
    from xml.etree.ElementTree import ParseError

    from youtube_transcript_api import CouldNotRetrieveTranscript

    try:
        yield
    except CouldNotRetrieveTranscript as error:
        raise _of_library(error) from None
    except JSONDecodeError:
        raise refusals.unreadable("no JSON") from None
    except RefusedRequest as error:
        if error.is_block:
            raise refusals.blocked("it shows a riddle for robots") from None
        raise refusals.unreadable(str(error)) from None
    except RequestException as error:
        # Not its message: that may name a proxy with its password.
        raise refusals.unreachable(type(error).__name__) from None
    except ParseError:
        raise refusals.unreadable("no XML") from None
    # Entities in XML are a ValueError of defusedxml; the others come of JSON that is shaped
    # otherwise than the library expects, which reads it without looking.
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise refusals.unreadable(type(error).__name__) from None


def _of_library(error: CouldNotRetrieveTranscript) -> refusals.NoTranscript:
    import youtube_transcript_api as library

    if isinstance(error, library.RequestBlocked):
        return refusals.blocked()
    if isinstance(error, library.YouTubeRequestFailed):
        return _of_status(error.reason)
    if isinstance(error, library.TranscriptsDisabled):
        return refusals.Captionless(refusals.NO_TRANSCRIPT)
    if isinstance(error, library.PoTokenRequired):
        return refusals.Captionless(refusals.TOKEN)
    if isinstance(error, library.AgeRestricted):
        return refusals.age_restricted()
    if isinstance(error, library.VideoUnavailable):
        return refusals.gone()
    if isinstance(error, library.VideoUnplayable):
        return refusals.unplayable(str(error.reason or "no reason given"))
    if isinstance(error, library.FailedToCreateConsentCookie):
        return refusals.unreadable("its page of consent to cookies")
    return refusals.unreadable(type(error).__name__)


def _of_status(said: str) -> refusals.NoTranscript:
    """``said`` begins with the status, as in "403 Client Error: …"."""
    status = said[:3]
    if status in ("401", "403"):
        return refusals.blocked(f"HTTP {status}")
    return refusals.Unanswered(
        refusals.SERVER, detail=f"HTTP {status}", next_step="run it again later"
    )
