"""The stages ``evaluate``, ``gate`` and ``promote``: the candidate beside the model in use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from trainer.pipeline.candidate import GATE, PASSED, candidate, passed, registry_of, settled
from trainer.pipeline.digests import of_value
from trainer.pipeline.stage import Context, Inputs, Outcome, Work
from trainer.pipeline.verdicts import VerdictStore

if TYPE_CHECKING:
    from trainer.evaluation.compare import Comparison
    from trainer.evaluation.evaluate import Plan
    from trainer.evaluation.subject import Subjects
    from trainer.export.ollama_models import OllamaModels
    from trainer.registry import Entry

_FIGURES = ("f1", "precision", "recall", "alarms_per_thousand", "validity")


@dataclass(frozen=True, slots=True)
class Evaluate:
    """``host`` is normalised."""

    host: str
    verdicts: VerdictStore
    name: str = "evaluate"

    def left_out(self, context: Context) -> str | None:
        if not _cases(context).is_file():
            return "there are no held-out cases: the dataset has no split test"
        return settled(context)

    def inputs(self, context: Context) -> Inputs:
        entry, registry = candidate(context), registry_of(context)
        in_use = registry.promotion()
        return {
            "candidate": entry.weights if entry else "",
            "model in use": in_use.digest if in_use else "",
            "held-out cases": context.digests.of_file(_cases(context)),
            "what people reject": of_value(_unwanted(context)),
            "settings of evaluate": of_value(context.settings.evaluate.model_dump(mode="json")),
            "server": self.host,
        }

    def run(self, context: Context, work: Work) -> Outcome:
        from trainer.evaluation import decisions
        from trainer.evaluation.evaluate import evaluate, written
        from trainer.evaluation.record import FILE, REPORT
        from trainer.export.ollama_models import OllamaModels

        entry = candidate(context)
        assert entry is not None, "else it is left out"
        started = datetime.now(timezone.utc)
        with OllamaModels(self.host) as models:
            plan = _plan(entry, context, models, work)
        comparison = evaluate(plan, _began(work))
        at = datetime.now(timezone.utc)
        folder = _evaluation(context, entry)
        id = f"evaluation-{at:%Y%m%d-%H%M%S}-{plan.candidate.digest[:8]}"
        record = written(plan, comparison, folder, id=id, at=at)
        with self.verdicts.opened() as store:
            decisions.evaluated(store, record, started)
        against = plan.incumbent.name if plan.incumbent else "no other model"
        return Outcome(
            line=f"{entry.id}, compared with {against}: F1 {comparison.evidence.candidate['f1']}",
            took={"candidate": entry.id, "compared with": against},
            gave=_figures(comparison),
            outputs=(folder / FILE,),
            reports=(folder / REPORT,),
        )


@dataclass(frozen=True, slots=True)
class Gate:
    name: str = GATE

    def left_out(self, context: Context) -> str | None:
        if (reason := settled(context)) is not None:
            return reason
        entry = candidate(context)
        assert entry is not None
        from trainer.evaluation.record import FILE

        there = (_evaluation(context, entry) / FILE).is_file()
        return None if there else f"{entry.id} was not evaluated"

    def inputs(self, context: Context) -> Inputs:
        from trainer.evaluation.record import FILE

        entry, promotion = candidate(context), registry_of(context).promotion()
        assert entry is not None
        return {
            "evaluation": context.digests.of_file(_evaluation(context, entry) / FILE),
            "model in use": promotion.model if promotion else "",
        }

    def run(self, context: Context, work: Work) -> Outcome:
        from trainer.evaluation import decisions, record

        entry = candidate(context)
        assert entry is not None
        found = record.read(_evaluation(context, entry))
        in_use = registry_of(context).promotion()
        settings = context.settings.evaluate
        against = tuple(decisions.against(entry, found, in_use, settings, context.now))
        reasons = found.decision.reasons if found else ()
        return Outcome(
            line=f"{entry.id} {'is kept, unpromoted' if against else 'may be promoted'}",
            gave={f"reason {number}": reason for number, reason in enumerate(reasons, 1)},
            notes={PASSED: None if against else entry.id},
            refused=against,
        )


@dataclass(frozen=True, slots=True)
class Promote:
    """``host`` is normalised."""

    host: str
    verdicts: VerdictStore
    name: str = "promote"

    def left_out(self, context: Context) -> str | None:
        return passed(context)

    def inputs(self, context: Context) -> Inputs:
        entry = candidate(context)
        return {
            "candidate": entry.id if entry else "",
            "exported as": context.note("export", "digest") or "",
            "name": context.settings.export.name,
            "server": self.host,
        }

    def run(self, context: Context, work: Work) -> Outcome:
        from trainer.evaluation import decisions, promotion, record
        from trainer.evaluation.subject import check_weights
        from trainer.export.ollama_models import OllamaModels
        from trainer.registry import Placed

        entry, registry = candidate(context), registry_of(context)
        assert entry is not None
        check_weights(entry, registry)
        found = record.read(_evaluation(context, entry))
        with OllamaModels(self.host) as models:
            subject = _subjects(context, models, work).of_entry(entry)
            done = promotion.promote(
                entry,
                Placed(subject.host, subject.name, subject.digest),
                context.settings.export.name,
                registry,
                models,
                now=context.now,
                reasons=found.decision.reasons if found else (),
                tell=work.say,
            )
        with self.verdicts.opened() as store:
            decisions.switched(store, done, decisions.PROMOTION, done.at, done.tag)
        before = {"before": done.previous} if done.previous else {}
        return Outcome(
            line=f"{done.alias} is {done.model} now ({done.tag})",
            gave={"model": done.model, "name": done.alias, "tag": done.tag, **before},
        )


def _plan(entry: Entry, context: Context, models: OllamaModels, work: Work) -> Plan:
    from trainer.evaluation.evaluate import Plan

    subjects = _subjects(context, models, work)
    settings = context.settings.evaluate
    return Plan(
        candidate=subjects.of_entry(entry),
        incumbent=subjects.incumbent(),
        files=(_cases(context),),
        answers=context.workspace.work / "evaluation" / "answers.db",
        settings=settings,
        limit=settings.max_cases,
        unwanted=_unwanted(context),
    )


def _subjects(context: Context, models: OllamaModels, work: Work) -> Subjects:
    from trainer.evaluation.subject import Subjects
    from trainer.export.release import import_folder

    registry = registry_of(context)

    def importing(entry: Entry, name: str) -> None:
        folder = registry.folder(entry)
        import_folder(folder, name, models.host, form=entry.form, tell=work.say)

    return Subjects(registry, models, importing)


def _began(work: Work) -> Callable[[str, int], Callable[[int, int], None]]:
    def began(name: str, total: int) -> Callable[[int, int], None]:
        work.say(f"asking {name} about {total:,} cases")
        return work.advance

    return began


def _figures(comparison: Comparison) -> dict[str, str]:
    from trainer.evaluation.gate import AUC

    evidence = comparison.evidence
    told = {}
    for name in (AUC, *_FIGURES):
        before = evidence.incumbent[name] if evidence.incumbent is not None else None
        change = "" if before is None else f", before {before}"
        told[name.replace("_", " ")] = f"{evidence.candidate[name]}{change}"
    return told


def _cases(context: Context) -> Path:
    return context.workspace.dataset / "test.jsonl"


def _evaluation(context: Context, entry: Entry) -> Path:
    return context.workspace.models / entry.id / "evaluation"


def _unwanted(context: Context) -> tuple[str, ...]:
    from trainer.evaluation.cases import judged_examples
    from trainer.finetuning.taste import taste_of

    files = [context.workspace.dataset / f"{split}.jsonl" for split in ("train", "validation")]
    there = [path for path in files if path.is_file()]
    return taste_of(judged_examples(there), context.settings.finetune).unwanted
