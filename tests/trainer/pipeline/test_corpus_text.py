from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.corpus.corpus_text import END_OF_TEXT, entry, escape, texts, unescape

_PIECES = [END_OF_TEXT, "<", "\\", "|endoftext|>", "\n", "a", "é"]
TRICKY = st.lists(st.sampled_from(_PIECES)).map("".join)


@given(text=TRICKY | st.text())
def test_what_is_escaped_comes_back_and_holds_no_marker(text: str) -> None:
    assert unescape(escape(text)) == text
    assert END_OF_TEXT not in escape(text)


@given(documents=st.lists(TRICKY), cuts=st.lists(st.integers(0, 200)))
def test_a_corpus_is_read_however_it_comes(documents: list[str], cuts: list[int]) -> None:
    corpus = "".join(map(entry, documents))
    places = sorted({0, len(corpus), *(min(cut, len(corpus)) for cut in cuts)})
    pieces = [corpus[start:end] for start, end in pairwise(places)]
    assert list(texts(pieces)) == documents


@pytest.mark.parametrize("text", ["", "plain", "a < b | c"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert escape(text) == text


def test_a_corpus_that_was_cut_off_gives_what_is_there() -> None:
    assert list(texts([entry("one"), "tw"])) == ["one", "tw"]
