"""Where in a corpus the taught rules find something: a quick look at all of it, so that what is
looked at closely is not left to chance. In well-kept code there is one finding in a thousand
lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from trainer.dataset.choosing import in_batches
from trainer.dataset.code_document import Code, code_of, is_code
from trainer.dataset.labels import found_rules
from trainer.dataset.parallel import in_order
from trainer.documents import Document

BATCH = 192
"""Documents that one worker looks at in one go."""

Batch = tuple[tuple[Document, str], ...]


def scouted(
    documents: Iterable[tuple[Document, str]], rules: frozenset[str], workers: int
) -> dict[str, frozenset[str]]:
    """By its id, the ``rules`` that find something in each file of code where any does."""
    found: dict[str, frozenset[str]] = {}
    look = partial(_looked_at, rules=rules)
    code = ((document, split) for document, split in documents if is_code(document))
    for answer in in_order(look, in_batches(code, BATCH), workers):
        found.update(answer)
    return found


def _looked_at(batch: Batch, rules: frozenset[str]) -> Mapping[str, frozenset[str]]:
    codes = [code for code in (code_of(*item) for item in batch) if isinstance(code, Code)]
    found = found_rules([code.source for code in codes], rules)
    return {
        code.provenance.document: of_file
        for code, of_file in zip(codes, found, strict=True)
        if of_file
    }
