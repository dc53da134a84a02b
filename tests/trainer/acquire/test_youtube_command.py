"""``coderasst-train acquire youtube`` as a person runs it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from testing.program import Ran, ran
from testing.scripted_http import Reply
from testing.youtube import FREE, Clip, Track, YouTube
from tests.trainer.acquire.gathering import train_command
from trainer.documents import Document
from trainer.raw_source import RawSource

ID, SILENT, GONE = "a" * 11, "b" * 11, "c" * 11
PLAYLIST = "PL" + "x" * 20
URL = "https://www.youtube.com/watch?v="
SPEECH = find_spec("yt_dlp") is not None and find_spec("faster_whisper") is not None
INSTALL = "pip install 'coderasst[speech]'"


@pytest.fixture(autouse=True)
def clips(tube: YouTube, monkeypatch: pytest.MonkeyPatch) -> None:
    # No test may download a speech model, wherever it runs.
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    tube.clips[ID] = Clip(licence=FREE)
    tube.clips[SILENT] = Clip(tracks=())
    tube.lists[PLAYLIST] = [ID, GONE]


def acquire(tube: YouTube, folder: Path, *arguments: str | Path) -> Ran:
    common = ("--workspace", folder, "--delay", "0", "--proxy", tube.proxy)
    return ran(train_command("acquire", "youtube", *common, *arguments), cwd=folder)


def documents(folder: Path, name: str = "videos") -> list[Document]:
    with RawSource(folder / "raw", "youtube", name) as source:
        return list(source.documents())


def test_what_is_said_at_the_end(tube: YouTube, tmp_path: Path) -> None:
    done = acquire(tube, tmp_path, ID, GONE, "--name", "talks", "--speech", "off")
    assert done.code == 0
    assert done.stdout == "took 1 document (0.0 MB), left out 1: deleted or private ×1\n"
    assert done.stderr == f"{URL}{GONE}: deleted or private; take it off the list\n"
    (found,) = documents(tmp_path, "talks")
    assert (found.text, found.origin.licence) == ("Hello there.", "CC-BY-3.0")
    again = acquire(tube, tmp_path, ID, GONE, "--name", "talks")
    assert again.stdout == "took 0 documents (0.0 MB); 1 were there already\n"
    assert again.stderr == "1 video was refused before; --retry asks again\n"
    tube.clips[GONE] = Clip()
    assert acquire(tube, tmp_path, GONE, "--name", "talks", "--retry").stdout.startswith("took 1 ")


def test_a_dry_run_writes_nothing_and_listens_to_nothing(tube: YouTube, tmp_path: Path) -> None:
    done = acquire(tube, tmp_path, ID, SILENT, "--dry-run", "--speech", "on")
    assert done.stdout.splitlines() == [
        f"          12  {URL}{ID}",
        "would take 1 document (0.0 MB), leave out 1: no transcript ×1",
    ]
    assert "without --dry-run" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_block_ends_with_3(tube: YouTube, tmp_path: Path) -> None:
    tube.replies["/watch"] = [tube.answer("h", f"/watch?v={ID}", None), Reply(429)]
    done = acquire(tube, tmp_path, ID, GONE)
    assert done.code == 3
    assert done.stdout == "took 1 document (0.0 MB)\n"
    assert done.stderr.startswith("error: YouTube refuses requests from this address\n  try: wait")
    assert len(documents(tmp_path)) == 1


def test_a_list_and_languages(tube: YouTube, tmp_path: Path) -> None:
    tube.clips[ID] = Clip(tracks=(Track("en"), Track("de", lines=((0, 1, "Hallo."),))))
    (tmp_path / "names").write_text(f"{URL}{ID} # a talk\n")
    done = acquire(tube, tmp_path, "--list", tmp_path / "names", "--language", "fr, de,en")
    assert done.code == 0
    assert documents(tmp_path)[0].text == "Hallo."


def test_a_playlist(tube: YouTube, tmp_path: Path) -> None:
    done = acquire(tube, tmp_path, PLAYLIST)
    if not SPEECH:
        assert done.code == 2
        assert INSTALL in done.stderr
        return
    assert done.stdout == "took 1 document (0.0 MB), left out 1: deleted or private ×1\n"
    assert f"{URL}{GONE}: " in done.stderr


def test_speech_that_is_not_there_is_named(tube: YouTube, tmp_path: Path) -> None:
    done = acquire(tube, tmp_path, SILENT)
    assert done.code == 0
    assert f"{URL}{SILENT}: no transcript; " in done.stderr
    assert ("speech model 'small' is not on this machine" if SPEECH else INSTALL) in done.stderr
    done = acquire(tube, tmp_path, SILENT, "--speech", "on", "--retry")
    assert done.code == 2
    assert ("--speech-model DIR" if SPEECH else INSTALL) in done.stderr
    assert "/videoplayback" not in "".join(tube.asked)


def test_many_refusals_are_told_in_few_lines(tube: YouTube, tmp_path: Path) -> None:
    (tmp_path / "names").write_text("".join(f"{number:011}\n" for number in range(53)))
    done = acquire(tube, tmp_path, "--list", tmp_path / "names")
    lines = done.stderr.splitlines()
    assert (len(lines), lines[-1]) == (51, "and 3 more")
    assert done.stderr.count("take it off the list") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "nothing is named"),
        (("zzz",), "'zzz' is no video"),
        ((ID, "--language", ""), "--language takes codes"),
        ((ID, "--language", "english"), "--language takes codes"),
        ((ID, "--proxy", "sesame"), "--proxy takes an http or https URL"),
        ((ID, "--proxy", "socks5://me:sesame@host"), "--proxy takes an http or https URL"),
        ((ID, "--proxy", "http://me:sesame@host:x"), "--proxy takes an http or https URL"),
        ((ID, "--list", "none"), "cannot read none: No such file"),
    ],
)
def test_wrong_usage(tube: YouTube, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = acquire(tube, tmp_path, *arguments)
    assert done.code == 2
    assert done.stderr.startswith(f"error: {said}")
    assert "  try: " in done.stderr or "No such file" in done.stderr
    assert "sesame@" not in done.stderr
    assert tube.asked == []
