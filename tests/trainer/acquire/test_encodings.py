from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.acquire.encodings import Decoded, decode

GERMAN = "Die Größe der Tür in Käse gemessen, früher üblich: äöüß ÄÖÜ.\n" * 5
RUSSIAN = "Быстрая бурая лиса прыгает через ленивую собаку, и так далее.\n" * 5
JAPANESE = "これは日本語の文章です。漢字とひらがなとカタカナが混ざっています。\n" * 5


@pytest.mark.parametrize(
    ("content", "encoding", "text"),
    [
        (b"plain\n", "ascii", "plain\n"),
        (GERMAN.encode(), "utf-8", GERMAN),
        (codecs.BOM_UTF8 + b"x", "utf-8-sig", "x"),
        (codecs.BOM_UTF16_LE + "ä".encode("utf-16-le"), "utf-16-le-sig", "ä"),
        (codecs.BOM_UTF16_BE + "ä".encode("utf-16-be"), "utf-16-be-sig", "ä"),
        (codecs.BOM_UTF32_LE + "ä".encode("utf-32-le"), "utf-32-le-sig", "ä"),
        (b"# coding: iso-8859-15\n\xa4\n", "iso8859-15", "# coding: iso-8859-15\n€\n"),
        (b'<?xml version="1.0" encoding="cp1251"?><\xc4>', "cp1251", None),
        (b'<meta charset="shift_jis">\x82\xa0', "shift_jis", '<meta charset="shift_jis">あ'),
    ],
)  # fmt: skip
def test_what_a_file_says_of_itself(content: bytes, encoding: str, text: str | None) -> None:
    found = decode(content)
    assert found is not None
    assert (found.encoding, found.guessed) == (encoding, False)
    assert text is None or found.text == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "latin-1"),
        (GERMAN, "cp1252"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "euc-jp"),
        (JAPANESE, "shift_jis"),
        ("plain\r\n", "utf-16-le"),
        ("plain\r\n", "utf-16-be"),
    ],
)
def test_guesses(text: str, encoding: str) -> None:
    found = decode(text.encode(encoding))
    assert found is not None
    assert found.text == text
    assert found.guessed


@pytest.mark.parametrize(
    "content",
    [
        b"\x00",
        b"text\x00text",
        bytes(range(256)),
        b"\x7fELF\x02\x01\x01" + bytes(100),
        b"\x01\x02\x03\x04" * 50 + b"text",
        codecs.BOM_UTF16_LE + b"\x00\xd8",
        codecs.BOM_UTF8 + b"\xff",
        codecs.BOM_UTF16_BE + b"\x00\x00",
    ],
)
def test_what_is_no_text(content: bytes) -> None:
    assert decode(content) is None


@pytest.mark.parametrize("name", ["hex", "zlib", "rot13", "idna", "undefined", "utf-7", "nonsense"])
def test_codecs_that_are_no_charsets_are_not_obeyed(name: str) -> None:
    found = decode(b"# coding: " + name.encode() + b"\n" + GERMAN.encode("latin-1"))
    assert found is not None
    assert found.guessed
    assert found.text.endswith(GERMAN)


def test_terminal_logs_and_form_feeds_are_text() -> None:
    assert decode(b"\x1b[31mred\x1b[0m\n\x0c\n") == Decoded("\x1b[31mred\x1b[0m\n\x0c\n", "ascii")


@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_not(content: bytes) -> None:
    found = decode(content)
    if found is not None:
        found.text.encode("utf-8")  # no lone surrogates
        assert "\0" not in found.text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_utf_8_comes_back(text: str) -> None:
    found = decode(text.encode())
    assert found is not None
    assert found.text == text.removeprefix("\ufeff")
