"""``dataset/manifest.json``: what the dataset was made of and how. No times, and no paths of this
machine: the same input makes the same manifest."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from coderasst_hook.analyzers.registry import rules_version
from trainer.config import DatasetSettings
from trainer.dataset.prompt_form import ReviewPrompt
from trainer.dataset.sources import Sources
from trainer.dataset.tally import SIDES, Tally
from trainer.dataset.write import Output

VERSION = 1


def manifest(
    sources: Sources,
    outputs: Sequence[Output],
    settings: DatasetSettings,
    form: ReviewPrompt,
    tally: Tally,
) -> dict[str, Any]:
    return {
        "version": VERSION,
        "prompt": form.version,
        "form": form.name,
        "rules": rules_version(),
        "coderasst": version("coderasst"),
        "python": "{}.{}".format(*sys.version_info),
        "seed": settings.seed,
        "settings": settings.model_dump(mode="json"),
        "inputs": sources.digests(),
        "outputs": {
            one.name: {"examples": one.examples, "bytes": one.bytes, "sha256": one.sha256}
            for one in outputs
        },
        "counts": {
            "examples": tally.by_split(tally.splits),
            "clean": tally.by_split(tally.clean),
            "preferences": tally.by_split(tally.preferences),
            **{
                f"by {side}": {value: tally.by_split(counts) for value, counts in tally.rows(side)}
                for side in SIDES
            },
        },
        "left out": {
            kind: dict(sorted(reasons.items())) for kind, reasons in sorted(tally.left_out.items())
        },
    }
