from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testing.youtube import CHANNEL, FREE, Clip, YouTube
from trainer.acquire.youtube.facts import CREATIVE_COMMONS, Facts, of_answers, of_info

FORGED = 'var ytInitialData = {"metadataRowRenderer": {"title": {"simpleText": "License"},'
FORGED += f'"contents": [{{"simpleText": "{FREE}"}}]}}}};'
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("videoDetails"), inner),
)


def licence(clip: Clip) -> str:
    site = YouTube("", {}, clips={"x": clip})
    return of_answers(b"", site.answer("h", "/watch?v=x", None).data).licence


@pytest.mark.parametrize(
    ("clip", "expected"),
    [
        (Clip(licence=FREE), CREATIVE_COMMONS),
        (Clip(), "unknown"),
        (Clip(licence="Standard YouTube License"), "unknown"),
        (Clip(description=FREE, title=FREE), "unknown"),
        (Clip(description=FORGED), "unknown"),
        (Clip(description=f"<script>{FORGED}</script>", title=f"<script>{FORGED}"), "unknown"),
        (Clip(title=f"<script>{FORGED}", licence=FREE), CREATIVE_COMMONS),
    ],
)
def test_a_licence_is_what_youtube_says_and_not_what_people_write(
    clip: Clip, expected: str
) -> None:
    assert licence(clip) == expected


def row(row: Any) -> str:
    page = f"<script>var ytInitialData = {json.dumps({'metadataRowRenderer': row})};</script>"
    return of_answers(b"", page.encode()).licence


@pytest.mark.parametrize(
    "found",
    [
        None,
        [],
        {},
        {"title": "License", "contents": [FREE]},
        {"title": {"simpleText": "License"}, "contents": {"simpleText": FREE}},
        {"title": {"simpleText": "Song"}, "contents": [{"simpleText": FREE}]},
        {"title": {"runs": [3]}, "contents": [{"simpleText": FREE}]},
    ],
)
def test_rows_of_other_shapes_say_nothing(found: Any) -> None:
    assert row(found) == "unknown"


@given(JSON)
def test_any_player_is_read_as_far_as_it_goes(answer: Any) -> None:
    assert isinstance(of_answers(json.dumps(answer).encode(), b"").title, str)


@pytest.mark.parametrize("answer", [b"", b"\xff", b"[" * 100_000, b"[]", b'{"videoDetails": 3}'])
def test_what_is_no_player(answer: bytes) -> None:
    page = b"<script>var ytInitialData = " + (answer if answer[:1] == b"{" else b"{" + answer)
    assert of_answers(answer, page) == Facts()


@pytest.mark.parametrize(
    ("details", "facts"),
    [
        ({"title": "a\n b\x1b[31m\ud800"}, Facts(title="a b")),
        ({"title": "x" * 999}, Facts(title="x" * 199 + "…")),
        ({"channelId": CHANNEL, "author": "Me"}, Facts(channel=CHANNEL, author="Me")),
        ({"channelId": "../x"}, Facts()),
        ({"lengthSeconds": "12"}, Facts(seconds=12)),
        ({"lengthSeconds": "9" * 5000}, Facts()),
        ({"lengthSeconds": -1}, Facts()),
    ],
)
def test_details(details: dict[str, Any], facts: Facts) -> None:
    assert of_answers(json.dumps({"videoDetails": details}).encode(), b"") == facts


def test_of_ytdlp() -> None:
    info = {"title": "T", "channel_id": CHANNEL, "channel": "C", "duration": 3.7, "license": FREE}
    assert of_info(info) == Facts("T", CHANNEL, "C", 3, CREATIVE_COMMONS)
    assert of_info({"license": None, "duration": float("nan")}) == Facts()


@pytest.mark.parametrize(
    ("facts", "group"),
    [
        (Facts(channel=CHANNEL, author="Me"), CHANNEL),
        (Facts(author="Me"), "Me"),
        (Facts(), "youtube"),
    ],
)
def test_the_group_is_the_channel(facts: Facts, group: str) -> None:
    assert facts.group == group
