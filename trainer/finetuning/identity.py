"""Which run a command means: one that was stopped and asked for the same goes on."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from trainer.finetuning.preparing import Prepared
from trainer.run_folder import RunFolder
from trainer.weights import weights_of

KIND = "finetune"
KEY = "key"


def identity(prepared: Prepared) -> str:
    """Of all that decides what comes out."""
    begin = prepared.start
    told = {
        "settings": prepared.settings.model_dump(mode="json"),
        "only": prepared.request.only,
        "merge": prepared.request.merge,
        "start": begin.name,
        "weights": start_weights(prepared),
        "data": prepared.data.digest,
    }
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def start_weights(prepared: Prepared) -> str:
    """Empty for what is on the hub. Raises ``UsageError``."""
    folder = prepared.start.folder
    return "" if folder is None else weights_of(folder)


def unfinished(models: Path, key: str) -> RunFolder | None:
    """The newest run of that key that has not ended. Raises ``StoreError`` where one is damaged."""
    for run in reversed(RunFolder.all(models, KIND)):
        if run.read_run().get(KEY) == key and not run.is_finished:
            return run
    return None
