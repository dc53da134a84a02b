"""What is known of a video beside its words: title, channel, length, licence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from coderasst_hook.untrusted import encodable, one_line
from trainer import spdx

CREATIVE_COMMONS = "CC-BY-3.0"
"""What "Creative Commons Attribution" is at YouTube: the page says no version, its link does."""
_SAID = "Creative Commons Attribution"
_LONGEST = 200
_MOST_OBJECTS = 500_000
# A "<" inside of JSON or of an attribute is escaped, so no title or description can look like it.
_INITIAL = re.compile(r"<script[^>]{0,200}>\s{0,20}var ytInitialData\s{0,5}=\s{0,5}(?=\{)")
_CHANNEL = re.compile(r"UC[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class Facts:
    """``channel`` is its id, ``author`` what it calls itself; "" where unknown."""

    title: str = ""
    channel: str = ""
    author: str = ""
    seconds: int = 0
    licence: str = spdx.UNKNOWN

    @property
    def group(self) -> str:
        return self.channel or self.author or "youtube"


def of_answers(player: bytes, watch_page: bytes) -> Facts:
    """Of what YouTube answered; what cannot be read in it is not known."""
    answer = _json(player.decode("utf-8", "replace"))
    details = answer.get("videoDetails") if isinstance(answer, dict) else None
    if not isinstance(details, dict):
        details = {}
    return Facts(
        title=_text(details.get("title")),
        channel=_channel(details.get("channelId")),
        author=_text(details.get("author")),
        seconds=_whole(details.get("lengthSeconds")),
        licence=_licence(watch_page.decode("utf-8", "replace")),
    )


def of_info(info: Mapping[str, Any]) -> Facts:
    """Of what yt-dlp found out."""
    said = info.get("license")
    free = isinstance(said, str) and said.startswith(_SAID)
    return Facts(
        title=_text(info.get("title")),
        channel=_channel(info.get("channel_id")),
        author=_text(info.get("channel")),
        seconds=_whole(info.get("duration")),
        licence=CREATIVE_COMMONS if free else spdx.UNKNOWN,
    )


def _licence(page: str) -> str:
    match = _INITIAL.search(page)
    if match is None:
        return spdx.UNKNOWN
    rows = _rows(_json(page[match.end() :]))
    free = any(_label(row.get("title")) == "License" and _is_free(row) for row in rows)
    return CREATIVE_COMMONS if free else spdx.UNKNOWN


def _is_free(row: Mapping[str, Any]) -> bool:
    contents = row.get("contents")
    if not isinstance(contents, list):
        return False
    return any(_label(content).startswith(_SAID) for content in contents)


def _rows(data: Any) -> Iterator[Mapping[str, Any]]:
    """Every row of the table below the description; only YouTube's own code names a key so."""
    waiting, seen = [data], 0
    while waiting and seen < _MOST_OBJECTS:
        found = waiting.pop()
        seen += 1
        if isinstance(found, list):
            waiting.extend(found)
        elif isinstance(found, dict):
            row = found.get("metadataRowRenderer")
            if isinstance(row, dict):
                yield row
            waiting.extend(found.values())


def _label(value: Any) -> str:
    """The text of one of YouTube's labels."""
    if not isinstance(value, dict):
        return ""
    runs = value.get("runs")
    if isinstance(runs, list):
        return "".join(str(run.get("text", "")) for run in runs if isinstance(run, dict))
    return str(value.get("simpleText", ""))


def _json(text: str) -> Any:
    """The value that ``text`` begins with; None where it is none."""
    try:
        return json.JSONDecoder().raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None


def _text(value: Any) -> str:
    return encodable(one_line(value, _LONGEST)) if isinstance(value, str) else ""


def _channel(value: Any) -> str:
    return value if isinstance(value, str) and _CHANNEL.fullmatch(value) else ""


def _whole(value: Any) -> int:
    if isinstance(value, str) and len(value) < 10 and value.isascii() and value.isdigit():
        return int(value)
    return int(value) if isinstance(value, (int, float)) and 0 <= value < 10**9 else 0
