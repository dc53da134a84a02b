"""Duplicates among documents in their order: of those that are alike, the first one stays.

MinHash values are cut into bands. Documents that share no band with another are never looked at
one by one; the others are compared, in order, with those kept before them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np

from trainer.corpus.signatures import PERMUTATIONS, Signatures

RECALL = 0.98
"""Probability that two documents just as alike as the threshold says share a band."""
_MOST_IN_BUCKET = 64
"""Kept documents of one bucket: a boilerplate that a million documents share must not make each
of them be compared with all."""

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Hashes = np.ndarray[Any, np.dtype[np.uint64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

UNLIKE = -1


def exact(normalised: Hashes) -> Numbers:
    """For each document the number of the first one with the same hash, ``UNLIKE`` for that one."""
    _, first, inverse = np.unique(normalised, return_index=True, return_inverse=True)
    like = first[inverse].astype(np.int64)
    like[like == np.arange(len(like))] = UNLIKE
    return like


def near(signatures: Signatures, among: Flags, threshold: float) -> Numbers:
    """For each document the number of the kept one before it that shares ``threshold`` of its
    values or more, ``UNLIKE`` where there is none. Only those ``among`` are looked at."""
    like = np.full(len(signatures), UNLIKE, np.int64)
    least = threshold * PERMUTATIONS
    kept: dict[int, list[int]] = {}
    for document, buckets in _candidates(signatures, among, threshold):
        found = sorted({other for bucket in buckets for other in kept.get(bucket, ())})
        if found:
            shared = (signatures[found] == signatures[document]).sum(axis=1)
            alike = np.flatnonzero(shared >= least)
            if len(alike):
                like[document] = found[alike[0]]
                continue
        for bucket in buckets:
            members = kept.setdefault(bucket, [])
            if len(members) < _MOST_IN_BUCKET:
                members.append(document)
    return like


def rows_of_a_band(threshold: float) -> int:
    """As many as ``RECALL`` allows: the more, the fewer comparisons that lead to nothing."""
    rows = 1
    while rows < PERMUTATIONS:
        bands = PERMUTATIONS // (rows + 1)
        if 1 - (1 - threshold ** (rows + 1)) ** bands < RECALL:
            break
        rows += 1
    return rows


def _candidates(
    signatures: Signatures, among: Flags, threshold: float
) -> Iterator[tuple[int, list[int]]]:
    """The documents that share a bucket with another one, in order, with those buckets."""
    rows = rows_of_a_band(threshold)
    documents: list[Numbers] = []
    buckets: list[Numbers] = []
    numbers = np.flatnonzero(among)
    for band, start in enumerate(range(0, PERMUTATIONS - rows + 1, rows)):
        keys = _band_keys(signatures, start, rows)[numbers]
        _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
        shared = np.flatnonzero(counts[inverse] > 1)
        documents.append(numbers[shared])
        # Numbered apart in each band.
        buckets.append(inverse[shared].astype(np.int64) + band * len(signatures))
    if not documents:
        return
    pairs_documents, pairs_buckets = np.concatenate(documents), np.concatenate(buckets)
    order = np.argsort(pairs_documents, kind="stable")
    pairs = zip(pairs_documents[order].tolist(), pairs_buckets[order].tolist(), strict=True)
    for document, group in groupby(pairs, key=itemgetter(0)):
        yield document, [bucket for _, bucket in group]


def _band_keys(signatures: Signatures, start: int, rows: int) -> Hashes:
    keys: Hashes = np.zeros(len(signatures), np.uint64)
    for column in range(start, start + rows):
        keys ^= signatures[:, column]
        # FNV's prime, as far as 64 bits carry: the order of the values counts.
        keys *= np.uint64(0x100000001B3)
        keys ^= keys >> np.uint64(29)
    return keys
