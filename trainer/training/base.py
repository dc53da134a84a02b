"""``coderasst-train base``, as one function: a model from nothing but the corpus."""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from coderasst_hook.errors import ConfigurationError, StoreError, UsageError
from coderasst_hook.files import write_atomically
from trainer.config_training import BaseSettings
from trainer.registry import Entry, Registry
from trainer.run_folder import OUTCOME, RunFolder
from trainer.training import capabilities, processes, resources
from trainer.training.base_card import base_card
from trainer.training.base_data import BaseData, prepared
from trainer.training.checkpoints import BEST
from trainer.training.corpus_texts import Corpus
from trainer.training.loop import Validation, Watch, train
from trainer.training.model_folder import (
    load_model,
    new_model,
    recover_folder,
    replacing_folder,
    save_model,
)
from trainer.training.plan import Outcome
from trainer.training.presets import Shape
from trainer.training.recipe import plan_of, shape_of
from trainer.training.report import training_report
from trainer.training.token_store import StoreRows
from trainer.weights import weights_of
from trainer.workspace import Workspace

KIND = "base"
ORIGIN = "coderasst.json"
"""In the model's folder: the run that it comes from, and the hash of its weights."""
_VERSION = 1
_KEY = "key"
_LIBRARIES = ("torch", "transformers", "tokenizers", "sentencepiece", "accelerate")

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Base:
    """``run`` has ended; ``is_new`` is false where nothing had changed since."""

    run: RunFolder
    folder: Path
    is_new: bool
    outcome: Mapping[str, Any]

    @property
    def was_interrupted(self) -> bool:
        return not self.outcome


def train_base(
    workspace: Workspace,
    settings: BaseSettings,
    *,
    now: datetime,
    tell: Tell,
    watch: Watch | None = None,
    fresh: bool = False,
    resume: bool = False,
) -> Base:
    """Train what the settings ask for, and put it to ``processed/ai_coder_model``. A run of the
    same corpus and settings that was stopped goes on; one that has ended is not made again.
    ``fresh`` begins anew, whatever there is; ``resume`` insists on a run to go on with.

    Under ``torchrun`` or ``accelerate launch`` each process calls this. Raises ``UsageError``,
    ``ConfigurationError``, ``StoreError`` and ``TrainingFailed``, see ``loop.train``.
    """
    shape = shape_of(settings)
    corpus = Corpus.of(workspace)
    digest, key = processes.by_the_first(lambda: _keys(corpus, settings))
    done = processes.by_the_first(lambda: None if fresh else _done(workspace, key))
    if done is not None:
        return Base(done, workspace.base_model, False, done.read_run()[OUTCOME])
    run = processes.by_the_first(lambda: _run(workspace, key, now, fresh, resume))
    work = workspace.work / "base"
    at_once = settings.at_once or capabilities.at_once(
        plan_of(settings, 1 << 30).batch, shape.context
    )
    processes.by_the_first(lambda: _check(run, corpus, shape, settings, at_once))

    def data() -> BaseData:
        return prepared(corpus, digest, work, shape, settings.tokenizer_megabytes, tell)

    if processes.count() > 1:
        processes.by_the_first(lambda: bool(data()))
    found = data()
    rows = StoreRows(found.train, shape.context)
    plan = plan_of(settings, len(rows), sharded=processes.is_sharded())
    _check_size(found, shape, plan.batch)
    told = {
        "id": run.id,
        "kind": KIND,
        _KEY: key,
        "seed": settings.seed,
        "settings": settings.model_dump(mode="json"),
        "plan": plan.to_json(),
        "shape": shape.to_json(),
        "parameters": shape.parameters,
        "inputs": {
            "corpus": digest,
            "documents": len(found.train.ends),
            "tokens": len(found.train),
            "text bytes": int(found.train.text_bytes.sum()),
            "tokenizer": found.tokenizer_key,
        },
        "versions": {"python": platform.python_version(), **{n: version(n) for n in _LIBRARIES}},
        "created": now.isoformat(),
    }
    if processes.is_first():
        run.write_run(told)
    tell(
        f"{shape.parameters / 1e6:,.1f} million parameters learn from {len(found.train):,} tokens "
        f"of {len(found.train.ends):,} documents"
    )
    model = new_model(shape, settings.seed)
    validation = None
    if found.validation is not None:
        drawn = found.validation.drawn(settings.validation_tokens, settings.seed)
        validation = Validation(StoreRows(drawn, shape.context), int(drawn.text_bytes.sum()))
    outcome = train(model, rows, validation, plan, run, pad=3, watch=watch)
    if outcome.stopped == "interrupted":
        return Base(run, workspace.base_model, True, {})
    if processes.is_first():
        _keep(run, told, outcome, found, workspace, now)
    return Base(run, workspace.base_model, True, outcome.to_json())


def _keys(corpus: Corpus, settings: BaseSettings) -> tuple[str, str]:
    digest = corpus.digest()
    told = json.dumps([_VERSION, digest, settings.model_dump(mode="json")], sort_keys=True)
    return digest, sha256(told.encode()).hexdigest()


def _done(workspace: Workspace, key: str) -> RunFolder | None:
    """The run that the model in place comes from, where it is of that key and nobody has changed
    the weights since."""
    try:
        recover_folder(workspace.base_model)
        told = json.loads((workspace.base_model / ORIGIN).read_bytes())
        run = RunFolder(workspace.models / told["run"])
        if told[_KEY] != key or told["weights"] != weights_of(workspace.base_model):
            return None
        return run if run.is_finished else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError, UsageError):
        return None


def _run(workspace: Workspace, key: str, now: datetime, fresh: bool, resume: bool) -> RunFolder:
    """One to go on with, or a new one."""
    if not fresh:
        for run in reversed(RunFolder.all(workspace.models, KIND)):
            if run.read_run().get(_KEY) == key:
                return run
    if resume:
        raise UsageError(
            "there is no run of this corpus and these settings to go on with",
            next_step="coderasst-train base, without --resume",
        )
    return RunFolder.create(workspace.models, KIND, now=now)


def _check(
    run: RunFolder, corpus: Corpus, shape: Shape, settings: BaseSettings, at_once: int
) -> None:
    tokens = corpus.file.stat().st_size  # no text has more tokens than bytes
    needed = resources.disk_needed(shape, settings.keep) + 2 * tokens
    resources.check_disk(run.path, needed)
    resources.check_memory(shape, at_once)


def _check_size(data: BaseData, shape: Shape, batch: int) -> None:
    least = batch * shape.context
    if len(data.train) < least:
        raise ConfigurationError(
            f"the corpus is too small: it has {len(data.train):,} tokens, and one step takes "
            f"{least:,}",
            next_step="gather more: coderasst-train acquire --help; or set base.batch to less",
        )


def _keep(
    run: RunFolder,
    told: Mapping[str, Any],
    outcome: Outcome,
    data: BaseData,
    workspace: Workspace,
    now: datetime,
) -> None:
    """The result, in the run's folder and in its place; the run is finished last."""
    save_model(load_model(run.checkpoints / BEST), data.tokenizer, run.model)
    weights = weights_of(run.model)
    whole = {**told, "weights": weights, OUTCOME: outcome.to_json()}
    run.write_text(run.card, base_card(whole))
    run.write_text(run.training_report, report(run, whole))
    origin = {"run": run.id, _KEY: told[_KEY], "weights": weights}
    try:
        write_atomically(run.model / ORIGIN, json.dumps(origin, indent=1).encode())
        write_atomically(run.model / "README.md", run.card.read_bytes())
        with replacing_folder(workspace.base_model) as part:
            shutil.copytree(run.model, part, copy_function=_link, dirs_exist_ok=True)
    except OSError as error:
        raise StoreError(f"cannot write {workspace.base_model}: {error.strerror}") from None
    registry = Registry(workspace.models)
    if all(entry.id != run.id for entry in registry.models()):
        registry.add(
            Entry(
                id=run.id,
                kind="base",
                folder=run.model.relative_to(workspace.root).as_posix(),
                created=now,
                weights=weights,
                data=told["inputs"]["corpus"],
                details={"preset": told["settings"]["preset"], "bits per byte": outcome.best},
            )
        )
    run.write_run(whole)


def _link(source: str, target: str) -> None:
    """The same bytes need no second place on the disk, where it allows that. Nobody writes into
    them: whatever changes a model writes new files."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def report(run: RunFolder, whole: Mapping[str, Any]) -> str:
    """``whole``: the content of ``run.json``, finished."""
    outcome = whole[OUTCOME]
    best = outcome["best"]
    sentence = (
        f"{whole['parameters']:,} parameters learned from {outcome['tokens']:,} tokens in "
        f"{outcome['seconds'] / 60:,.1f} minutes."
    )
    if best is not None:
        sentence += f" Best validation: {best:.4f} bits per byte."
    facts = {
        "Outcome": {key: one for key, one in outcome.items() if key != "settings"},
        "Machine": {**(outcome["settings"] or {}), **whole["versions"]},
        "Data": whole["inputs"],
        "Shape": whole["shape"],
        "Settings": whole["settings"],
    }
    return training_report(f"Base model: {run.id}", [sentence], facts, run.measured())
