"""Which documents of the corpus are looked at: all conversations, and as many files of each
language as there are, up to a limit. Labelling takes a second for some files, and a corpus has
millions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from trainer.conversations import MEDIA_TYPE
from trainer.dataset.code_document import is_code, language_of_document
from trainer.dataset.draw import number
from trainer.documents import Document


def is_conversation(document: Document) -> bool:
    return document.media_type == MEDIA_TYPE


def chosen_ids(documents: Iterable[Document], most: int, seed: int) -> frozenset[str]:
    """Of the files with code. Languages take turns, so that a rare one is not lost."""
    languages: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for document in documents:
        if is_code(document):
            place = number(seed, "document", document.id), document.id
            languages[language_of_document(document) or ""].append(place)
    turns = sorted(
        (turn, place) for places in languages.values() for turn, place in enumerate(sorted(places))
    )
    return frozenset(id for _, (_, id) in turns[:most])


def in_batches(
    items: Iterable[tuple[Document, str]], size: int
) -> Iterator[tuple[tuple[Document, str], ...]]:
    """At most ``size`` documents, and not many large ones."""
    batch: list[tuple[Document, str]] = []
    characters = 0
    for item in items:
        batch.append(item)
        characters += len(item[0].text)
        if len(batch) == size or characters >= _MOST_CHARACTERS:
            yield tuple(batch)
            batch, characters = [], 0
    if batch:
        yield tuple(batch)


_MOST_CHARACTERS = 1_500_000
