"""``coderasst-train evaluate``: whether a model is better than the one in use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from trainer.commands.deciding import Desk, feedback_store, format_option, host_option, store_option
from trainer.commands.options import config_option, tell, workspace_option

if TYPE_CHECKING:
    from trainer.evaluation.compare import Comparison
    from trainer.evaluation.record import Subject
    from trainer.evaluation.subject import Subjects


@click.command()
@click.argument("model", required=False, default="")
@click.option("--against", default="", metavar="MODEL", help="Compare with this one instead.")
@click.option("--model-name", default="", metavar="NAME", help="Evaluate a model of Ollama's.")
@click.option("--alone", is_flag=True, help="Compare with no model, as if none were in use.")
@click.option(
    "--cases",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    metavar="FILE",
    help="More cases: examples of the split test, as JSONL.",
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Review cases, at most.")
@host_option
@store_option
@workspace_option
@config_option
@format_option
def evaluate(
    model: str,
    against: str,
    model_name: str,
    alone: bool,
    cases: tuple[Path, ...],
    limit: int | None,
    host: str | None,
    where: str | None,
    workspace: Path | None,
    config_file: Path | None,
    shape: str,
) -> None:
    """Ask MODEL and the model in use about the held-out cases, and decide between them.

    MODEL is an id of models/registry.json; without one, it is the newest that waits for a decision.
    The exit code is 0 where it may be promoted, and 1 where it is to be kept as it is.
    """
    from datetime import datetime, timezone

    from coderasst_hook.errors import EXIT_CLEAN, EXIT_FINDINGS, UsageError
    from trainer.commands.asking_bar import bar
    from trainer.commands.deciding import Importer, host_of
    from trainer.evaluation import decisions
    from trainer.evaluation.evaluate import Plan, written
    from trainer.evaluation.evaluate import evaluate as evaluated
    from trainer.evaluation.record import FILE, REPORT
    from trainer.evaluation.subject import Subjects
    from trainer.export.ollama_models import OllamaModels
    from trainer.run_folder import RunFolder

    if model and model_name:
        raise UsageError("name a MODEL or a --model-name, not both")
    if alone and against:
        raise UsageError("--alone goes without --against")
    started = datetime.now(timezone.utc)
    desk = Desk.of(workspace, config_file)
    address = host_of(host)
    with OllamaModels(address) as models:
        subjects = Subjects(desk.registry, models, Importer(desk.registry, address))
        candidate = _candidate(subjects, model, model_name)
        incumbent = None if alone else _incumbent(subjects, against)
    settings = desk.settings.evaluate
    plan = Plan(
        candidate=candidate,
        incumbent=incumbent,
        files=_files(desk, cases),
        answers=desk.workspace.work / "evaluation" / "answers.db",
        settings=settings,
        limit=limit or settings.max_cases,
        unwanted=_unwanted(desk),
    )
    with bar() as began:
        comparison = evaluated(plan, began)
    at = datetime.now(timezone.utc)
    folder = (
        desk.evaluation(candidate.model)
        if candidate.model
        else RunFolder.create(desk.workspace.models, "evaluation", now=started).evaluation
    )
    id = f"evaluation-{at:%Y%m%d-%H%M%S}-{candidate.digest[:8]}"
    record = written(plan, comparison, folder, id=id, at=at)
    with feedback_store(where) as store:
        decisions.evaluated(store, record, started)
    tell(f"written to {folder / REPORT}")
    if shape == "json":
        click.echo((folder / FILE).read_text("ascii"), nl=False)
    else:
        click.echo(told(candidate, comparison))
    raise SystemExit(EXIT_CLEAN if comparison.decision.promote else EXIT_FINDINGS)


def told(candidate: Subject, comparison: Comparison) -> str:
    """The figures that count, and the decision with its reasons."""
    from trainer.evaluation.dimensions import SCORES
    from trainer.evaluation.gate import AUC

    evidence = comparison.evidence
    against = comparison.incumbent
    name = candidate.model or candidate.name
    lines = [f"{name}, compared with {against.name if against else 'no model'}"]
    for key in (AUC, "f1", "precision", "recall", "alarms_per_thousand", "validity"):
        label = SCORES.get(key, "agreement with verdicts (AUC)")
        line = f"  {label}: {evidence.candidate[key]}"
        if evidence.incumbent is not None:
            line += f", before {evidence.incumbent[key]}, change {evidence.difference[key]}"
        lines.append(line)
    lines += [
        f"  {'passed' if check.passed else 'FAILED'}: {check.reason}"
        for check in comparison.decision.checks
    ]
    verb = "it may be promoted" if comparison.decision.promote else "it is kept, unpromoted"
    next_step = f": coderasst-train promote {candidate.model}" if candidate.model else ""
    lines.append(f"decision: {verb}{next_step if comparison.decision.promote else ''}")
    return "\n".join(lines)


def _candidate(subjects: Subjects, model: str, name: str) -> Subject:
    from trainer.evaluation.subject import candidate

    if name:
        return subjects.of_name(name)
    return subjects.of_entry(candidate(subjects.registry, model))


def _incumbent(subjects: Subjects, against: str) -> Subject | None:
    return subjects.of(against) if against else subjects.incumbent()


def _files(desk: Desk, more: tuple[Path, ...]) -> tuple[Path, ...]:
    from trainer.dataset.example import TEST

    own = desk.workspace.dataset / f"{TEST}.jsonl"
    return (own, *more) if own.exists() or not more else more


def _unwanted(desk: Desk) -> tuple[str, ...]:
    from trainer.dataset.example import TRAIN, VALIDATION
    from trainer.evaluation.cases import judged_examples
    from trainer.finetuning.taste import taste_of

    files = [desk.workspace.dataset / f"{split}.jsonl" for split in (TRAIN, VALIDATION)]
    return taste_of(judged_examples(files), desk.settings.finetune).unwanted
