"""What people call videos, playlists and channels by: ids, handles and URLs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from coderasst_hook.errors import UsageError
from coderasst_hook.files import read_regular
from coderasst_hook.untrusted import one_line

SITE = "https://www.youtube.com"
LARGEST_LIST = 16 * 1024 * 1024
_VIDEO = re.compile(r"[A-Za-z0-9_-]{11}")
_PLAYLIST = re.compile(r"(?:PL|UU|FL|OLAK5uy_)[A-Za-z0-9_-]{10,80}")
_CHANNEL = re.compile(r"UC[A-Za-z0-9_-]{22}")
_HANDLE = re.compile(r"@[\w.·-]{3,60}")
_HOSTS = frozenset({"youtube.com", "youtube-nocookie.com", "m.youtube.com", "music.youtube.com"})
_ONE_VIDEO = frozenset({"embed", "live", "shorts", "v"})
_OF_A_CHANNEL = frozenset({"channel", "c", "user"})
_TABS = frozenset({"videos", "shorts", "streams", "playlists", "featured"})


@dataclass(frozen=True, slots=True)
class Video:
    id: str

    @property
    def url(self) -> str:
        return f"{SITE}/watch?v={self.id}"


@dataclass(frozen=True, slots=True)
class Listing:
    """A playlist or a channel."""

    url: str


Name = Video | Listing


def parse(text: str) -> Name:
    """Raises ``UsageError`` for what is neither. A video inside of a playlist is that video."""
    found = _of_id(text.strip()) or _of_url(text.strip())
    if found is None:
        raise UsageError(
            f"{one_line(text, 100)!r} is no video, playlist or channel of YouTube",
            next_step="name an id, a handle as in @name, or a URL on youtube.com",
        )
    return found


def parse_list(path: Path) -> tuple[Name, ...]:
    """The names in a file: one a line; empty lines and what follows "# " are passed over.

    Raises ``UsageError`` with the line.
    """
    try:
        content = read_regular(path, LARGEST_LIST + 1)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    if len(content) > LARGEST_LIST:
        raise UsageError(f"{path} is larger than {LARGEST_LIST >> 20} MiB")
    names = []
    for number, line in enumerate(content.decode("utf-8-sig", "replace").splitlines(), start=1):
        name = re.sub(r"(?:^|\s)#(?:\s.*|$)", "", line).strip()
        if not name:
            continue
        try:
            names.append(parse(name))
        except UsageError as error:
            raise UsageError(f"{path}, line {number}: {error}", next_step=error.next_step) from None
    return tuple(names)


def _of_id(text: str) -> Name | None:
    if _VIDEO.fullmatch(text):
        return Video(text)
    if _PLAYLIST.fullmatch(text):
        return _playlist(text)
    if _CHANNEL.fullmatch(text):
        return Listing(f"{SITE}/channel/{text}")
    return Listing(f"{SITE}/{text}") if _HANDLE.fullmatch(text) else None


def _of_url(text: str) -> Name | None:
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:  # an unfinished IPv6 address
        return None
    way = [part for part in parts.path.split("/") if part]
    if parts.scheme not in ("http", "https"):
        return None
    if host == "youtu.be":
        return _video(way[0] if way else "")
    if host not in _HOSTS or not way:
        return None
    query = parse_qs(parts.query)
    if way[0] == "watch":
        return _video(query.get("v", [""])[0])
    if way[0] == "playlist":
        playlist = query.get("list", [""])[0]
        return _playlist(playlist) if _PLAYLIST.fullmatch(playlist) else None
    if way[0] in _ONE_VIDEO and len(way) > 1:
        return _video(way[1])
    return _channel(way)


def _channel(way: list[str]) -> Name | None:
    named = 2 if way[0] in _OF_A_CHANNEL else 1
    if len(way) < named or (named == 1 and not _HANDLE.fullmatch(way[0])):
        return None
    if named == 2 and not re.fullmatch(r"[\w.%·-]{1,100}", way[1]):
        return None
    tab = [part for part in way[named : named + 1] if part in _TABS]
    return Listing("/".join([SITE, *way[:named], *tab]))


def _video(text: str) -> Name | None:
    return Video(text) if _VIDEO.fullmatch(text) else None


def _playlist(text: str) -> Listing:
    return Listing(f"{SITE}/playlist?list={text}")
