"""What a model claims, held against the change: kept at its right line, or dropped and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coderasst_hook.changes import Line
from coderasst_hook.models import Candidate, Confidence, Dropped, Finding, Location
from coderasst_hook.redact import mask
from coderasst_hook.settings import FilterMode
from coderasst_hook.source import SourceFile
from coderasst_hook.untrusted import one_line, printable

if TYPE_CHECKING:
    from coderasst_hook.anchoring import Anchor

MAX_MESSAGE = 300
MAX_TEXT = 1_500
# An analyzer's finding about a whole function says little about one of its lines.
_NARROW = 5
_CONFIDENCES = list(Confidence)


@dataclass(frozen=True, slots=True)
class Verified:
    kept: tuple[Finding, ...]
    dropped: tuple[Dropped, ...]


def verify(candidates: Iterable[Candidate], lines: Sequence[Line], source: SourceFile) -> Verified:
    """Anchor each candidate in ``lines``, those of the hunks that the model was shown of
    ``source``; and let each thing be said once."""
    # Imported here: a review without a model, which only filters, need not wait for them.
    from coderasst_hook.anchoring import Anchors, NoAnchor
    from coderasst_hook.chunks.render import visible

    anchors = Anchors(lines, visible)
    kept: list[Finding] = []
    dropped: list[Dropped] = []
    for candidate in candidates:
        anchor = anchors.find(candidate.quote, candidate.line)
        if isinstance(anchor, NoAnchor):
            dropped.append(_dropped(candidate, anchor.reason))
        else:
            kept.append(_finding(candidate, anchor, source))
    once = merge_duplicates(kept)
    return Verified(once.kept, (*dropped, *once.dropped))


def merge_duplicates(findings: Iterable[Finding]) -> Verified:
    """Drop what the model says twice: the same rule on overlapping lines, in one answer or in those
    to neighbouring chunks. The surer one stays, and the order."""
    ordered = list(findings)
    kept: list[Finding] = []
    dropped: list[Dropped] = []
    for finding in sorted(ordered, key=lambda f: -_CONFIDENCES.index(f.confidence)):
        twin = next((other for other in kept if _same_rule(other, finding)), None)
        if twin is None:
            kept.append(finding)
        else:
            dropped.append(_repeated(finding, twin))
    return Verified(tuple(f for f in ordered if any(f is k for k in kept)), tuple(dropped))


def merge_with_model(analyzed: Sequence[Finding], model: Iterable[Finding]) -> Verified:
    """The model's findings without those that repeat each other or one of ``analyzed``: on
    overlapping lines, the same weakness (CWE), or the same category unless the analyzer speaks of a
    long piece of code."""
    once = merge_duplicates(model)
    kept: list[Finding] = []
    dropped: list[Dropped] = [*once.dropped]
    for finding in once.kept:
        twin = next((known for known in analyzed if _same_thing(known, finding)), None)
        if twin is None:
            kept.append(finding)
        else:
            dropped.append(_repeated(finding, twin))
    return Verified(tuple(kept), tuple(dropped))


def allowed(
    mode: FilterMode,
    location: Location,
    changed: frozenset[int],
    hunks: Sequence[tuple[int, int]],
) -> bool:
    """Whether a finding at ``location`` is on the lines that ``mode`` asks for.

    ``changed`` are the added lines of its file, ``hunks`` the first and last new line of each hunk.
    """
    if mode is FilterMode.ADDED:
        return any(location.line <= number <= location.end_line for number in changed)
    if mode is FilterMode.DIFF_CONTEXT:
        return any(location.line <= last and first <= location.end_line for first, last in hunks)
    return True


def _finding(candidate: Candidate, anchor: Anchor, source: SourceFile) -> Finding:
    from coderasst_hook.anchoring import Fit
    from coderasst_hook.replacement import checked

    location = Location(candidate.path, anchor.line, anchor.end_line)
    certain = anchor.fit in (Fit.EXACT, Fit.SPACING)
    confidence = candidate.confidence
    if anchor.fit is Fit.CLOSE and confidence is Confidence.HIGH:
        confidence = Confidence.MEDIUM
    return Finding.of(
        candidate.rule,
        location,
        anchor.text,
        message=_shown(one_line, candidate.message, MAX_MESSAGE) or None,
        explanation=_shown(printable, candidate.explanation, MAX_TEXT),
        suggestion=_shown(printable, candidate.suggestion, MAX_TEXT),
        replacement=checked(candidate.replacement, location, source) if certain else None,
        severity=candidate.severity,
        confidence=confidence,
    )


def _shown(clean: Callable[[str, int | None], str], text: str, limit: int) -> str:
    # Cleaned before it is masked, so that no control character splits a secret; cut afterwards, so
    # that no half of one is left.
    return clean(mask(clean(text, None)), limit)


def _dropped(candidate: Candidate, reason: str) -> Dropped:
    return Dropped(
        reason=reason,
        path=candidate.path,
        line=candidate.line,
        rule_id=candidate.rule.id,
        message=_shown(one_line, candidate.message, MAX_MESSAGE),
    )


def _repeated(finding: Finding, twin: Finding) -> Dropped:
    return Dropped(
        reason=f"same as {twin.rule_id} at line {twin.location.line}",
        path=finding.location.path,
        line=finding.location.line,
        rule_id=finding.rule_id,
        message=finding.message,
        fingerprint=finding.fingerprint,
    )


def _same_rule(one: Finding, other: Finding) -> bool:
    return one.rule_id == other.rule_id and one.location.overlaps(other.location)


def _same_thing(analyzed: Finding, model: Finding) -> bool:
    if not analyzed.location.overlaps(model.location):
        return False
    if analyzed.cwe is not None and analyzed.cwe == model.cwe:
        return True
    span = analyzed.location.end_line - analyzed.location.line + 1
    return analyzed.category is model.category and span <= _NARROW
