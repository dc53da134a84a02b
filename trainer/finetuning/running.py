"""One run of finetuning, from what was prepared to a candidate in the registry.

    run.json              what is asked for, under a key: a run of that key that was stopped goes on
    evaluation/before.json, after.json
    supervised/, preferred/   what the steps left for each other; gone when the run has ended
    model/ or adapter/    what there is in the end

Each of these is there whole or not at all, and what is there is not made again.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from coderasst_hook.errors import StoreError
from trainer.finetuning import room, steps
from trainer.finetuning.card import card
from trainer.finetuning.identity import KEY, KIND, identity, start_weights, unfinished
from trainer.finetuning.measuring import Measured, cases, drawn, measure
from trainer.finetuning.page import report
from trainer.finetuning.preparing import Prepared
from trainer.finetuning.results import Results
from trainer.finetuning.saving import save_tokenizer
from trainer.finetuning.work import Watching, Work
from trainer.registry import Entry, Registry
from trainer.run_folder import RunFolder
from trainer.training.model_folder import recover_folder
from trainer.weights import weights_of
from trainer.workspace import Workspace

LIBRARIES = ("coderasst", "torch", "transformers", "peft", "trl", "tokenizers")


@dataclass(frozen=True, slots=True)
class Finetuned:
    """``entry`` is None where the run was interrupted: the same command goes on with it."""

    run: RunFolder
    results: Results
    entry: Entry | None = None


def finetune(
    prepared: Prepared, workspace: Workspace, watching: Watching, *, now: datetime
) -> Finetuned:
    """Raises ``FatalError``; what was done until then stays, and the same call goes on with it."""
    key = identity(prepared)
    run = unfinished(workspace.models, key)
    if run is None:
        run = RunFolder.create(workspace.models, KIND, now=now)
        run.write_run(_begun(prepared, key, now))
    else:
        watching.tell(f"goes on with {run.id}")
    recover_folder(run.model)
    recover_folder(run.adapter)
    room.check(prepared, run.path)
    tokenizer = save_tokenizer(prepared.tokenizer, prepared.start, run.path / "tokenizer")
    work = Work(prepared, run, tokenizer, watching)
    results = _trained(work)
    if results.interrupted:
        return Finetuned(run, results)
    folder = steps.put_in_place(work)
    after = _measured(work, "after", lambda: work.loaded(work.result))
    results = replace(results, after=after)
    entry = _entry(work, results, folder, workspace)
    run.write_text(run.training_report, report(prepared, results, run))
    run.write_text(run.card, card(prepared, results, entry))
    Registry(workspace.models).add(entry)
    steps.tidy(work)
    run.finish({"model": entry.id, "folder": entry.folder, **results.to_json()})
    return Finetuned(run, results, entry)


def _trained(work: Work) -> Results:
    prepared = work.prepared
    results = Results(before=_measured(work, "before", work.start))
    if prepared.supervises:
        results = replace(results, supervised=steps.supervised(work))
    if prepared.prefers and not results.interrupted:
        results = replace(results, preferred=steps.preferred(work))
    return results


def _measured(work: Work, name: Literal["before", "after"], model: Callable[[], Any]) -> Any:
    path = work.run.evaluation / f"{name}.json"
    found = _read(path)
    if found is not None:
        return found
    prepared = work.prepared
    settings = prepared.settings
    asked = cases(drawn(prepared.validation_examples, settings.measured, settings.seed))
    if not asked:
        return None
    work.watching.tell(f"answers {len(asked):,} validation examples, {name} training")
    result = measure(
        model(),
        prepared.renderer,
        asked,
        most_tokens=settings.measured_tokens,
        unwanted=prepared.taste.unwanted,
        watch=work.watching.answering,
    )
    try:
        path.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise StoreError(f"cannot make {path.parent}: {error.strerror}") from None
    work.run.write_text(path, json.dumps(result.to_json(), indent=1, sort_keys=True) + "\n")
    return result


def _read(path: Path) -> Measured | None:
    try:
        return Measured.from_json(json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _begun(prepared: Prepared, key: str, now: datetime) -> dict[str, Any]:
    begin, settings = prepared.start, prepared.settings
    return {
        "kind": KIND,
        KEY: key,
        "created": now.isoformat(),
        "seed": settings.seed,
        "settings": settings.model_dump(mode="json"),
        "only": prepared.request.only,
        "merge": prepared.request.merge,
        "method": prepared.method,
        "form": prepared.form,
        "start": {"name": begin.name, "why": begin.why, "weights": start_weights(prepared)},
        "parameters": prepared.shape.parameters,
        "inputs": {"dataset": prepared.data.digest},
        "versions": {"python": platform.python_version(), **_versions()},
    }


def _versions() -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        # Whoever trains all weights needs no peft.
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def _entry(work: Work, results: Results, folder: Path, workspace: Workspace) -> Entry:
    prepared, run = work.prepared, work.run
    created = datetime.fromisoformat(run.read_run()["created"])
    return Entry(
        id=run.id,
        kind="finetuned",
        folder=folder.relative_to(workspace.root).as_posix(),
        created=created,
        weights=weights_of(folder),
        parent=prepared.start.name,
        data=prepared.data.digest,
        form="compact" if prepared.form == "compact" else "full",
        details={"method": prepared.method, "merged": folder != work.result, **results.summary()},
    )
