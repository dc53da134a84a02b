from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coderasst_hook.errors import UsageError
from trainer.acquire.youtube.names import Listing, Video, parse, parse_list

ID = "dQw4w9-_gXc"
PLAYLIST = "PL" + "x" * 32
CHANNEL = "UC" + "y" * 22
SITE = "https://www.youtube.com"


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f" {ID}\n",
        f"https://www.youtube.com/watch?v={ID}",
        f"http://youtube.com/watch?t=5s&v={ID}&list={PLAYLIST}#x",
        f"m.youtube.com/watch?v={ID}",
        f"https://music.youtube.com/watch?v={ID}",
        f"https://youtu.be/{ID}?si=abc",
        f"youtu.be/{ID}",
        f"https://www.youtube.com/shorts/{ID}",
        f"https://www.youtube.com/live/{ID}?feature=share",
        f"https://www.youtube-nocookie.com/embed/{ID}",
    ],
)
def test_a_video(text: str) -> None:
    assert parse(text) == Video(ID)
    assert Video(ID).url == f"{SITE}/watch?v={ID}"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (PLAYLIST, f"{SITE}/playlist?list={PLAYLIST}"),
        (f"https://youtube.com/playlist?list={PLAYLIST}&x=1", f"{SITE}/playlist?list={PLAYLIST}"),
        (CHANNEL, f"{SITE}/channel/{CHANNEL}"),
        (f"{SITE}/channel/{CHANNEL}/about", f"{SITE}/channel/{CHANNEL}"),
        ("@some.name", f"{SITE}/@some.name"),
        (f"{SITE}/@some.name/streams?view=0", f"{SITE}/@some.name/streams"),
        (f"{SITE}/c/Name", f"{SITE}/c/Name"),
        (f"{SITE}/user/Name/videos", f"{SITE}/user/Name/videos"),
    ],
)
def test_a_playlist_or_channel(text: str, url: str) -> None:
    assert parse(text) == Listing(url)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "zzz",
        ID + "x",
        "@a",
        "https://youtu.be",
        "https://youtu.be/zzz",
        f"https://vimeo.com/watch?v={ID}",
        f"https://youtube.com.evil.test/watch?v={ID}",
        f"file:///youtube.com/watch?v={ID}",
        "https://www.youtube.com",
        "https://www.youtube.com/watch",
        "https://www.youtube.com/watch?v=zzz",
        "https://www.youtube.com/playlist?list=WL",
        "https://www.youtube.com/feed/history",
        "https://www.youtube.com/channel",
        "https://www.youtube.com/c/a%0ab c",
        "https://[::1/watch",
    ],
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(UsageError, match="is no video, playlist or channel") as caught:
        parse(text)
    assert caught.value.next_step


@given(st.text())
def test_any_text_is_a_name_or_an_error(text: str) -> None:
    try:
        found = parse(text)
    except UsageError:
        return
    assert found.url.startswith(f"{SITE}/")


def test_a_list(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(f"\ufeff# mine\n{ID}  # a talk\r\n\n{SITE}/@some.name\n".encode())
    assert parse_list(path) == (Video(ID), Listing(f"{SITE}/@some.name"))


def test_a_list_with_a_mistake_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(f"{ID}\n\xff\xfe\n".encode("latin-1"))
    with pytest.raises(UsageError, match="line 2: ") as caught:
        parse_list(path)
    assert caught.value.next_step


def test_a_list_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        parse_list(tmp_path / "none")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="regular"):
        parse_list(tmp_path / "pipe")
    monkeypatch.setattr("trainer.acquire.youtube.names.LARGEST_LIST", 3)
    (tmp_path / "long").write_text(ID)
    with pytest.raises(UsageError, match="larger"):
        parse_list(tmp_path / "long")
