"""Speech made text on this machine, through faster-whisper."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from coderasst_hook.errors import UsageError
from coderasst_hook.untrusted import one_line
from trainer.acquire.youtube import refusals
from trainer.acquire.youtube.transcript import Made, Segment, Transcript, choose
from trainer.acquire.youtube.ytdlp import EXTRA, YtDlp, installed
from trainer.extras import need

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

MODEL = "small"


class SpeechError(UsageError):
    """There is no recogniser here, or none that can be loaded."""


class Recogniser:
    """``model``: a size that faster-whisper knows, or a folder. It is loaded when it is needed."""

    def __init__(self, model: str = MODEL) -> None:
        self._name = model
        self._model: WhisperModel | None = None

    def segments(self, path: Path, wanted: tuple[str, ...]) -> tuple[str, tuple[Segment, ...]]:
        """The language that is spoken in the sound file, and what is said.

        Raises ``SpeechError`` where there is no model, and ``Refused`` where the file is no sound,
        or another language than ``wanted`` is spoken in it.
        """
        model = self.loaded()
        spoken = tuple(map(_spoken, wanted))
        sure = len(spoken) == 1 and spoken[0] in model.supported_languages
        with _explained():
            found, info = model.transcribe(
                str(path),
                language=spoken[0] if sure else None,
                vad_filter=True,
                # What was misheard once would be repeated without an end.
                condition_on_previous_text=False,
            )
            language = str(info.language)
            if choose(spoken, language) is None:
                raise refusals.Refused(
                    refusals.OTHER_LANGUAGE,
                    detail=f"spoken is {language}",
                    next_step="name others with --language",
                )
            # It listens while they are asked for.
            return language, tuple(
                Segment(one.start, one.end - one.start, one.text) for one in found
            )

    def loaded(self) -> WhisperModel:
        """Raises ``SpeechError`` where there is no model."""
        if self._model is None:
            library = need("faster_whisper", extra=EXTRA)
            try:
                self._model = library.WhisperModel(self._name, compute_type="default")
            except (OSError, RuntimeError, ValueError) as error:
                raise self._no_model(error) from None
        return self._model

    def _no_model(self, error: Exception) -> SpeechError:
        name = one_line(self._name, 100)
        if Path(self._name).is_dir():
            return SpeechError(
                f"the folder {name} holds no model of faster-whisper ({one_line(str(error), 120)})",
                next_step="name a folder with model.bin, config.json, tokenizer.json",
            )
        if isinstance(error, OSError):
            return SpeechError(
                f"the speech model {name!r} is not on this machine, and cannot be downloaded",
                next_step="connect to the network once, or copy the model's folder here and name"
                " it with --speech-model DIR",
            )
        return SpeechError(
            f"{name!r} is no speech model",
            next_step="--speech-model takes tiny, base, small, medium, large-v3, or a folder",
        )


class Speech:
    """Takes a video's sound, and listens to it."""

    def __init__(self, source: YtDlp, recogniser: Recogniser, languages: tuple[str, ...]) -> None:
        self._source = source
        self._recogniser = recogniser
        self._languages = languages

    def of(self, video: str) -> Transcript:
        """Raises ``SpeechError`` and ``NoTranscript``."""
        # First: without it, nothing need be downloaded.
        self._recogniser.loaded()
        with self._source.sound(video) as sound:
            language, segments = self._recogniser.segments(sound.path, self._languages)
        return Transcript(sound.facts, language, Made.SPEECH, segments)


def available() -> None:
    """Raises ``UsageError`` where one of the libraries is missing."""
    installed()
    need("faster_whisper", extra=EXTRA)


def _spoken(language: str) -> str:
    """Whisper tells languages apart, and not how they are spoken where."""
    return language.partition("-")[0].lower()


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    # PyAV's errors are OSError and ValueError, CTranslate2's RuntimeError.
    except (IndexError, OSError, RuntimeError, ValueError) as error:
        raise refusals.Refused(
            refusals.UNREADABLE, detail=f"its sound: {type(error).__name__}"
        ) from None
