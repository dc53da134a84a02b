"""Segments of a transcript as paragraphs: without times, markers of sounds, and repeated lines.

YouTube's recognition writes no punctuation in some languages, so pauses make paragraphs as well as
ends of sentences.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator

from coderasst_hook.untrusted import encodable, printable
from trainer.acquire.youtube.transcript import Segment

PAUSE = 2.0
"""Seconds without a word that end a paragraph."""
ENOUGH = 500
"""Characters from which the next end of a sentence ends the paragraph."""
MOST = 1200
"""Characters from which the next segment begins a paragraph, for speech without sentences."""
_CHARACTERS_A_SECOND = 10.0
"""Of a slow speaker. Segments are shown until the next one, and so do not tell a pause alone."""

# Alone in a segment, whatever a bracket holds is a marker, as long as it is words: "[Musik]".
_ALONE = re.compile(r"[\[(（【][^\W\d_][^\[\](){}=;]{0,60}[\])）】]")
# Beside words, only known ones: "[Route]" may be what is talked about.
_WITHIN = re.compile(
    r"(?<!\w)[\[(](?:\s*__\s*|(?:[^\W\d_]+ ){0,3}(?:music|applause|laughter|laughs|laughing|"
    r"cheering|inaudible|silence|coughs?|sighs?|musik|applaus|gelächter|musique|applaudissements|música|"
    r"aplausos|musica|applausi))[\])](?!\w)",
    re.IGNORECASE,
)
_SONG = re.compile(r"[♪♫♬♩]+")
_TURN = re.compile(r"^(?:>>+|&gt;&gt;)\s*")
_SENTENCE = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")


def paragraphs(segments: Iterable[Segment]) -> str:
    """The text, paragraphs separated by an empty line; "" where nothing is said."""
    out: list[str] = []
    current = ""
    spoken_until = 0.0
    for segment, turn in _said(segments):
        paused = segment.start - spoken_until >= PAUSE
        if current and (paused or turn or _is_full(current)):
            out.append(current)
            current = ""
        current = _joined(current, segment.text)
        spoken_until = segment.start + min(
            segment.seconds, len(segment.text) / _CHARACTERS_A_SECOND
        )
    if current:
        out.append(current)
    return "\n\n".join(out)


def _said(segments: Iterable[Segment]) -> Iterator[tuple[Segment, bool]]:
    """With whether another person begins to speak."""
    shown, until = "", 0.0
    for segment in segments:
        if not (math.isfinite(segment.start) and math.isfinite(segment.seconds)):
            continue
        turn, text = _clean(segment.text)
        new = _new_part(shown, text) if segment.start < until else text
        shown, until = text, segment.start + segment.seconds
        if new:
            yield Segment(segment.start, segment.seconds, new), turn


def _clean(raw: str) -> tuple[bool, str]:
    text = " ".join(encodable(printable(raw)).split())
    turned = _TURN.sub("", text)
    spoken = _SONG.sub(" ", turned)
    spoken = "" if _ALONE.fullmatch(spoken.strip()) else _WITHIN.sub(" ", spoken)
    return turned != text, " ".join(spoken.split())


def _new_part(before: str, text: str) -> str:
    """Without what rolls up from the segment ``before``, that is still shown."""
    if text == before:
        return ""
    return text[len(before) :].lstrip() if text.startswith(f"{before} ") else text


def _is_full(paragraph: str) -> bool:
    if len(paragraph) >= MOST:
        return True
    return len(paragraph) >= ENOUGH and _SENTENCE.search(paragraph[-8:]) is not None


def _joined(paragraph: str, text: str) -> str:
    if not paragraph:
        return text
    # Chinese and Japanese put no spaces between words.
    tight = _is_wide(paragraph[-1]) and _is_wide(text[0])
    return f"{paragraph}{text}" if tight else f"{paragraph} {text}"


def _is_wide(character: str) -> bool:
    return "\u3000" <= character <= "\u9fff" or "\uff00" <= character <= "\uff60"
