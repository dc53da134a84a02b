from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from testing.documents import a_document
from trainer.corpus.drops import Dropped
from trainer.corpus.normalise import normal_text, normalise

# What the rules are about, more often than chance would have it.
PIECES = st.sampled_from(
    [
        *("\r\n", "\r", "\n", "\n\n\n\n", " \n", "\t", "\x00", "\x0c", "\x85", "\u2028", "\u200b"),
        *("\u200d", "\u200c", "\ufeff", "\u202e", "\udcff", "\ud800", "\u0301", "e", "é", "Ã©"),
        *(
            "â€œ",
            "â€™",
            "Ã\xa0",
            "Â",
            "ÃƒÂ©",
            "\xa0",
            "한",
            "\u1112\u1161\u11ab",
            "Å",
            "\u212b",
            "x",
        ),
    ]
)
TEXTS = st.one_of(
    st.text(),
    st.lists(PIECES, max_size=30).map("".join),
    st.text(st.characters(min_codepoint=0x80, max_codepoint=0x2FF)),
)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("a\u2028b", "a\nb\n"),
        ("a  \n\tb\t\n", "a\n\tb\n"),
        ("\n\na\n\n\n\n\n\nb\n\n\n", "a\n\n\nb\n"),
        ("\ufeffa\u200bb\x00c\x0cd\u202ee\xadf", "abcdef\n"),
        ("a\x1bb\x7fc", "abc\n"),
        ("cafe\u0301", "café\n"),
        ("\udcff\ud800", "\ufffd\ufffd\n"),
        ("a\u200db", "ab\n"),
        ("می\u200cخواهم", "می\u200cخواهم\n"),
        ("👩\u200d💻", "👩\u200d💻\n"),
        (" \n\t\r\n", ""),
        ("", ""),
    ],
)
@pytest.mark.parametrize("prose", [True, False])
def test_one_way_of_writing(text: str, normal: str, prose: bool) -> None:
    assert normal_text(text, prose=prose) == normal


def test_mojibake_is_mended_in_prose_alone() -> None:
    garbled = "The cafÃ© isnâ€™t open.\n"
    assert normal_text(garbled, prose=True) == "The café isn’t open.\n"
    assert normal_text(garbled, prose=False) == garbled


def test_mojibake_that_something_hides_is_mended() -> None:
    assert normal_text("The cafÃ\u200b© is open.\n", prose=True) == "The café is open.\n"


def test_prose_keeps_its_quotes_ligatures_and_entities() -> None:
    text = "“ﬁne” &amp; ‘good’ … ｆｕｌｌ\n"
    assert normal_text(text, prose=True) == text


def test_indentation_of_code_stays() -> None:
    code = "if x:\n\ty = 1\n        z = '  a  b'\n"
    assert normal_text(code, prose=False) == code


@given(TEXTS, st.booleans())
@settings(max_examples=400, deadline=None)
def test_twice_is_once_whatever_the_text(text: str, prose: bool) -> None:
    normal = normal_text(text, prose=prose)
    assert normal_text(normal, prose=prose) == normal
    assert unicodedata.is_normalized("NFC", normal)
    normal.encode("utf-8")
    assert not normal or (normal.endswith("\n") and "\r" not in normal and "\n\n\n\n" not in normal)


def test_what_changed_is_told() -> None:
    done = normalise(a_document("a\r\n"))
    assert not isinstance(done, Dropped)
    assert (done.text, done.history) == ("a\n", ("normalise: 3 to 2 characters",))
    assert normalise(done) is done


def test_nothing_visible_falls_out() -> None:
    assert normalise(a_document("\u200b \n")) == Dropped("empty")


def test_a_wrongly_guessed_encoding_falls_out() -> None:
    dropped = normalise(a_document("ab\udcff" * 10))
    assert dropped == Dropped("unreadable characters", "10 of 31")
    assert not isinstance(normalise(a_document("a" * 1000 + "\udcff")), Dropped)


def test_a_huge_line_takes_no_time() -> None:
    text = "é" + " " * 1_000_000 + "x" + "\u200b" * 1_000_000 + "Ã©" * 500_000
    assert len(normal_text(text, prose=True)) > 1_000_000
