"""The candidate and the model in use, through the same Ollama, on the same cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from coderasst_hook.errors import StoreError, UsageError
from trainer.config_release import EvaluateSettings
from trainer.evaluation.answer_cache import AnswerCache
from trainer.evaluation.asking import Model
from trainer.evaluation.cases import held_out
from trainer.evaluation.compare import Comparison, compare
from trainer.evaluation.measure import Began, Measured, measure, without_types
from trainer.evaluation.record import Record, Subject, Verdict, data_of, write
from trainer.evaluation.report import report

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Plan:
    """``files`` are those of the cases; ``unwanted`` the types of issue that people consistently
    reject, see ``measure.without_types``; ``answers`` is where answers are kept."""

    candidate: Subject
    incumbent: Subject | None
    files: tuple[Path, ...]
    answers: Path
    settings: EvaluateSettings
    limit: int = 0
    unwanted: tuple[str, ...] = ()


def evaluate(plan: Plan, began: Began) -> Comparison:
    """Raises ``UsageError`` where there are no cases, ``StoreError``, ``BackendError``: run again,
    it goes on from the answers that are there."""
    held = held_out(plan.files, limit=plan.limit, seed=plan.settings.seed)
    if not held.review:
        raise UsageError(
            f"{', '.join(map(str, plan.files))} holds no review cases of the test split",
            next_step="coderasst-train dataset",
        )
    with AnswerCache(plan.answers) as cache:

        def measured(subject: Subject) -> Measured:
            model = Model.at(subject.host, subject.name, cache)
            if model.identity.digest != subject.digest:
                raise UsageError(
                    f"{subject.name} at {subject.host} has just become another model",
                    next_step="run the same command again",
                )
            return without_types(measure(model, held, began), plan.unwanted)

        # The incumbent first: of it, most is known from the last time.
        incumbent = None if plan.incumbent is None else measured(plan.incumbent)
        return compare(measured(plan.candidate), incumbent, plan.settings)


def written(plan: Plan, comparison: Comparison, folder: Path, *, id: str, at: datetime) -> Record:
    """``evaluation.json`` and ``evaluation_report.html``. Raises ``StoreError``."""
    decision = comparison.decision
    record = Record(
        id=id,
        at=at,
        candidate=plan.candidate,
        incumbent=plan.incumbent,
        decision=Verdict(decision.promote, decision.reasons),
    )
    data = data_of(record, comparison, plan.settings, digests(plan.files), plan.unwanted)
    write(folder, data, report(record, comparison, plan.unwanted))
    return record


def digests(files: Iterable[Path]) -> Mapping[str, str]:
    """SHA-256 by name."""
    return {path.name: _digest(path) for path in files}


def _digest(path: Path) -> str:
    digest = sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    except OSError as error:
        raise StoreError(f"cannot read {path}: {error.strerror}") from None
    return digest.hexdigest()
