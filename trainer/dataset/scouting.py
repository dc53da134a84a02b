"""Where in a corpus the taught rules find something: a quick look at all of it, so that what is
looked at closely is not left to chance. In well-kept code there is one finding in a thousand
lines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from trainer.dataset.choosing import in_batches
from trainer.dataset.code_document import Code, code_of, is_code
from trainer.dataset.labels import found_rules
from trainer.dataset.parallel import in_order
from trainer.dataset.remembered import Heard, document_key
from trainer.documents import Document

BATCH = 192
"""Documents that one worker looks at in one go."""

Batch = tuple[tuple[Document, str], ...]


def scouted(
    documents: Iterable[tuple[Document, str]],
    rules: frozenset[str],
    workers: int,
    folder: Path | None = None,
) -> dict[str, frozenset[str]]:
    """By its id, the ``rules`` that find something in each file of code where any does.

    What was found in a file is remembered in ``folder``, also where this is interrupted. Raises
    ``OSError`` where it cannot be.
    """
    heard = Heard.of(folder, rules)
    keys: dict[str, str] = {}

    def unknown() -> Iterator[tuple[Document, str]]:
        for document, split in documents:
            if is_code(document):
                keys[document.id] = document_key(document)
                if keys[document.id] not in heard.rules:
                    yield document, split

    wanted: Collection[str] = heard.rules.keys()
    try:
        look = partial(_looked_at, rules=rules)
        for answer in in_order(look, in_batches(unknown(), BATCH), workers):
            heard.rules.update((keys[of], sorted(found)) for of, found in answer.items())
        wanted = frozenset(keys.values())
    finally:
        heard.save(wanted)  # interrupted, all that is known by then
    found = {of: frozenset(heard.rules.get(key, ())) for of, key in keys.items()}
    return {of: rules_of for of, rules_of in found.items() if rules_of}


def _looked_at(batch: Batch, rules: frozenset[str]) -> Mapping[str, frozenset[str]]:
    codes = [code for code in (code_of(*item) for item in batch) if isinstance(code, Code)]
    found = found_rules([code.source for code in codes], rules)
    heard = {code.provenance.document: of_file for code, of_file in zip(codes, found, strict=True)}
    return {document.id: heard.get(document.id, frozenset()) for document, _ in batch}
