"""The inline comment of one finding."""

from __future__ import annotations

from collections.abc import Iterator

from coderasst_hook.github.markers import FindingMarker
from coderasst_hook.models import Finding
from coderasst_hook.redact import mask
from coderasst_hook.reporters.masking import masked_finding
from coderasst_hook.reporters.pull_request.defuse import with_short_runs
from coderasst_hook.reporters.pull_request.markdown import code, details, fenced, text
from coderasst_hook.reporters.pull_request.words import LONGEST_NAME, graded, kind
from coderasst_hook.visible import visible

# Together at most LONGEST_BODY, even if each character becomes an entity: then a comment is never
# cut, and its marker is always there.
LONGEST_MESSAGE = 1_000
LONGEST_TEXT = 3_000
LARGEST_SUGGESTION = 8_000
"""Bytes of a replacement; a larger one is better read in a diff."""


def inline_comment(finding: Finding, marker: FindingMarker, *, with_suggestion: bool) -> str:
    """``with_suggestion``: the comment will be on exactly the lines of the finding
    (``Place.covers``), so a suggestion block would replace what it means to.

    Texts are masked and defused here. ``marker`` ends the comment; it names the model.
    """
    finding = masked_finding(finding)
    block = _suggestion_block(finding) if with_suggestion else None
    parts = (
        f"{graded(finding.severity)} · {kind(finding)}",
        text(finding.message, LONGEST_MESSAGE),
        None if with_suggestion else _lines(finding),
        block,
        _folded(finding),
        _footer(finding, marker, can_fix=block is None),
        marker.encode(),
    )
    return "\n\n".join(part for part in parts if part)


def suggestable(replacement: str | None) -> bool:
    """Whether people may commit ``replacement`` by one click: what they see is what they get."""
    return (
        replacement is not None
        and visible(replacement) == replacement
        and mask(replacement) == replacement
        and with_short_runs(replacement) == replacement
        and len(replacement.encode()) <= LARGEST_SUGGESTION
    )


def _suggestion_block(finding: Finding) -> str | None:
    if finding.replacement is None or not suggestable(finding.replacement):
        return None
    return fenced(finding.replacement, "suggestion")


def _lines(finding: Finding) -> str | None:
    where = finding.location
    if where.end_line <= where.line:
        return None
    return f"This is about lines {where.line} to {where.end_line}."


def _folded(finding: Finding) -> str | None:
    why = text(finding.explanation, LONGEST_TEXT)
    remedy = text(finding.suggestion, LONGEST_TEXT)
    if why and remedy:
        return details("Why, and what to do", f"{why}\n\n**What to do**\n\n{remedy}")
    if why or remedy:
        return details("Why" if why else "What to do", why or remedy)
    return None


def _footer(finding: Finding, marker: FindingMarker, *, can_fix: bool) -> str:
    by = marker.model if finding.source == "model" and marker.model else finding.source
    return f"<sub>Found by {code(by, LONGEST_NAME)}. {', '.join(_answers(can_fix))}.</sub>"


def _answers(can_fix: bool) -> Iterator[str]:
    yield "👍 or 👎 tells whether it helps; to ask for more, reply `/coderasst explain`"
    if can_fix:
        yield "`/coderasst fix`"
    yield "`/coderasst recheck` or `/coderasst dismiss` with a reason"
