"""Texts as tokens in a file that is mapped into memory.

<folder>/tokens.bin       uint16 or uint32, by the size of the vocabulary: <s> text </s> <s> …
         documents.bin    for each document, uint64: where it ends, and the bytes of its text
         manifest.json    written last: the key of what it was made of, and the sizes
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coderasst_hook.errors import ConfigurationError
from trainer.training.model_folder import replacing_folder
from trainer.training.rows import IGNORED, Integers, Row
from trainer.training.tokenizer import Tokenizer

TOKENS, DOCUMENTS, MANIFEST = "tokens.bin", "documents.bin", "manifest.json"
VERSION = 1
_BATCH = 1 << 20
"""Characters that are tokenised at a time."""
_BLOCK = 1 << 16
"""Characters of a text that are tokenised as one: no piece goes beyond the end of a line."""


@dataclass(frozen=True, slots=True)
class TokenStore:
    tokens: Integers
    """Of all documents, mapped: what is not read takes no memory."""
    ends: NDArray[np.uint64]
    """Where each document ends, behind its last token."""
    text_bytes: NDArray[np.uint64]
    """UTF-8, of each document."""
    key: str

    @classmethod
    def open(cls, folder: Path, key: str) -> TokenStore | None:
        """None where there is none, or one of another key, or one that is damaged."""
        try:
            told = json.loads((folder / MANIFEST).read_bytes())
            kind = np.dtype(told["type"])
            count, documents = int(told["tokens"]), int(told["documents"])
            if told["key"] != key or kind.kind != "u" or min(count, documents) < 1:
                return None
            sizes = {TOKENS: count * kind.itemsize, DOCUMENTS: documents * 16}
            if any((folder / name).stat().st_size != size for name, size in sizes.items()):
                return None
            index = np.fromfile(folder / DOCUMENTS, dtype=np.uint64).reshape(-1, 2)
            tokens: Any = np.memmap(folder / TOKENS, dtype=kind, mode="r")
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return cls(tokens, index[:, 0], index[:, 1], key)

    @classmethod
    def build(
        cls, folder: Path, key: str, texts: Iterable[str], tokenizer: Tokenizer
    ) -> TokenStore:
        """In place of what is there. Raises ``StoreError``, and ``ConfigurationError`` where there
        is no text at all."""
        kind = np.dtype(np.uint16 if tokenizer.size <= 1 << 16 else np.uint32)
        count = documents = 0
        with replacing_folder(folder) as part:
            with (part / TOKENS).open("wb") as tokens, (part / DOCUMENTS).open("wb") as index:
                for ids, size in _documents(texts, tokenizer):
                    np.asarray(ids, dtype=kind).tofile(tokens)
                    count += len(ids)
                    documents += 1
                    np.array([count, size], dtype=np.uint64).tofile(index)
            told = {
                "version": VERSION,
                "key": key,
                "type": kind.name,
                "tokens": count,
                "documents": documents,
                "vocabulary": tokenizer.size,
            }
            if not documents:
                raise ConfigurationError("the corpus is empty: it has no text")
            (part / MANIFEST).write_text(json.dumps(told, indent=1) + "\n", encoding="ascii")
        store = cls.open(folder, key)
        assert store is not None
        return store

    def __len__(self) -> int:
        return len(self.tokens)

    def drawn(self, most: int, seed: int) -> TokenStore:
        """Whole documents of at least ``most`` tokens together, in memory; all where there are
        fewer."""
        order = np.random.default_rng(seed).permutation(len(self.ends))
        starts = np.concatenate(([0], self.ends[:-1])).astype(np.int64)
        lengths = self.ends.astype(np.int64) - starts
        needed = int(np.searchsorted(np.cumsum(lengths[order]), most)) + 1
        chosen = np.sort(order[:needed])
        tokens = [self.tokens[starts[one] : starts[one] + lengths[one]] for one in chosen]
        ends = np.cumsum(lengths[chosen]).astype(np.uint64)
        return TokenStore(np.concatenate(tokens), ends, self.text_bytes[chosen], self.key)


class StoreRows:
    """A store as rows of ``context`` tokens, without gaps: where a row ends, its document goes on
    in the next one, with nothing before it. Every token but a document's first is a target once."""

    def __init__(self, store: TokenStore, context: int) -> None:
        self._store = store
        self.context = context

    def __len__(self) -> int:
        return -(-len(self._store) // self.context)

    def __getitem__(self, index: int) -> Row:
        store, start = self._store, index * self.context
        end = min(start + self.context, len(store))
        # One more than the row has: the target of its last token.
        read = np.asarray(store.tokens[start : end + 1], dtype=np.int64)
        ids, places = read[: end - start], np.arange(start, end)
        first = int(np.searchsorted(store.ends, start, side="right"))
        last = int(np.searchsorted(store.ends, end, side="left"))
        ends = store.ends[first : last + 1].astype(np.int64)
        begins = np.concatenate(([start], ends[ends < end]))
        lengths = np.diff(np.concatenate((begins, [end])))
        targets = np.full(end - start, IGNORED, dtype=np.int64)
        targets[: len(read) - 1] = read[1:]
        targets[ends[ends <= end] - 1 - start] = IGNORED
        return Row(ids, places - np.repeat(begins, lengths), targets)


def _documents(texts: Iterable[str], tokenizer: Tokenizer) -> Iterator[tuple[list[int], int]]:
    begin = [] if tokenizer.begin is None else [tokenizer.begin]
    for batch in _batches(texts):
        blocks = [list(_blocks(text)) for text in batch]
        found = iter(tokenizer.encode_all([block for one in blocks for block in one]))
        for text, parts in zip(batch, blocks, strict=True):
            ids = [*begin, *(token for _ in parts for token in next(found)), tokenizer.end]
            yield ids, len(text.encode("utf-8", "replace"))


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _blocks(text: str) -> Iterator[str]:
    """``text`` in parts that end with a line, where lines allow it."""
    start = 0
    while start < len(text):
        end = start + _BLOCK
        if end < len(text):
            end = text.rfind("\n", start, end) + 1 or end
        yield text[start:end]
        start = end
