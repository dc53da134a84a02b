"""Which documents of the corpus are looked at: all conversations, and as many files of each
language as there are, up to a limit. Labelling takes a second for some files, and a corpus has
millions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from trainer.conversations import MEDIA_TYPE
from trainer.dataset.code_document import is_code, language_of_document
from trainer.dataset.draw import number
from trainer.documents import Document


def is_conversation(document: Document) -> bool:
    return document.media_type == MEDIA_TYPE


_MOST_LOUD = 0.8
"""Of the files, where rules are named: code in which nothing is wrong is learned, too."""


def chosen_ids(
    documents: Iterable[Document],
    most: int,
    seed: int,
    loud: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> frozenset[str]:
    """Of the files with code. Languages take turns, so that a rare one is not lost. ``loud`` are
    the rules that find something, by id of a document: such files come first, and their rules take
    turns as well."""
    quiet: dict[str, list[tuple[int, str]]] = defaultdict(list)
    heard: dict[str, list[tuple[int, str]]] = defaultdict(list)
    counts = Counter(rule for rules in loud.values() for rule in rules)
    for document in documents:
        if is_code(document):
            place = number(seed, "document", document.id), document.id
            rules = loud.get(document.id)
            if rules:
                heard[min(rules, key=lambda rule: (counts[rule], rule))].append(place)
            else:
                quiet[language_of_document(document) or ""].append(place)
    first = _in_turns(heard)[: round(most * _MOST_LOUD)]
    return frozenset([*first, *_in_turns(quiet)[: most - len(first)]])


def _in_turns(groups: Mapping[str, list[tuple[int, str]]]) -> list[str]:
    turns = sorted(
        (turn, place) for places in groups.values() for turn, place in enumerate(sorted(places))
    )
    return [id for _, (_, id) in turns]


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
