"""What quality is measured by: shares of a text that repeat, by lines, paragraphs and n-grams."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def repeated(parts: Sequence[str]) -> tuple[float, float]:
    """The share of ``parts`` that were there before, by number and by characters."""
    if not parts:
        return 0.0, 0.0
    counts = Counter(parts)
    if len(counts) == len(parts):
        return 0.0, 0.0
    again = characters = 0
    for part, count in counts.items():
        again += count - 1
        characters += len(part) * (count - 1)
    return again / len(parts), characters / max(1, sum(map(len, parts)))


def top_ngram(words: Sequence[str], size: int, characters: int) -> float:
    """The share of ``characters`` that the most frequent n-gram covers; 0 if none occurs twice."""
    counts = Counter(zip(*(words[offset:] for offset in range(size)), strict=False))
    if not counts:
        return 0.0
    # Of equally frequent ones the longest, whatever the order they came in.
    most = max(counts.values())
    if most < 2:
        return 0.0
    longest = max(sum(map(len, ngram)) for ngram, count in counts.items() if count == most)
    return longest * most / max(1, characters)


def repeated_ngrams(words: Sequence[str], size: int, characters: int) -> float:
    """The share of ``characters`` in n-grams that were there before, each word counted once."""
    # Equal tuples have equal hashes within a process, and only membership is asked.
    keys = list(map(hash, zip(*(words[offset:] for offset in range(size)), strict=False)))
    seen: set[int] = set()
    if len(set(keys)) == len(keys):
        return 0.0
    covered, free = 0, 0
    for index, key in enumerate(keys):
        if key not in seen:
            seen.add(key)
        elif index + size > free:
            start = max(index, free)
            covered += sum(map(len, words[start : index + size]))
            free = index + size
    return covered / max(1, characters)
