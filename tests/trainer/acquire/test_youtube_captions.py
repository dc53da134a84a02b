"""Through the real library, over HTTP and TLS, to a YouTube on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from testing.scripted_http import CUT, Reply
from testing.youtube import CHANNEL, FREE, SITE, Clip, Track, YouTube
from trainer.acquire.youtube import http, refusals
from trainer.acquire.youtube.captions import PLAYER, WATCH, Captions
from trainer.acquire.youtube.refusals import Blocked, Captionless, NoTranscript, Refused, Unanswered
from trainer.acquire.youtube.transcript import Made, choose

ID = "dQw4w9-_gXc"
TEXT = "/api/timedtext"
GENERATED = Track(generated=True, lines=((0, 2, "generated"),))
BOMB = b"""<?xml version="1.0"?><!DOCTYPE t [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
]><transcript><text start="0" dur="1">&c;</text></transcript>"""
CONSENT = b'<form action="https://consent.youtube.com/s"><input name="v" value="cb"></form>'


@pytest.fixture
def captions(tube: YouTube) -> Iterator[Captions]:
    tube.clips[ID] = Clip()
    with Captions(("en",), proxy=tube.proxy) as made:
        yield made


def refusal(captions: Captions, kind: type[NoTranscript]) -> NoTranscript:
    with pytest.raises(kind) as caught:
        captions.of(ID)
    assert type(caught.value) is kind
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_transcript(tube: YouTube, captions: Captions) -> None:
    lines = ((0.5, 2.25, "it's a <b>test</b> & b"), (3, 1, "größer 数"))
    tube.clips[ID] = Clip("Ein Vortrag", licence=FREE, tracks=(Track(lines=lines),))
    found = captions.of(ID)
    assert [one.text for one in found.segments] == ["it's a test & b", "größer 数"]
    assert (found.segments[0].start, found.segments[0].seconds) == (0.5, 2.25)
    assert (found.language, found.made) == ("en", Made.MANUAL)
    facts = found.facts
    assert (facts.title, facts.author, facts.seconds) == ("Ein Vortrag", "Example Channel", 61)
    assert (facts.group, facts.licence) == (CHANNEL, "CC-BY-3.0")
    assert tube.asked == [f"www.youtube.com{path}" for path in (WATCH, PLAYER, TEXT)]


@pytest.mark.parametrize(
    ("wanted", "there", "rank"),
    [
        (("en",), "en", 0),
        (("en",), "EN-gb", 1),
        (("de", "en"), "en", 2),
        (("pt-BR",), "pt", None),
        (("pt-br",), "pt-BR", 0),
        (("en",), "eng", None),
    ],
)
def test_how_well_a_language_fits(wanted: tuple[str, ...], there: str, rank: int | None) -> None:
    assert choose(wanted, there) == rank


@pytest.mark.parametrize(
    ("wanted", "manual_only", "language", "made"),
    [
        (("en",), False, "en", Made.MANUAL),
        (("de", "en"), False, "de", Made.GENERATED),
        (("de", "en"), True, "en", Made.MANUAL),
        (("pt",), False, "pt-BR", Made.MANUAL),
        (("fr", "de"), False, "de", Made.GENERATED),
    ],
)
def test_which_one_is_taken(
    tube: YouTube, wanted: tuple[str, ...], manual_only: bool, language: str, made: Made
) -> None:
    tracks = (
        Track("en", generated=True), Track("de", generated=True), Track("pt", generated=True),
        Track("pt-BR"), Track("en"),
    )  # fmt: skip
    tube.clips[ID] = Clip(tracks=tracks)
    with Captions(wanted, manual_only=manual_only, proxy=tube.proxy) as captions:
        found = captions.of(ID)
    assert (found.language, found.made) == (language, made)


def test_no_wanted_language(tube: YouTube) -> None:
    tube.clips[ID] = Clip(tracks=(GENERATED, Track("de")))
    with Captions(("en",), manual_only=True, proxy=tube.proxy) as captions:
        why = refusal(captions, Refused)
    assert str(why) == "no transcript in a wanted language (there is de, en (generated))"
    assert "--manual-only" in why.next_step


def status(status: str, reason: str | None = None) -> Clip:
    return Clip(tracks=(), status={"status": status, "reason": reason})


@pytest.mark.parametrize(
    ("clip", "kind", "reason"),
    [
        (Clip(tracks=()), Captionless, refusals.NO_TRANSCRIPT),
        (Clip(tracks=(Track(url=f"{SITE}{TEXT}?v=x&exp=xpe"),)), Captionless, refusals.TOKEN),
        (status("ERROR", "This video is unavailable"), Refused, refusals.GONE),
        (status("LOGIN_REQUIRED", "This is a private video."), Refused, refusals.GONE),
        (
            status("LOGIN_REQUIRED", "This video may be inappropriate for some users."),
            Refused,
            refusals.AGE,
        ),
        (status("LOGIN_REQUIRED", "Sign in to confirm your age"), Refused, refusals.AGE),
        (status("LIVE_STREAM_OFFLINE", "Premieres in 2\nhours"), Refused, refusals.UNPLAYABLE),
        (status("UNPLAYABLE"), Refused, refusals.UNPLAYABLE),
        (
            status("LOGIN_REQUIRED", "Sign in to confirm you’re not a bot"),
            Blocked,
            "YouTube refuses requests from this address",
        ),
        (
            status("LOGIN_REQUIRED", "Sign in to confirm you're not a bot"),
            Blocked,
            "YouTube refuses requests from this address",
        ),
    ],
)
def test_what_youtube_gives_instead(
    tube: YouTube, captions: Captions, clip: Clip, kind: type[NoTranscript], reason: str
) -> None:
    tube.clips[ID] = clip
    why = refusal(captions, kind)
    assert why.reason == reason
    # What helps a video without captions depends on the speech that is here: see the ladder.
    assert why.next_step or kind is Captionless


@pytest.mark.parametrize("path", [WATCH, PLAYER, TEXT])
@pytest.mark.parametrize(
    ("reply", "kind", "said"),
    [
        (Reply(429), Blocked, "refuses requests"),
        (Reply(403), Blocked, "refuses requests"),
        (Reply(302, headers={"Location": "https://www.google.com/sorry/index"}), Blocked, "riddle"),
        (Reply(500), Unanswered, "HTTP 500"),
        (Reply(404), Unanswered, "HTTP 404"),
        (Reply(302, headers={"Location": "http://169.254.169.254/x"}), Unanswered, "outside"),
        (Reply(302, headers={"Location": "http://www.youtube.com/x"}), Unanswered, "outside"),
        (Reply(302, headers={"Location": f"{SITE}{WATCH}x"}), Unanswered, "HTTP 404"),
        (CUT, Unanswered, "not reached"),
        (Reply(body=b"x" * 1000, cut=True), Unanswered, "not reached"),
        (Reply(body=b""), Unanswered, "cannot be read"),
        (Reply(body=b"\x00\xff<"), Unanswered, "cannot be read"),
        (
            Reply(body=b"no gzip at all", headers={"Content-Encoding": "gzip"}),
            Unanswered,
            "not reached",
        ),
    ],
)
def test_answers_that_are_none(
    tube: YouTube, captions: Captions, path: str, reply: Reply, kind: type[NoTranscript], said: str
) -> None:
    tube.replies[path] = [reply]
    why = refusal(captions, kind)
    assert said in str(why)
    assert why.next_step


@pytest.mark.parametrize(
    "answer",
    [
        [], None, 7, "x", {}, {"playabilityStatus": None}, {"playabilityStatus": []},
        {"playabilityStatus": {"status": "OK"}, "captions": 3},
        {"playabilityStatus": {"status": "ERROR", "errorScreen": []}},
        {"playabilityStatus": {"status": "OK"}, "captions":
            {"playerCaptionsTracklistRenderer": {"captionTracks": [{"languageCode": "en"}]}}},
        {"playabilityStatus": {"status": "OK"}, "captions":
            {"playerCaptionsTracklistRenderer": {"captionTracks": {"en": 1}}}},
    ],
)  # fmt: skip
def test_a_player_of_another_shape(tube: YouTube, captions: Captions, answer: Any) -> None:
    tube.replies[PLAYER] = [Reply(body=json.dumps(answer).encode())]
    why = refusal(captions, Unanswered)
    assert "pip install -U" in why.next_step


def test_json_that_is_nested_too_deep(tube: YouTube, captions: Captions) -> None:
    tube.replies[PLAYER] = [Reply(body=b"[" * 200_000)]
    assert refusal(captions, Unanswered).reason == refusals.UNREADABLE


@pytest.mark.parametrize(
    "xml",
    [
        BOMB,
        b'<!DOCTYPE t [<!ENTITY a SYSTEM "file:///etc/passwd">]><t><text start="0">&a;</text></t>',
        b"<transcript><text start='0'>",
        b"<transcript><text>a</text></transcript>",
        b"<transcript><text start='soon'>a</text></transcript>",
        b"<transcript><text start='0' dur='x'>a</text></transcript>",
    ],
)
def test_xml_that_is_hostile_or_broken(tube: YouTube, captions: Captions, xml: bytes) -> None:
    tube.clips[ID] = Clip(tracks=(Track(raw=xml),))
    assert refusal(captions, Unanswered).reason == refusals.UNREADABLE


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/x",
        "https://youtube.com.evil.test/x",
        "https://evilyoutube.com/x",
        "file:///etc/passwd",
        "https://www.youtube.com@evil.test/x",
        "no address",
    ],
)
def test_a_transcript_is_not_fetched_from_elsewhere(
    tube: YouTube, captions: Captions, url: str
) -> None:
    tube.clips[ID] = Clip(tracks=(Track(url=url),))
    refusal(captions, Unanswered)
    assert len(tube.asked) == 2


def test_an_endless_answer(
    tube: YouTube, captions: Captions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "LARGEST_ANSWER", 1 << 20)
    tube.replies[WATCH] = [Reply(body=b" " * ((1 << 20) + 1))]
    assert "more than 1 MiB" in str(refusal(captions, Unanswered))


def test_an_answer_that_drips(tube: YouTube) -> None:
    tube.clips[ID] = Clip()
    adapter = http.YouTubeOnly(tube.proxy, clock=iter(range(0, 10_000, 200)).__next__)
    with http.session(adapter) as session, pytest.raises(http.RefusedRequest, match="120 s"):
        session.get(f"{SITE}{WATCH}?v={ID}")


def test_a_consent_page_is_consented_to(tube: YouTube, captions: Captions) -> None:
    page = tube.answer("www.youtube.com", f"{WATCH}?v={ID}", None)
    tube.replies[WATCH] = [Reply(body=CONSENT), page]
    assert captions.of(ID).segments
    tube.replies[WATCH] = [Reply(body=CONSENT)]
    assert "consent" in str(refusal(captions, Unanswered))
    tube.replies[WATCH] = [Reply(body=CONSENT.replace(b'"v"', b'"w"'))]
    assert "consent" in str(refusal(captions, Unanswered))


def test_a_riddle_for_robots(tube: YouTube, captions: Captions) -> None:
    tube.replies[WATCH] = [Reply(body=b'<div class="g-recaptcha"></div>')]
    refusal(captions, Blocked)


def test_a_proxy_that_is_not_there_is_not_told_with_its_password() -> None:
    with Captions(("en",), proxy="http://me:sesame@127.0.0.1:1") as captions:
        why = refusal(captions, Unanswered)
    assert str(why) == "YouTube not reached (ProxyError)"
    assert "--proxy" in why.next_step


def test_the_proxy_goes_before_that_of_the_environment(
    tube: YouTube, captions: Captions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    assert captions.of(ID).segments
