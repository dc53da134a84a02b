"""Findings as a list that keeps to a number of bytes: the worst first, the rest counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coderasst_hook.models import Finding, worst_first
from coderasst_hook.reporters.masking import masked_finding
from coderasst_hook.reporters.pull_request.limits import size
from coderasst_hook.reporters.pull_request.markdown import details, inline
from coderasst_hook.reporters.pull_request.words import graded, kind, place
from coderasst_hook.reporters.summary import findings_in_words
from coderasst_hook.wording import count

LONGEST_MESSAGE = 300
UNFOLDED = 10
"""Findings shown at once; the others are folded."""
_AROUND = 400
"""Bytes for what stands around the items."""


def listed(
    findings: Iterable[Finding], room: int, *, blobs: str, elsewhere: str
) -> tuple[str, tuple[Finding, ...]]:
    """The list in at most ``room`` bytes, and the findings that are not in it.

    ``blobs``: see ``words.blobs_url``. ``elsewhere``: where the rest is, in Markdown.
    """
    ordered = worst_first(findings)
    items = _that_fit(ordered, room - _AROUND - size(elsewhere), blobs)
    left_out = ordered[len(items) :]
    parts = ["\n".join(items[:UNFOLDED])]
    if folded := items[UNFOLDED:]:
        parts.append(details(f"{count(len(folded), 'more finding')}", "\n".join(folded)))
    if left_out:
        words = findings_in_words(left_out)
        parts.append(f"Not listed for want of room: {words}; {elsewhere}.")
    return "\n\n".join(part for part in parts if part), left_out


def _that_fit(ordered: Sequence[Finding], room: int, blobs: str) -> list[str]:
    items: list[str] = []
    for finding in ordered:
        item = _item(masked_finding(finding), blobs)
        room -= size(item) + len("\n")
        if room < 0:
            break
        items.append(item)
    return items


def _item(finding: Finding, blobs: str) -> str:
    where = place(finding.location, blobs)
    message = inline(finding.message, LONGEST_MESSAGE)
    return f"- {graded(finding.severity)} {where} · {kind(finding)} · {message}"
