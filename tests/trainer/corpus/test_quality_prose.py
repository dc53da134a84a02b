from __future__ import annotations

import random

import pytest

from testing.documents import a_document
from trainer.corpus.drops import Dropped
from trainer.corpus.measures import repeated, repeated_ngrams, top_ngram
from trainer.corpus.quality_prose import judge_prose

WORDS_OF_PROSE = (
    "the server answers with a page that has to be read before anything is written to it and "
    "each line of this file names one host whose address was found in an earlier run of ours "
    "while other parts keep what they know about people documents numbers colours and seasons"
)
WORDS = WORDS_OF_PROSE.split()


def sentences(number: int, seed: int = 1) -> str:
    chosen = random.Random(seed)
    return "".join(" ".join(chosen.sample(WORDS, 14)) + ".\n" for _ in range(number))


def reason_of(text: str, language: str = "prose-en", kind: str = "web") -> str | None:
    result = judge_prose(a_document(text, language=language, kind=kind))
    return result.reason if isinstance(result, Dropped) else None


GOOD = sentences(20)


@pytest.mark.parametrize("language", ["prose", "prose-en", "prose-tr"])
def test_prose_passes(language: str) -> None:
    assert reason_of(GOOD, language) is None


def test_so_does_prose_with_more_code_than_words() -> None:
    code = "```\n" + "x=[1,2,3]#####\n" * 200 + "```\n"
    indented = "\n" + "    y = {}  ######\n" * 200 + "\n"
    assert reason_of(GOOD + code + GOOD[:0] + indented) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "too short"),
        ("word " * 49, "too short"),
        ("```\n" + GOOD + "```\n", "too short"),
        ("\n".join("a b c d e f g" for _ in range(20)), "length of words"),
        (" ".join(f"abcdefghijkl{n}" for n in range(80)), "length of words"),
        ("\n".join(dict.fromkeys(WORDS * 3)) + "\n" + "name\n" * 9, "nothing but a list"),
        (sentences(6) + "# " * 40, "too many symbols"),
        ("".join(f"* {line}\n" for line in GOOD.splitlines()), "nothing but bullets"),
        (GOOD.replace(".\n", "...\n", 8), "lines that are cut off"),
        (" ".join(f"{n}.{n}" for n in range(100, 300)) + GOOD[:300], "too few words"),
        ("lorem ipsum dolor sit amet " + GOOD, "lorem ipsum"),
        (" ".join(f"alpha{n} beta{n}" for n in range(60)), "no sentences"),
        (sentences(4) + sentences(1, 7) * 8, "repeated lines"),
        ("\n\n".join([sentences(2, 3).replace("\n", " ")] * 9 + [GOOD]), "repeated lines"),
        (" ".join(["of the", *WORDS[:9]] * 40), "repeated phrases"),
    ],
)
def test_what_is_no_prose_falls_out(text: str, reason: str) -> None:
    assert reason_of(text) == reason


def test_scripts_without_spaces_are_measured_by_characters() -> None:
    chosen = random.Random(1)
    signs = [chr(0x4E00 + n) for n in range(500)]
    text = "\n".join("".join(chosen.choices(signs, k=40)) for _ in range(30))
    assert reason_of(text, "prose-zh") is None
    assert reason_of(text[:150], "prose-zh") == "too short"
    assert reason_of(text[:40] + ("\n" + text[:40]) * 20, "prose-zh") == "repeated lines"


def test_neither_code_nor_what_people_say_of_findings_is_judged() -> None:
    assert reason_of("x", "python") is None
    assert reason_of("x", "prose", "feedback") is None
    assert reason_of("x", "prose", "conversations") is None


def test_repeated_parts() -> None:
    assert repeated([]) == (0, 0)
    assert repeated(["a", "b"]) == (0, 0)
    assert repeated(["aaa", "b", "aaa", "b"]) == (0.5, 0.5)
    assert repeated(["aaa", "aaa", "bb"]) == (1 / 3, 3 / 8)


def test_ngrams() -> None:
    words = ["a", "b", "a", "b", "c", "d"]
    assert top_ngram(words, 2, 6) == 4 / 6
    assert top_ngram(words[3:], 2, 3) == 0
    assert top_ngram(["a"], 2, 1) == 0
    # "a b" the second time; overlapping ones count each word once.
    assert repeated_ngrams(words, 2, 6) == 2 / 6
    assert repeated_ngrams(["x"] * 10, 2, 10) == 9 / 10
    assert repeated_ngrams([], 2, 0) == 0
