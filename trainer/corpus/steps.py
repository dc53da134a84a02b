"""The steps over one document, in their order.

The cheapest gate comes first, since what may not be used need not be read; what judges a text comes
after what cleans it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from trainer.config import TrainerSettings
from trainer.corpus import (
    boilerplate,
    decontaminate,
    extract,
    kinds,
    language,
    licence_gate,
    normalise,
    quality_code,
    quality_prose,
    scrub,
)
from trainer.corpus.drops import NamedStep


def document_steps(
    settings: TrainerSettings, evaluation_sets: Iterable[Path] = ()
) -> tuple[NamedStep, ...]:
    """``evaluation_sets``: files of JSON or JSON lines, or folders of them, whose texts no document
    may repeat. Raises ``StoreError`` for one that cannot be read."""
    licences = settings.licences
    gate = licence_gate.LicenceGate(frozenset(licences.allowed), licences.allow_unknown)
    size = settings.preprocess.decontamination_ngram
    clean = decontaminate.Decontaminator.of_files(evaluation_sets, size)
    allowed = ", ".join((*sorted(licences.allowed), *["unknown"] * licences.allow_unknown))
    return (
        NamedStep("licence", licence_gate.VERSION, gate, allowed),
        NamedStep("label", kinds.VERSION, kinds.label),
        NamedStep("extract", extract.VERSION, extract.extract),
        NamedStep("normalise", normalise.VERSION, normalise.normalise),
        NamedStep("boilerplate", boilerplate.VERSION, boilerplate.without_boilerplate),
        NamedStep("language", language.VERSION, language.label_prose),
        NamedStep("quality of prose", quality_prose.VERSION, quality_prose.judge_prose),
        NamedStep("quality of code", quality_code.VERSION, quality_code.judge_code),
        NamedStep("scrub", scrub.VERSION, scrub.scrub),
        NamedStep(
            "decontaminate", decontaminate.VERSION, clean, f"{size}-grams, digest {clean.digest}"
        ),
    )
