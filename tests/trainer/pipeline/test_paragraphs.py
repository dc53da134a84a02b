from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.corpus.paragraphs import paragraph_hashes, without_paragraphs

LONG = "These words are long enough to be a paragraph that counts, and they say nothing at all."
OTHER = (
    "Other words that are just as long as that, so that there are two paragraphs to choose from."
)
HASH = "# " + LONG.replace(", ", ",\n# ")
BLOCK = "/*\n * " + LONG.replace(", ", ",\n * ") + "\n */"


def cut(text: str, language: str, *gone: str) -> tuple[str, int]:
    hashes = {value for one in gone for value in paragraph_hashes(one, "")}
    return without_paragraphs(text, language, hashes.__contains__)


def test_a_paragraph_goes_with_the_lines_behind_it() -> None:
    assert cut(f"{LONG}\n\n{OTHER}\n", "prose-en", LONG) == (f"{OTHER}\n", 1)
    assert cut(f"{OTHER}\n \t\n\n{LONG}", "prose-en", LONG) == (f"{OTHER}\n \t\n\n", 1)


def test_white_space_and_case_make_no_other_paragraph() -> None:
    assert paragraph_hashes(LONG.upper().replace(" ", "\n  "), "") == paragraph_hashes(LONG, "")


def test_a_document_has_each_once() -> None:
    assert len(paragraph_hashes(f"{LONG}\n\n{OTHER}\n\n{LONG}", "prose-en")) == 2


def test_short_ones_do_not_count() -> None:
    assert paragraph_hashes("Examples\n\nThe end.", "prose-en") == []


@pytest.mark.parametrize(
    ("language", "paragraph"),
    [
        ("python", HASH),
        ("c", BLOCK),
        ("javascript", BLOCK),
        ("go", "// " + LONG.replace(", ", ",\n// ")),
        ("html", f"<!-- {LONG} -->"),
        ("markdown", LONG),
        ("", LONG),
    ],
)
def test_comments_and_prose_may_be_cut(language: str, paragraph: str) -> None:
    assert len(paragraph_hashes(paragraph, language)) == 1


@pytest.mark.parametrize(
    ("language", "paragraph"),
    [
        ("python", f'raise ValueError(\n    "{LONG}"\n)'),
        ("python", f"{HASH}\nimport os"),
        ("c", HASH),  # "# define" and "#include" are no comments there
        ("c", f"{BLOCK} int x;"),
        ("c", f"{BLOCK}\nint x;\n/* */"),
        ("c", BLOCK.removesuffix("*/")),
        ("json", f'{{"text": "{LONG}"}}'),
        ("yaml", HASH),
    ],
)
def test_code_and_data_may_not(language: str, paragraph: str) -> None:
    assert paragraph_hashes(paragraph, language) == []
    assert cut(f"{paragraph}\n\n", language, paragraph) == (f"{paragraph}\n\n", 0)


@given(text=st.text(alphabet=st.sampled_from("ab \n\t\r")), language=st.sampled_from(["", "c"]))
def test_a_text_of_which_nothing_is_repeated_stays_as_it_is(text: str, language: str) -> None:
    assert without_paragraphs(text, language, lambda value: False) == (text, 0)
