"""What was decided, for the feedback store; and whether a decision still holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from coderasst_hook.feedback.records import ModelRecord, RunRecord
from coderasst_hook.feedback.store import Store
from trainer.config_release import EvaluateSettings
from trainer.evaluation.record import Record, Subject
from trainer.registry import Entry, Promotion

EVALUATION, PROMOTION, ROLLBACK = "evaluation", "promotion", "rollback"


def against(
    entry: Entry,
    record: Record | None,
    in_force: Promotion | None,
    settings: EvaluateSettings,
    now: datetime,
) -> Iterator[str]:
    """Why ``entry`` may not be promoted by its evaluation ``record``; nothing where it may."""
    if record is None:
        yield f"{entry.id} was not evaluated: coderasst-train evaluate {entry.id}"
        return
    if record.candidate.weights != entry.weights:
        yield f"the evaluation is of other weights than {entry.id} has"
    if now - record.at > timedelta(days=settings.max_age_days):
        yield f"the evaluation is older than {settings.max_age_days:g} days"
    used = "" if record.incumbent is None else record.incumbent.model or record.incumbent.name
    in_use = "" if in_force is None else in_force.model
    if used != in_use:
        yield (f"it was compared with {used or 'no other model'}, and {in_use or 'none'} is in use")
    if not record.decision.promote:
        yield from record.decision.reasons


def evaluated(store: Store, record: Record, started: datetime) -> None:
    for subject in (record.candidate, record.incumbent):
        if subject is not None:
            store.record_model(_model(subject, record.at))
    run = RunRecord(
        id=record.id,
        kind=EVALUATION,
        started=started,
        ended=record.at,
        outcome="promote" if record.decision.promote else "keep",
        details={
            "model": record.candidate.model,
            "name": record.candidate.name,
            "digest": record.candidate.digest,
            "weights": record.candidate.weights,
            "incumbent": None if record.incumbent is None else record.incumbent.name,
            "reasons": list(record.decision.reasons),
        },
    )
    store.record_run(run)


def switched(store: Store, promotion: Promotion, kind: str, at: datetime, tag: str) -> None:
    """A promotion, or a rollback of it: ``tag`` is what the alias stands for now."""
    run = RunRecord(
        id=f"{kind}-{promotion.tag.rpartition(':')[2]}-{promotion.model}",
        kind=kind,
        started=at,
        ended=at,
        outcome=tag,
        details={
            "model": promotion.model,
            "alias": promotion.alias,
            "host": promotion.host,
            "digest": promotion.digest,
            "previous": promotion.previous,
            "reasons": list(promotion.reasons),
        },
    )
    store.record_run(run)


def _model(subject: Subject, at: datetime) -> ModelRecord:
    details = {"model": subject.model, "weights": subject.weights, "form": subject.form}
    return ModelRecord(subject.name, subject.digest, at, details)
