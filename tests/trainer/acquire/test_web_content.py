from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.acquire.web import content

GERMAN = "<!doctype html><p>Größe über alles, schöne Grüße aus München</p>"
RUSSIAN = "Съешь же ещё этих мягких французских булок, да выпей чаю"
JAPANESE = "<html><p>日本語の文字コードの試験です。これは見出しです。</p>"


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("text/html; charset=utf-8", True),
        ("TEXT/HTML", True),
        ("application/xhtml+xml", True),
        ("text/plain", True),
        ("text/markdown", True),
        ("text/x-python", True),
        ("application/pdf", True),
        ("application/octet-stream", True),
        ("", True),
        ("image/png", False),
        ("application/json", False),
        ("text/css", False),
        ("text/javascript", False),
        ("video/mp4", False),
        ("application/zip", False),
    ],
)
def test_only_documents_are_worth_their_transfer(header: str, wanted: bool) -> None:
    assert content.is_wanted(header) is wanted
    assert wanted or content.read(b"x", header, "https://x.test/") is None


@pytest.mark.parametrize(
    ("body", "header", "path", "media_type"),
    [
        (b"<p>x", "text/html", "/a.md", "text/html"),
        (b"\n<!-- c --><!DOCTYPE html><p>x", "", "/a", "text/html"),
        (b"# Title", "text/plain", "/a.md", "text/markdown"),
        (b"# Title", "text/markdown; charset=x", "/a", "text/markdown"),
        (b"plain words", "text/plain", "/a.txt", "text/plain"),
        (b"plain words", "", "/a", "text/plain"),
        (b"print(1)\n", "text/plain", "/a.py", "text/x-python"),
        (b"%PDF-1.7 ...", "application/pdf", "/a", "application/pdf"),
        (b"%PDF-1.7 ...", "text/html", "/a", "application/pdf"),
    ],
)
def test_the_kind_is_that_of_what_is_there(
    body: bytes, header: str, path: str, media_type: str
) -> None:
    found = content.read(body, header, f"https://x.test{path}")
    assert found is not None
    assert found.media_type == media_type
    assert (found.content == body) is (media_type == "application/pdf")
    assert found.text == ("" if found.content else body.decode())
    assert found.language == ("python" if path == "/a.py" else "")


@pytest.mark.parametrize(
    ("body", "header"),
    [(b"\x89PNG\0\0\0", "text/html"), (b"<html>", "application/pdf"), (b"\0\1\2" * 99, "")],
)
def test_what_lies_about_its_type_is_none(body: bytes, header: str) -> None:
    assert content.read(body, header, "https://x.test/") is None


@pytest.mark.parametrize(
    ("text", "codec", "header"),
    [
        (GERMAN, "utf-8", "text/html; charset=iso-8859-1"),
        (GERMAN, "utf-8", "text/html"),
        (GERMAN, "cp1252", "text/html; charset=ISO-8859-1"),
        (GERMAN.replace("<p>", '<meta charset="windows-1252"><p>'), "cp1252", "text/html"),
        (GERMAN, "utf-8-sig", "text/html; charset=latin1"),
        (GERMAN, "utf-16", "text/html"),
        (GERMAN, "utf-16-le", "text/html; charset=utf-16le"),
        (RUSSIAN, "koi8-r", 'text/plain; charset="koi8-r"'),
        (RUSSIAN, "cp1251", "text/plain; charset=windows-1251"),
        (JAPANESE, "iso2022_jp", "text/html; charset=iso-2022-jp"),
        (
            JAPANESE.replace("<p>", "<meta charset=iso-2022-jp><p>"),
            "iso2022_jp",
            "text/html",
        ),
        (JAPANESE, "shift_jis", "text/html; charset=Shift_JIS"),
    ],
)
def test_text_comes_out_as_it_was_written(text: str, codec: str, header: str) -> None:
    found = content.decode(text.encode(codec), header)
    assert found is not None
    assert found.text == text


@pytest.mark.parametrize("header", ["text/html; charset=klingon", "text/html; charset=hex"])
def test_a_charset_that_is_none_is_no_obstacle(header: str) -> None:
    found = content.decode(GERMAN.encode("cp1252"), header)
    assert found is not None
    assert "Größe" in found.text


def test_a_declaration_that_does_not_fit_is_not_believed() -> None:
    found = content.decode(RUSSIAN.encode("koi8-r") * 20, "text/plain; charset=euc-jp")
    assert found is not None
    assert "\ufffd" not in found.text


@given(body=st.binary(), header=st.sampled_from(["text/html", "text/plain; charset=utf-16", ""]))
def test_no_body_breaks_it(body: bytes, header: str) -> None:
    found = content.read(body, header, "https://x.test/")
    assert found is None or "\0" not in found.text
