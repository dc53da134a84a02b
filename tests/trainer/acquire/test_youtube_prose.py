from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.acquire.youtube.prose import ENOUGH, MOST, paragraphs
from trainer.acquire.youtube.transcript import Segment


def said(*texts: str) -> str:
    """Said one after the other, without a pause."""
    start, segments = 0.0, []
    for text in texts:
        seconds = max(len(text) / 10, 0.1)
        segments.append(Segment(start, seconds, text))
        start += seconds
    return paragraphs(segments)


def test_segments_become_one_paragraph() -> None:
    assert said("so today we", "look at\nthe loop.", "It ends.") == (
        "so today we look at the loop. It ends."
    )


@pytest.mark.parametrize(
    "marker",
    [
        "[Music]",
        "[Musik]",
        "[音楽]",
        "(audience laughing)",
        "♪",
        "【拍手】",
        "[Applaus und Rufe]",
    ],
)
def test_a_marker_alone_is_left_out(marker: str) -> None:
    assert said("one", marker, "two") == "one two"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("so [Music] we go on", "so we go on"),
        ("what the [ __ ] is this", "what the is this"),
        ("♪ la la ♪", "la la"),
        ("put [Route] above the class", "put [Route] above the class"),
        ("then a[i] is x (mostly)", "then a[i] is x (mostly)"),
        ("call print(x) here", "call print(x) here"),
        ("(x)", ""),
        ("[1, 2, 3]", "[1, 2, 3]"),
        ("music [dropped()]", "music [dropped()]"),
        ("a\u00a0b\u200b \x1b[31mc", "a b c"),
        ("half \ud83d", "half"),
    ],
)
def test_markers_among_words(text: str, kept: str) -> None:
    assert said(text) == kept


def test_a_pause_begins_a_paragraph() -> None:
    # Shown until the next one comes: the pause is in the segment that lasts too long for it.
    segments = [Segment(0, 9, "first words"), Segment(9, 2, "later ones"), Segment(11, 2, "go on")]
    assert paragraphs(segments) == "first words\n\nlater ones go on"


def test_another_person_begins_a_paragraph() -> None:
    assert said("what is it", ">> a loop", ">>> no") == "what is it\n\na loop\n\nno"


def test_a_long_paragraph_ends_with_a_sentence() -> None:
    sentence = "x" * (ENOUGH // 2) + "."
    assert [len(one) for one in said(*[sentence] * 5).split("\n\n")] == [503, 503, 251]


def test_speech_without_sentences_ends_somewhere() -> None:
    found = said(*["word " * 20] * 40).split("\n\n")
    assert len(found) > 2
    assert max(map(len, found)) < MOST + 100


def test_what_rolls_up_is_said_once() -> None:
    segments = [
        Segment(0, 4, "so we take"),
        Segment(2, 4, "so we take"),
        Segment(2.5, 4, "so we take the loop"),
        Segment(3, 4, "so we take the loop out"),
        Segment(20, 2, "yes"),
        Segment(22, 2, "yes"),
    ]
    assert paragraphs(segments) == "so we take the loop out\n\nyes yes"


def test_words_without_spaces_are_joined_without_them() -> None:
    assert said("今日は", "テストです。", "OK", "then") == "今日はテストです。 OK then"


def test_times_that_are_none_are_passed_over() -> None:
    assert paragraphs([Segment(math.nan, 1, "a"), Segment(0, math.inf, "b")]) == ""
    assert paragraphs([]) == ""


SEGMENTS = st.lists(st.builds(Segment, st.floats(), st.floats(), st.text()), max_size=20)


@given(SEGMENTS)
def test_any_segments_make_text_that_can_be_written(segments: list[Segment]) -> None:
    text = paragraphs(segments)
    text.encode()
    assert text == text.strip()
    assert "\n\n\n" not in text
