from __future__ import annotations

import time

import pytest

from testing.documents import a_document
from trainer.corpus.boilerplate import without_banners, without_boilerplate
from trainer.corpus.drops import Dropped


@pytest.mark.parametrize(
    "line",
    [
        "We use cookies to improve your experience.",
        "Accept all cookies",
        "* Privacy policy",
        "Skip to main content",
        "Toggle navigation",
        "[Edit this page]",
        "Edit on GitHub",
        "JavaScript is disabled in your browser.",
        "Share this on Mastodon",
        "Log in | Sign up",
        "Built with Sphinx using a theme",
        "© Copyright 2001-2024, The Authors.",
        "Previous | Next",
        "Was this page helpful?",
        "Last updated on 3 May 2024.",
        "Read more »",
    ],
)
def test_lines_of_the_site_go(line: str) -> None:
    assert without_banners(f"Text.\n{line}\nMore.\n") == ("Text.\nMore.\n", 1)


@pytest.mark.parametrize(
    "line",
    [
        "The server sets cookies, and the client returns them.",
        "Next, we define a function that reads more lines.",
        "Logging in takes two steps: a name and a password.",
        "Copyright law is no part of this course.",
        "index = 0",
    ],
)
def test_sentences_stay(line: str) -> None:
    assert without_banners(f"{line}\n") == (f"{line}\n", 0)


def test_code_stays() -> None:
    text = "```\nhome\nnext\n```\n"
    assert without_banners(text) == (text, 0)


def test_the_step_is_for_pages_of_the_web_alone() -> None:
    text = "Text.\nSkip to content\n"
    page = a_document(text, kind="web", language="prose")
    done = without_boilerplate(page)
    assert not isinstance(done, Dropped)
    assert (done.text, done.history) == ("Text.\n", ("boilerplate: 1 lines taken out",))
    file = a_document(text, kind="files", language="prose")
    assert without_boilerplate(file) is file


def test_a_page_of_menus_falls_out() -> None:
    page = a_document("Home\nNext\n", kind="web", language="prose")
    assert without_boilerplate(page) == Dropped("nothing but boilerplate")


def test_no_line_takes_long() -> None:
    start = time.process_time()
    for text in ("javascript " * 18, "by using " * 22, "home | " * 28, " uses cookies" * 15):
        without_banners((text[:200] + "\n") * 500)
    assert time.process_time() - start < 5
