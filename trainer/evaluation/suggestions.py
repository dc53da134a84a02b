"""Whether what a model offers in place of a line could be taken: it parses, and the analyzers find
the new line clean.

Of the file, only what the request shows is known. So the offer is tried in those lines alone, and
held against the same lines without it: it may not break more than was broken.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coderasst_hook.languages import ast_grep_name
from coderasst_hook.redact import mask
from coderasst_hook.replacement import MAX_CHARACTERS, MAX_MORE_LINES, syntax_errors
from coderasst_hook.source import SourceFile
from trainer.dataset.labels import SYNTAX_ERROR, analyzed
from trainer.evaluation.claims import Claim, Reply
from trainer.evaluation.shown import Shown

Told = tuple[Shown, Reply]


@dataclass(frozen=True, slots=True)
class _Patched:
    """``first`` to ``last``: the new lines, in ``source``."""

    source: SourceFile
    first: int
    last: int


def valid_offers(told: Iterable[Told]) -> list[int]:
    """For each reply, how many of its offers could be taken. The analyzers are started once."""
    tried: list[_Patched] = []
    owners: list[int] = []
    counts: list[int] = []
    for index, (shown, reply) in enumerate(told):
        counts.append(0)
        for claim in reply.claims:
            patched = _patched(shown, claim)
            if patched is not None:
                tried.append(patched)
                owners.append(index)
    for index, clean in zip(owners, _clean(tried), strict=True):
        counts[index] += clean
    return counts


def _patched(shown: Shown, claim: Claim) -> _Patched | None:
    """None where there is no offer, or none that parses."""
    parser = ast_grep_name(shown.language)
    offer = claim.replacement
    if offer is None or parser is None or len(offer) > MAX_CHARACTERS:
        return None
    before = [text for _, text in shown.new_side]
    place = [number for number, _ in shown.new_side].index(claim.line)
    new = offer.strip("\r\n").split("\n")
    if len(new) > 1 + MAX_MORE_LINES or new[0].split() == before[place].split():
        return None
    # The model saw masked lines: what it writes in their place has lost the value.
    if mask(offer) != offer or "[masked]" in offer or "[masked]" in before[place]:
        return None
    after = before[:place] + new + before[place + 1 :]
    if syntax_errors(_dedented(after), parser) > syntax_errors(_dedented(before), parser):
        return None
    lines = _dedented(after)
    text = "\n".join(lines) + "\n"
    source = SourceFile(
        shown.path, shown.language, text, tuple(lines), frozenset(range(1, len(lines) + 1))
    )
    return _Patched(source, place + 1, place + len(new))


def _clean(tried: Sequence[_Patched]) -> list[bool]:
    if not tried:
        return []
    return [
        not any(
            patched.first <= finding.location.line <= patched.last
            for finding in found.findings
            # Of a part of a file, the parser above has told more.
            if finding.rule_id != SYNTAX_ERROR
        )
        for patched, found in zip(tried, analyzed([one.source for one in tried]), strict=True)
    ]


def _dedented(lines: Sequence[str]) -> list[str]:
    return textwrap.dedent("\n".join(lines)).split("\n")
