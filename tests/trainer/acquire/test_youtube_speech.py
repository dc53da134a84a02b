"""Real speech (espeak-ng's, where that is installed; a tone otherwise) through the real yt-dlp and
faster-whisper with a model that has learned nothing; where they are missing, what is said then."""

from __future__ import annotations

import math
import shutil
import struct
import subprocess
import sys
import wave
from importlib.util import find_spec
from pathlib import Path

import pytest

from coderasst_hook.errors import UsageError
from testing.whisper import tiny_whisper
from testing.youtube import CHANNEL, Clip, YouTube
from trainer.acquire.youtube import refusals, speech
from trainer.acquire.youtube.refusals import Refused
from trainer.acquire.youtube.speech import Recogniser, Speech, SpeechError
from trainer.acquire.youtube.transcript import Made
from trainer.acquire.youtube.ytdlp import YtDlp

ID = "a" * 11
INSTALLED = find_spec("yt_dlp") is not None and find_spec("faster_whisper") is not None


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may download a model, wherever it runs."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whisper")
    return tiny_whisper(folder) if INSTALLED else folder


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "speech.wav"
    espeak = shutil.which("espeak-ng")
    if espeak is not None:
        subprocess.run([espeak, "-w", path, "The loop ends where the list ends."], check=True)
        return path
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        tone = (int(9000 * math.sin(step / 9)) for step in range(32_000))
        file.writeframes(b"".join(struct.pack("<h", value) for value in tone))
    return path


def test_what_is_said_in_a_video(tube: YouTube, model: Path, sound: Path) -> None:
    tube.clips[ID] = Clip("Ein Vortrag", tracks=(), sound=sound.read_bytes())
    heard = Speech(YtDlp(tube.proxy, 0), Recogniser(str(model)), ("en-GB",))
    if not INSTALLED:
        with pytest.raises(UsageError, match="not installed"):
            heard.of(ID)
        return
    found = heard.of(ID)
    assert (found.made, found.language) == (Made.SPEECH, "en")
    assert (found.facts.title, found.facts.channel) == ("Ein Vortrag", CHANNEL)
    assert all(one.seconds >= 0 for one in found.segments)


@pytest.mark.parametrize("missing", ["yt_dlp", "faster_whisper"])
def test_what_is_missing_is_named(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(UsageError, match="is not installed") as caught:
        speech.available()
    assert caught.value.next_step == "pip install 'coderasst[speech]'"


@pytest.mark.parametrize(
    ("name", "said", "step"),
    [
        (
            "small",
            "the speech model 'small' is not on this machine, and cannot be",
            "--speech-model",
        ),
        ("nonsense", "'nonsense' is no speech model", "tiny, base, small"),
        ("none/there/x", "'none/there/x' is no speech model", "or a folder"),
        (".", "the folder . holds no model of faster-whisper", "model.bin"),
    ],
)
def test_a_model_that_is_not_there(
    name: str, said: str, step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        Recogniser(name).loaded()
    if INSTALLED:
        assert isinstance(caught.value, SpeechError)
        assert str(caught.value).startswith(said)
        assert step in (caught.value.next_step or "")
    else:
        assert caught.value.next_step == "pip install 'coderasst[speech]'"


@pytest.mark.parametrize("content", [b"", b"no sound", b"RIFF\x10\0\0\0WAVEfmt "])
def test_a_file_that_is_no_sound(content: bytes, model: Path, tmp_path: Path) -> None:
    path = tmp_path / "sound"
    path.write_bytes(content)
    with pytest.raises(Refused if INSTALLED else UsageError) as caught:
        Recogniser(str(model)).segments(path, ("en",))
    if INSTALLED:
        assert str(caught.value).startswith(f"{refusals.UNREADABLE} (its sound: ")


def test_another_language_is_spoken(model: Path, sound: Path) -> None:
    with pytest.raises(Refused if INSTALLED else UsageError) as caught:
        # No language of the model's, so that it listens which one it is.
        Recogniser(str(model)).segments(sound, ("tlh",))
    if INSTALLED:
        assert "spoken is " in str(caught.value)
