"""The two passes over a pull request: analyzers over all of it, the model over what is new.

Analyzers are cheap and exact, so they see everything each time; what they no longer find is fixed.
A model takes minutes, and a second opinion on unchanged lines is noise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from coderasst_hook.changes import ChangeSet
from coderasst_hook.models import Coverage, Dropped, Report, worst_first
from coderasst_hook.reporters.masking import masked
from coderasst_hook.reviewed import Reviewed
from coderasst_hook.session import Session
from coderasst_hook.settings import LlmMode

_Item = TypeVar("_Item")


def review(session: Session, whole: ChangeSet, fresh: ChangeSet | None) -> Reviewed:
    """``fresh`` is the part of ``whole`` for the model, None for all of it. Texts come masked."""
    budget = session.settings.budget
    if fresh is None or session.settings.llm.mode is LlmMode.OFF:
        reviewed = session.review(whole, budget=budget)
    else:
        analyzed = _without_model(session).review(whole, budget=0.0)
        asked = session.review(fresh, budget=budget) if fresh.files else None
        reviewed = _joined(analyzed, asked) if asked else analyzed
    return replace(reviewed, report=masked(reviewed.report))


def _without_model(session: Session) -> Session:
    settings = session.settings
    off = replace(settings, llm=replace(settings.llm, mode=LlmMode.OFF))
    return replace(session, loaded=replace(session.loaded, settings=off))


def _joined(analyzed: Reviewed, asked: Reviewed) -> Reviewed:
    """``analyzed`` with what the model adds; the analyzers' share of ``asked`` is in both."""
    one, two = analyzed.report, asked.report
    from_model = (finding for finding in two.findings if finding.source == "model")
    report = Report(
        description=one.description,
        findings=worst_first((*one.findings, *from_model)),
        coverage=_coverage(one.coverage, two.coverage),
        dropped=(*one.dropped, *_model_drops(one.dropped, two.dropped)),
        timing={
            stage: one.timing.get(stage, 0.0) + two.timing.get(stage, 0.0)
            for stage in {**one.timing, **two.timing}
        },
        model=two.model,
        model_note=two.model_note,
        notes=_once((*one.notes, *two.notes)),
    )
    ignored = _once((*analyzed.ignored, *asked.ignored))
    return replace(analyzed, report=report, error=asked.error, ignored=ignored)


def _coverage(one: Coverage, two: Coverage) -> Coverage:
    return replace(
        one,
        hunks_reviewed_by_model=two.hunks_reviewed_by_model,
        chunks=two.chunks,
        chunks_from_cache=two.chunks_from_cache,
        model_requests=two.model_requests,
        skipped=_once((*one.skipped, *(skip for skip in two.skipped if skip.stage == "model"))),
        queued=two.queued,
    )


def _model_drops(analyzed: Iterable[Dropped], asked: Iterable[Dropped]) -> Iterable[Dropped]:
    known = set(analyzed)
    # Of the analyzers' findings, the second pass drops more: those outside of its narrower lines.
    return (drop for drop in asked if drop.rule_id.startswith("model/") and drop not in known)


def _once(items: Iterable[_Item]) -> tuple[_Item, ...]:
    return tuple(dict.fromkeys(items))
