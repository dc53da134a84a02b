"""Video by video into a source, until the budget is spent or YouTube refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from coderasst_hook.errors import AcquisitionIncomplete
from trainer.acquire.budget import Budget
from trainer.acquire.youtube import refusals
from trainer.acquire.youtube.ladder import Source
from trainer.acquire.youtube.names import Listing, Name, Video
from trainer.acquire.youtube.prose import paragraphs
from trainer.acquire.youtube.refusals import Blocked, NoTranscript, Refused, Unanswered
from trainer.acquire.youtube.transcript import Transcript
from trainer.documents import Document, Origin
from trainer.raw_source import RawSource

KIND = "youtube"
MOST_IN_A_ROW = 3
"""Videos without an answer, after which it is not the videos that are at fault."""
_REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Means:
    """What an acquisition asks, and tells."""

    transcripts: Source
    videos: Callable[[Listing], Iterable[str]]
    """The ids of a playlist's or channel's videos. May raise ``NoTranscript``."""
    wait: Callable[[], None]
    """Called between two videos."""
    looked_at: Callable[[str], None]
    refused: Callable[[str, NoTranscript], None]
    """Told the URL of each video or listing that gives nothing, and why."""


def identity(video: str) -> str:
    return f"{KIND}/{video}"


class Acquisition:
    """``retry``: ask again for videos that an earlier run was refused."""

    def __init__(
        self, means: Means, source: RawSource, budget: Budget, now: datetime, *, retry: bool = False
    ) -> None:
        self.passed_over = 0
        """Videos that were refused before."""
        self._means = means
        self._source = source
        self._budget = budget
        self._now = now
        self._retry = retry
        self._refused = _refused_before(source)
        self._asked = False
        self._in_a_row = 0
        self._unanswered = 0

    def take(self, names: Iterable[Name]) -> None:
        """Raises ``AcquisitionIncomplete`` where YouTube stopped answering, at once, or did not
        answer for some videos, at the end. What was taken until then stays."""
        for video in self._wanted(names):
            if self._budget.spent() is not None:
                return
            self._one(video)
        if self._unanswered:
            raise AcquisitionIncomplete(
                f"{self._unanswered:,} of what was asked for got no answer",
                next_step="run it again later: it asks for these alone",
            )

    def _wanted(self, names: Iterable[Name]) -> Iterator[Video]:
        seen: set[str] = set()
        for name in names:
            for video in self._videos(name):
                if video in seen or identity(video) in self._source.known:
                    continue
                seen.add(video)
                if video in self._refused and not self._retry:
                    self.passed_over += 1
                else:
                    yield Video(video)

    def _videos(self, name: Name) -> Iterator[str]:
        if isinstance(name, Video):
            yield name.id
            return
        if self._budget.spent() is not None:
            return
        self._means.looked_at(name.url)
        try:
            yield from self._means.videos(name)
        except NoTranscript as none:
            self._note(name.url, none)

    def _one(self, video: Video) -> None:
        self._means.looked_at(video.url)
        if self._asked:
            self._means.wait()
        self._asked = True
        try:
            self._add(video, self._means.transcripts.of(video.id))
        except NoTranscript as none:
            if isinstance(none, Refused):
                self._refused[video.id] = none.reason
            self._note(video.url, none)
        else:
            self._in_a_row = 0
            self._refused.pop(video.id, None)
        self._source.state[_REFUSED] = self._refused
        self._source.checkpoint()

    def _add(self, video: Video, transcript: Transcript) -> None:
        text = paragraphs(transcript.segments)
        if not text:
            raise Refused(refusals.SILENT)
        if self._budget.too_large(len(text.encode())):
            raise Refused(refusals.TOO_LARGE, next_step="raise --max-document-bytes")
        self._source.add(_document(video, transcript, text, self._source.name, self._now))

    def _note(self, url: str, none: NoTranscript) -> None:
        """Raises ``AcquisitionIncomplete`` where there is no use in going on."""
        if isinstance(none, Blocked):
            raise AcquisitionIncomplete(str(none), next_step=none.next_step) from None
        self._means.refused(url, none)
        if not isinstance(none, Unanswered):
            self._source.drop(url, none.reason)
            self._in_a_row = 0
            return
        self._unanswered += 1
        self._in_a_row += 1
        if self._in_a_row >= MOST_IN_A_ROW:
            raise AcquisitionIncomplete(
                f"{self._in_a_row} in a row got no answer, the last one: {none}",
                next_step=none.next_step or None,
            ) from None


def _document(
    video: Video, transcript: Transcript, text: str, source: str, now: datetime
) -> Document:
    facts = transcript.facts
    details = {
        "title": facts.title,
        "channel": facts.author,
        "language": transcript.language,
        "transcript": transcript.made.value,
        "seconds": str(facts.seconds) if facts.seconds else "",
        "segments": str(len(transcript.segments)),
    }
    return Document(
        id=identity(video.id),
        text=text,
        media_type="text/plain",
        origin=Origin(
            kind=KIND,
            source=source,
            location=video.url,
            group=facts.group,
            licence=facts.licence,
            fetched_at=now,
            details={key: value for key, value in details.items() if value},
        ),
    )


def _refused_before(source: RawSource) -> dict[str, str]:
    """By video id, the reason; a state that somebody changed by hand is read as far as it goes."""
    found = source.state.get(_REFUSED)
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}
