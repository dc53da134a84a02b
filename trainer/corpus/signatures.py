"""What duplicates are found by: a hash of the normalised text, and a MinHash of its shingles.

A shingle is five words in a row. Words are hashed by vector operations over the bytes of the text,
never one by one; rensa makes the MinHash. Of each value the lower 16 bits are kept (b-bit minwise
hashing, Li and König 2010): a quarter of a kilobyte a document, and an error below 1 in 65,536.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np

from trainer.extras import need

VERSION = "1"
PERMUTATIONS = 128
SHINGLE = 5
"""Words."""
_SEED = 1
_PIECE = 1 << 20
"""Bytes of a text that are worked on at a time: the memory that a long text needs."""

_Words = np.ndarray[Any, np.dtype[np.uint64]]
Signatures = np.ndarray[Any, np.dtype[np.uint16]]
"""One row of ``PERMUTATIONS`` values a document."""

_LETTER, _WIDE, _CONTINUED = 1, 2, 3


def _classes() -> bytes:
    """Of each byte of UTF-8: 0 where it separates words, ``_WIDE`` where it starts a character of
    three or four bytes. Those are words alone: most such scripts have no spaces between words."""
    table = bytearray(256)
    for byte in range(256):
        if byte >= 0xE0:
            table[byte] = _WIDE
        elif 0x80 <= byte < 0xC0:
            table[byte] = _CONTINUED
        elif byte >= 0xC0 or chr(byte).isalnum():
            table[byte] = _LETTER
    return bytes(table)


_CLASSES = _classes()
_BLANKED = bytes(byte if kind else 0 for byte, kind in enumerate(_CLASSES))
_POWERS: _Words = np.full(256, 0x9E3779B97F4A7C15, np.uint64)
np.multiply.accumulate(_POWERS, out=_POWERS)
_LONGEST = len(_POWERS) - 1
_PLACES: _Words = _POWERS[1 : SHINGLE + 1] | np.uint64(1)


def normalised_hash(text: str) -> int:
    """64 bits of the text without regard to case and white space. Two of ten million different
    texts share it with a probability of 3 in a million."""
    plain = " ".join(text.split()).casefold().encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(plain, digest_size=8).digest(), "little")


def shingles(text: str) -> _Words:
    """The hashes of the shingles of ``text``, in order; of a text that has fewer words than make a
    shingle, one of all its words; of one without words, none."""
    data = text.lower().encode("utf-8", "surrogatepass").translate(_BLANKED)
    pieces = [_word_hashes(data[start:end]) for start, end in _pieces(data)]
    words = np.concatenate(pieces) if len(pieces) != 1 else pieces[0]
    if len(words) < SHINGLE:
        places = _PLACES[: len(words)]
        return _mixed((words * places).sum(keepdims=True)) if len(words) else words
    found = words[: len(words) - SHINGLE + 1] * _PLACES[0]
    for place in range(1, SHINGLE):
        found += words[place : len(words) - SHINGLE + 1 + place] * _PLACES[place]
    return _mixed(found)


def minhash(texts: Iterable[str]) -> Signatures:
    """A row for each text. That of a text without words says nothing: it is like no other."""
    # One process is one core: the pipeline has as many processes as it may use.
    os.environ.setdefault("RAYON_NUM_THREADS", "1")
    rows = [shingles(text) for text in texts]
    if not rows:
        return np.empty((0, PERMUTATIONS), np.uint16)
    offsets = np.zeros(len(rows) + 1, np.uint64)
    np.cumsum([len(row) for row in rows], out=offsets[1:])
    matrix = need("rensa").RMinHash.digest_matrix_from_flat_token_hashes(
        np.concatenate(rows), offsets, PERMUTATIONS, _SEED
    )
    return np.array(matrix.to_rows(), np.uint32).astype(np.uint16)


def _pieces(data: bytes) -> Sequence[tuple[int, int]]:
    """Where to cut: between words, unless one is longer than a piece."""
    ends = []
    start = 0
    while len(data) - start > _PIECE:
        cut = data.rfind(b"\0", start + 1, start + _PIECE)
        end = cut if cut > 0 else start + _PIECE
        ends.append((start, end))
        start = end
    return [*ends, (start, len(data))]


def _word_hashes(data: bytes) -> _Words:
    """``data`` is lower-cased UTF-8 with a zero wherever no word is."""
    codes = np.frombuffer(data, np.uint8)
    kinds = np.frombuffer(data.translate(_CLASSES), np.uint8)
    is_word = kinds != 0
    starts_word = is_word.copy()
    starts_word[1:] &= ~is_word[:-1]
    starts = np.flatnonzero(starts_word | (kinds == _WIDE))
    if not len(starts):
        return np.empty(0, np.uint64)
    lengths = np.diff(starts, append=len(codes))
    within = np.arange(starts[0], len(codes), dtype=np.int32)
    within -= np.repeat(starts.astype(np.int32), lengths)
    # Behind 255 bytes (a base64 blob) the place in the word no longer counts.
    np.minimum(within, _LONGEST, out=within)
    values = _POWERS[within]
    values *= codes[starts[0] :]
    return _mixed(np.add.reduceat(values, starts - starts[0]))


def _mixed(values: _Words) -> _Words:
    """The finaliser of splitmix64: every bit of the input moves every bit of the output."""
    values ^= values >> np.uint64(30)
    values *= np.uint64(0xBF58476D1CE4E5B9)
    values ^= values >> np.uint64(27)
    values *= np.uint64(0x94D049BB133111EB)
    values ^= values >> np.uint64(31)
    return values
