"""What is said, out of subtitles (WebVTT, SubRip): without numbers, times, and what is not said."""

from __future__ import annotations

import re

from trainer.corpus.extracted import Extracted

_TIMES = re.compile(r"\s*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}\s*-->")
_TAG = re.compile(r"<[^<>]{0,100}>")
_SOUND = re.compile(r"[\[(♪][^\[\]()♪]{0,60}[\])♪]")
_BLOCK = re.compile(r"(?:WEBVTT|NOTE|STYLE|REGION)\b")


def subtitles_to_text(text: str) -> Extracted:
    """One line a cue. Lines that scroll, and so stand in two cues, are told once."""
    said: list[str] = []
    for block in re.split(r"\r?\n[ \t]*\r?\n", text.removeprefix("\ufeff")):
        lines = block.strip().splitlines()
        start = next((n for n, line in enumerate(lines) if _TIMES.match(line)), None)
        if start is None and lines and (_BLOCK.match(lines[0]) or lines[0].strip().isdigit()):
            continue
        for line in lines[0 if start is None else start + 1 :]:
            words = " ".join(_SOUND.sub(" ", _TAG.sub("", line)).split())
            if words and words not in said[-2:]:
                said.append(words)
    return Extracted("\n".join(said), "subtitles")
