from __future__ import annotations

import pytest

from testing.documents import a_document
from trainer.corpus.language import label_prose, language_of_prose

SENTENCES = {
    "en": "The function returns the number of items that were found in the list.",
    "de": "Die Funktion gibt die Anzahl der Elemente zurück, die gefunden wurden.",
    "fr": "La fonction renvoie le nombre d'éléments qui ont été trouvés dans la liste.",
    "zh": "该函数返回在列表中找到的元素数量，如果没有找到任何元素，则返回零。",
    "ru": "Функция возвращает количество элементов, найденных в списке.",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_prose_is_labelled(code: str) -> None:
    document = a_document(SENTENCES[code] * 3, language="prose")
    labelled = label_prose(document)
    assert labelled.language == f"prose-{code}"
    assert labelled.history[0].startswith(f"language: {code} (")
    assert labelled.text == document.text


def test_code_in_prose_says_nothing_of_its_language() -> None:
    code = "```python\nfor the_item in the_list: return the_function(the_item)\n```\n" * 30
    assert language_of_prose(f"{code}{SENTENCES['de'] * 5}\n{code}")[0] == "de"


@pytest.mark.parametrize("text", ["", "1 2 3", "```\n```", "\n" * 1000, "a b"])
def test_what_has_no_words_stays_prose(text: str) -> None:
    document = a_document(text, language="prose")
    assert label_prose(document) is document


def test_code_is_not_asked() -> None:
    document = a_document(SENTENCES["en"], language="python")
    assert label_prose(document) is document


def test_long_texts_are_told_by_their_middle() -> None:
    text = "x = 1\n" * 5_000 + (SENTENCES["fr"] + "\n") * 2_000 + "x = 1\n" * 5_000
    assert language_of_prose(text)[0] == "fr"
