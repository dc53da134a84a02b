"""How much of a file its grammar cannot make sense of, without parsing all of it."""

from __future__ import annotations

import re

from coderasst_hook import syntax
from coderasst_hook.languages import ast_grep_name

SAMPLE = 1_500
"""Characters that are parsed first: to parse all would cost more than all other steps together."""
LARGEST = 50_000
"""Characters of a file that is parsed whole, where its sample looks broken."""
_SUSPECT = 0.5
# Markup and data have templates in them; what a preprocessor joins is no whole program before it.
_NOT_ASKED = frozenset({"c", "cpp", "csharp", "css", "html", "json", "markdown", "yaml"})
# What else the same extension may mean.
_AS_WELL = {"javascript": "tsx", "typescript": "tsx"}
_TOP_LEVEL = re.compile(r"\n(?=[^\s)\]}])")


def broken_share(text: str, language: str) -> float:
    """The share of characters in the grammar's errors, from 0 to 1; 0 where nothing is known.

    First of the beginning, up to a line that starts at the margin: what is no code at all has such
    lines. What is cut there may look broken, so that a bad answer is checked against the whole.
    """
    grammar = ast_grep_name(language)
    if grammar is None or grammar in _NOT_ASKED:
        return 0.0
    sample = _sample(text)
    share = _least(sample, grammar)
    if share <= _SUSPECT or len(sample) == len(text):
        return share
    return _least(text, grammar) if len(text) <= LARGEST else 0.0


def _sample(text: str) -> str:
    """ "" where no line starts at the margin."""
    if len(text) <= SAMPLE:
        return text
    cut = 0
    for match in _TOP_LEVEL.finditer(text, SAMPLE // 2, SAMPLE):
        cut = match.end()
    return text[:cut]


def _least(text: str, grammar: str) -> float:
    share = _share(text, grammar)
    if share > _SUSPECT and grammar in _AS_WELL:
        share = min(share, _share(text, _AS_WELL[grammar]))
    return share


def _share(text: str, grammar: str) -> float:
    root = syntax.parse(text, grammar)
    if root is None or not text:
        return 0.0
    covered = end = 0
    for node in root.find_all(kind="ERROR"):
        place = node.range()
        start, stop = max(place.start.index, end), place.end.index
        if stop > start:
            covered, end = covered + stop - start, stop
    return covered / len(text)
