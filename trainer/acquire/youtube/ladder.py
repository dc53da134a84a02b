"""Where a transcript comes from: what is written first, what is heard where that is wished."""

from __future__ import annotations

from typing import Protocol

from trainer.acquire.youtube.refusals import Blocked, Captionless
from trainer.acquire.youtube.speech import SpeechError
from trainer.acquire.youtube.transcript import Transcript


class Source(Protocol):
    def of(self, video: str) -> Transcript:
        """Of the video with the id ``video``. Raises ``NoTranscript``."""
        ...


class Ladder:
    """``speech`` is None where there is none, ``why_silent`` says then what would change that.

    With ``must_hear``, speech is also what is left where transcripts are refused to this address,
    and a recogniser that does not start ends the run.
    """

    def __init__(
        self,
        captions: Source,
        speech: Source | None,
        *,
        why_silent: str = "",
        must_hear: bool = False,
    ) -> None:
        self._captions = captions
        self._speech = speech
        self._why_silent = why_silent
        self._must_hear = must_hear
        self._blocked = False

    def of(self, video: str) -> Transcript:
        """Raises ``NoTranscript``, and ``SpeechError`` with ``must_hear``."""
        if self._blocked and self._speech is not None:
            return self._speech.of(video)
        try:
            return self._captions.of(video)
        except Captionless as none:
            return self._heard(video, none)
        except Blocked:
            if self._speech is None or not self._must_hear:
                raise
            self._blocked = True
            return self._speech.of(video)

    def _heard(self, video: str, none: Captionless) -> Transcript:
        if self._speech is not None:
            try:
                return self._speech.of(video)
            except SpeechError as error:
                if self._must_hear:
                    raise
                self._speech = None
                self._why_silent = f"{error}; {error.next_step}"
        raise Captionless(none.reason, detail=none.detail, next_step=self._why_silent)
