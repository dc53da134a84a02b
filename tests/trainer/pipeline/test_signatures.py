from __future__ import annotations

import random

import numpy as np
import pytest

from trainer.corpus import signatures
from trainer.corpus.signatures import PERMUTATIONS, minhash, normalised_hash, shingles

WORDS = [f"word{number}" for number in range(3000)]


def text_of(seed: int, count: int = 800) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=count))


def changed(text: str, every: int) -> str:
    words = text.split()
    words[::every] = [f"other{number}" for number in range(len(words[::every]))]
    return " ".join(words)


def jaccard(one: str, other: str) -> float:
    left, right = set(shingles(one).tolist()), set(shingles(other).tolist())
    return len(left & right) / len(left | right)


@pytest.mark.parametrize("every", [200, 100, 50, 25, 10])
def test_the_estimate_is_near_the_truth(every: int) -> None:
    one = text_of(1)
    other = changed(one, every)
    rows = minhash([one, other])
    estimate = float((rows[0] == rows[1]).mean())
    assert abs(estimate - jaccard(one, other)) < 0.12  # three standard errors of 128 values


def test_different_texts_share_nothing() -> None:
    rows = minhash([text_of(1), text_of(2)])
    assert (rows[0] == rows[1]).mean() < 0.05


def test_a_row_does_not_depend_on_its_neighbours() -> None:
    together = minhash([text_of(1), "", "x", text_of(2)])
    assert (together[3] == minhash([text_of(2)])[0]).all()
    assert together.shape == (4, PERMUTATIONS)
    assert together.dtype == np.uint16


def test_no_texts_have_no_rows() -> None:
    assert minhash([]).shape == (0, PERMUTATIONS)


def test_case_and_punctuation_do_not_count() -> None:
    assert (
        shingles("The quick, (brown) fox\njumps!") == shingles("the quick brown fox JUMPS")
    ).all()


def test_the_order_of_words_counts() -> None:
    assert shingles("a b c d e").tolist() != shingles("e d c b a").tolist()


@pytest.mark.parametrize("text", ["", " \n\t", "+-*/ (){};"])
def test_without_words_there_are_no_shingles(text: str) -> None:
    assert len(shingles(text)) == 0


def test_few_words_are_one_shingle() -> None:
    assert len(shingles("only three words")) == 1
    assert shingles("only three words").tolist() != shingles("only two words").tolist()


def test_characters_of_scripts_without_spaces_are_words() -> None:
    assert len(shingles("今日は天気がいい")) == 8 - signatures.SHINGLE + 1
    assert len(shingles("über die Brücke gehen viele")) == 1


def test_a_long_text_is_worked_on_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{text_of(3)} {'q' * 900} {text_of(4)}"
    whole = shingles(text)
    monkeypatch.setattr(signatures, "_PIECE", 1000)
    assert (shingles(text) == whole).all()


def test_a_word_longer_than_a_piece_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signatures, "_PIECE", 100)
    assert len(shingles("q" * 1000)) > 0


def test_surrogates_are_letters_like_others() -> None:
    assert len(shingles("a \udcff b c d e")) == 2
    assert normalised_hash("\udcff") != normalised_hash("\udcfe")


def test_texts_that_differ_in_white_space_and_case_are_the_same() -> None:
    assert normalised_hash("A  b\r\nc\n") == normalised_hash("a b c")
    assert normalised_hash("a b") != normalised_hash("ab")
