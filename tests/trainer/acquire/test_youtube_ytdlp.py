"""The real yt-dlp against a YouTube on loopback, where it is installed; where it is not, what is
said then."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec

import pytest

from coderasst_hook.errors import UsageError
from testing.scripted_http import CUT, Reply
from testing.youtube import CHANNEL, FREE, Clip, YouTube
from trainer.acquire.youtube import refusals, ytdlp
from trainer.acquire.youtube.names import Listing
from trainer.acquire.youtube.refusals import Blocked, NoTranscript, Refused, Unanswered
from trainer.acquire.youtube.ytdlp import YtDlp

# It leaves connections open whose answer it got around.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
ID = "dQw4w9-_gXc"
PLAYLIST = "PL" + "x" * 20
LISTING = Listing(f"https://www.youtube.com/playlist?list={PLAYLIST}")
WAV = b"RIFF" + b"\0" * 20_000
INSTALLED = find_spec("yt_dlp") is not None


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """What is left open is found in the test that left it."""
    yield
    gc.collect()


def unless_missing(act: Callable[[], object]) -> bool:
    """Whether yt-dlp is here; where it is not, ``act`` has to say so."""
    if not INSTALLED:
        with pytest.raises(UsageError, match="yt_dlp is not installed"):
            act()
    return INSTALLED


def source(tube: YouTube) -> YtDlp:
    return YtDlp(tube.proxy, delay=0)


def take(tube: YouTube) -> bytes:
    with source(tube).sound(ID) as sound:
        return sound.path.read_bytes()


def test_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yt_dlp", None)
    for act in (ytdlp.installed, lambda: next(YtDlp().videos(LISTING))):
        with pytest.raises(UsageError, match="not installed") as caught:
            act()
        assert caught.value.next_step == "pip install 'coderasst[speech]'"


def test_a_playlist(tube: YouTube) -> None:
    ids = [f"{number:011}" for number in range(60)]
    tube.lists[PLAYLIST] = ids
    if unless_missing(lambda: next(source(tube).videos(LISTING))):
        assert list(source(tube).videos(LISTING)) == ids
        assert tube.asked == ["www.youtube.com/playlist"]


def test_the_sound(tube: YouTube) -> None:
    tube.clips[ID] = Clip("Ein Vortrag", licence=FREE, tracks=(), sound=WAV)
    if unless_missing(lambda: take(tube)):
        with source(tube).sound(ID) as sound:
            assert sound.path.read_bytes() == WAV
            assert (sound.facts.title, sound.facts.channel) == ("Ein Vortrag", CHANNEL)
            assert (sound.facts.seconds, sound.facts.licence) == (61, "CC-BY-3.0")
        assert not sound.path.parent.exists()


def status(status: str, reason: str) -> Clip:
    return Clip(status={"status": status, "reason": reason})


@pytest.mark.parametrize(
    ("clip", "kind", "reason"),
    [
        (status("LOGIN_REQUIRED", "Sign in to confirm you’re not a bot"), Blocked, "YouTube ref"),
        (status("LOGIN_REQUIRED", "Private video"), Refused, refusals.GONE),
        (status("ERROR", "This video is unavailable"), Refused, refusals.GONE),
        (status("UNPLAYABLE", "Join this channel"), Refused, refusals.UNPLAYABLE),
        (Clip(sound=WAV, seconds=7 * 3600), Refused, refusals.TOO_LONG),
    ],
)
def test_videos_without_sound(
    tube: YouTube, clip: Clip, kind: type[NoTranscript], reason: str
) -> None:
    tube.clips[ID] = clip
    if unless_missing(lambda: take(tube)):
        with pytest.raises(kind) as caught:
            take(tube)
        assert caught.value.reason.startswith(reason)
        assert "[youtube]" not in str(caught.value)
        assert "/videoplayback" not in "".join(tube.asked)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [(Reply(429), Blocked), (Reply(403), Blocked), (Reply(404), Refused), (Reply(503), Unanswered),
     (CUT, Unanswered), (Reply(body=b"{}"), NoTranscript)],
)  # fmt: skip
def test_faults_of_a_listing(tube: YouTube, reply: Reply, kind: type[NoTranscript]) -> None:
    for path in ("/playlist", "/youtubei/v1/browse", "/youtubei/v1/navigation/resolve_url"):
        tube.replies[path] = [reply]
    if unless_missing(lambda: next(source(tube).videos(LISTING))):
        with pytest.raises(kind):
            list(source(tube).videos(LISTING))


def test_a_page_that_ytdlp_cannot_read(tube: YouTube) -> None:
    # It goes on to the page for other sites, which is not there.
    tube.clips[ID] = status("LOGIN_REQUIRED", "Sign in to confirm your age")
    if unless_missing(lambda: take(tube)):
        with pytest.raises(Unanswered, match="cannot be read"):
            take(tube)


def test_age() -> None:
    message = f"ERROR: [youtube] {ID}: Sign in to confirm your age. Use --cookies"
    found = ytdlp._of_message(message)
    assert str(found) == "age-restricted (Sign in to confirm your age. Use --cookies)"


def test_a_block_that_ytdlp_tries_to_get_around(tube: YouTube) -> None:
    tube.replies["/playlist"] = [Reply(429)]
    if unless_missing(lambda: next(source(tube).videos(LISTING))):
        with pytest.raises(Blocked):
            list(source(tube).videos(LISTING))


def test_sound_that_is_too_large(tube: YouTube, monkeypatch: pytest.MonkeyPatch) -> None:
    tube.clips[ID] = Clip(sound=WAV)
    monkeypatch.setattr(ytdlp, "LARGEST_SOUND", 1000)
    if unless_missing(lambda: take(tube)):
        with pytest.raises(Refused, match="too large"):
            take(tube)


def test_a_download_without_an_end() -> None:
    hour = ytdlp._Meter(iter([0.0, 10.0, 3601.0]).__next__)
    hour({"downloaded_bytes": 5})
    with pytest.raises(ytdlp._Unfit) as caught:
        hour({})
    assert caught.value.refusal.reason == refusals.TOO_LONG
    with pytest.raises(ytdlp._Unfit) as caught:
        ytdlp._Meter(lambda: 0.0)({"downloaded_bytes": ytdlp.LARGEST_SOUND + 1})
    assert caught.value.refusal.reason == refusals.TOO_LARGE


def test_live() -> None:
    with pytest.raises(ytdlp._Unfit, match="live"):
        ytdlp._fit_to_hear({"is_live": True})
    ytdlp._fit_to_hear({"duration": 5})


def test_listings_in_listings_end(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless:
        """Each listing holds a video, itself, another listing, and what is none of these."""

        def __init__(self) -> None:
            self.asked = 0

        def extract_info(self, url: str, **_: object) -> object:
            self.asked += 1
            inner = f"https://www.youtube.com/@name{self.asked}"
            entries = [{"id": f"{self.asked:011}"}, {"url": url}, {"url": inner}, {"id": 3}, "x"]
            return {"entries": entries}

    if INSTALLED:
        endless = Endless()
        assert len(list(ytdlp._videos(endless, LISTING.url, 3))) == 4
        monkeypatch.setattr(endless, "extract_info", lambda *_, **__: {"_type": "url", "url": "x"})
        with pytest.raises(Unanswered, match="leads nowhere"):
            list(ytdlp._videos(endless, LISTING.url, 3))
        monkeypatch.setattr(endless, "extract_info", lambda *_, **__: {"entries": 3})
        with pytest.raises(Unanswered, match="TypeError"):
            list(ytdlp._videos(endless, LISTING.url, 3))
