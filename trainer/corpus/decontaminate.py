"""Documents that repeat what a model is evaluated on fall out, or the evaluation means nothing.

As in GPT-3's paper (Brown et al. 2020, appendix C): a document is a leak if it has 13 words in a
row in common with an evaluation text. Words are runs of letters and digits in small letters, so
that neither layout nor punctuation hides a copy. The whole document falls out: what is left of a
source file when a passage is cut does not run, and one document is a small loss.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.corpus.drops import Dropped
from trainer.corpus.evaluation_texts import evaluation_texts
from trainer.documents import Document

VERSION = "1"

REASON = "repeats an evaluation set"
# Small letters, digits and "_" as they are, as is what is not ASCII; all else is a space.
_WORDS = bytes(
    byte if byte >= 128 or chr(byte).isalnum() or byte == 95 else 32 for byte in range(256)
)
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""Odd, and without a pattern in its bits: 2**64 by the golden ratio."""
_MARK_BITS = 20
_SHIFT = np.uint64(64 - _MARK_BITS)


@dataclass(frozen=True, slots=True)
class Decontaminator:
    """``ngrams``: hashes of 64 bits, sorted. A billion n-grams of a corpus hit one of 100,000 by
    chance once in 100,000 corpora."""

    size: int
    """Words of an n-gram."""
    ngrams: bytes = field(repr=False)
    """As an array of little-endian numbers: bytes are pickled as they are, and hashed."""

    @classmethod
    def of(cls, texts: Iterable[str], size: int) -> Decontaminator:
        found = [np.unique(ngram_hashes(text, size)) for text in texts]
        unique = np.unique(np.concatenate(found)) if found else np.empty(0, np.uint64)
        return cls(size, unique.astype("<u8").tobytes())

    @classmethod
    def of_files(cls, paths: Iterable[Path], size: int) -> Decontaminator:
        """Raises ``StoreError`` for a file that cannot be read."""
        return cls.of(evaluation_texts(paths), size)

    @property
    def digest(self) -> str:
        """Stands for the evaluation sets in a manifest."""
        return hashlib.sha256(self.ngrams).hexdigest()[:16]

    def __call__(self, document: Document) -> Document | Dropped:
        if not self.ngrams:
            return document
        hashes = ngram_hashes(document.text, self.size)
        known, marks = _lookup(self.ngrams)
        suspect = hashes[marks[hashes >> _SHIFT]]
        # Beyond the last, the last is as good to compare with as any.
        places = np.minimum(np.searchsorted(known, suspect), len(known) - 1)
        shared = int((known[places] == suspect).sum())
        if not shared:
            return document
        share = shared / len(hashes)
        return Dropped(REASON, f"{shared} of {len(hashes)} {self.size}-grams ({share:.1%})")


@lru_cache(maxsize=4)
def _lookup(ngrams: bytes) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """The hashes, and which beginnings they have: a megabyte that says no to nearly all."""
    known = np.frombuffer(ngrams, "<u8").astype(np.uint64)
    marks = np.zeros(1 << _MARK_BITS, np.bool_)
    marks[known >> _SHIFT] = True
    return known, marks


def ngram_hashes(text: str, size: int) -> NDArray[np.uint64]:
    """The hash of every ``size`` words in a row; none of a text that has fewer."""
    words = text.lower().encode("utf-8", "surrogatepass").translate(_WORDS).split()
    count = len(words) - size + 1
    if count < 1:
        return np.empty(0, np.uint64)
    codes = np.fromiter(map(zlib.crc32, words), np.uint64, len(words))
    # A polynomial over the words; numpy's integers wrap at 64 bits, as is wanted.
    hashes = np.zeros(count, np.uint64)
    for offset in range(size):
        hashes *= _FACTOR
        hashes += codes[offset : offset + count]
    return hashes
