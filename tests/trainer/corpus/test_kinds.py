from __future__ import annotations

import pytest

from testing.documents import a_document
from trainer.corpus.kinds import is_prose_document, label

PROSE = "This is a sentence of several words, and it reads as people write.\n" * 5
TABLE = "1.5 2.5 3.5 4.5 5.5 6.5\n" * 20


@pytest.mark.parametrize(
    ("given", "language"),
    [
        (a_document("x = 1\n", location="a/b.py"), "python"),
        (a_document("#!/usr/bin/env ruby\n", location="bin/tool"), "ruby"),
        (a_document("x = 1\n", location="b.py", language="python"), "python"),
        (a_document("# T\n", location="README.md", media_type="text/markdown"), "prose"),
        (a_document("x", location="x.rst"), "prose"),
        (a_document("x", location="x.rst", language="prose-en"), "prose-en"),
        (a_document(PROSE, location="README"), "prose"),
        (a_document(TABLE, location="VALUES"), ""),
        (a_document("", location="EMPTY"), ""),
        (a_document("", location="x.pdf", media_type="application/pdf", content=b"%PDF"), "prose"),
        (a_document("hello", location="dQw4", kind="youtube"), "prose"),
        (a_document("x = 1", location="https://a.test/b.py", kind="web"), "prose"),
        (a_document("<p>", location="a.html", media_type="text/html"), "prose"),
        (a_document("{% if %}", location="a.html", media_type="text/html"), "html"),
        (a_document("<p>", location="a.html", media_type="text/html", kind="github"), "html"),
        (a_document("{{", location="https://a.test/", media_type="text/html", kind="web"), "prose"),
        (a_document("{}", location="a.ipynb", media_type="application/x-ipynb+json"), ""),
        (a_document("{}", location="pull/7", kind="conversations", language="go"), "go"),
        (a_document("{}", location="7", kind="feedback"), ""),
    ],
    ids=lambda value: "" if isinstance(value, str) else value.origin.location,
)
def test_what_a_document_is(given, language: str) -> None:
    found = label(given)
    assert found.language == language
    assert is_prose_document(found) is language.startswith("prose")
    assert label(found) == found


def test_the_history_tells_it() -> None:
    assert label(a_document("x = 1\n")).history == ("label: python",)
    assert label(a_document("x = 1\n", language="python")).history == ()
