"""What finetuning is going to do, and with what, in sentences for people."""

from __future__ import annotations

from collections.abc import Iterator

from trainer.finetuning.preparing import COLLECT, Prepared


def told(prepared: Prepared) -> Iterator[str]:
    """For people, in sentences."""
    begin, mixed, taste = prepared.start, prepared.mixture, prepared.taste
    yield (
        f"starts from {begin.title} ({begin.why}): {prepared.shape.parameters:,} parameters, "
        f"{prepared.method} finetuning, {prepared.context:,} tokens of context"
    )
    if prepared.supervises:
        times = f" ×{mixed.repeats}" if mixed.repeats > 1 else ""
        yield (
            f"{len(prepared.train):,} examples: {mixed.verdicts:,} of verdicts{times}, "
            f"{mixed.replayed:,} of the instruction data; {len(prepared.validation):,} to validate"
        )
    if prepared.left_out:
        parts = ", ".join(f"{why} ×{count:,}" for why, count in prepared.left_out.most_common())
        yield f"left out: {parts}"
    if prepared.data.damaged:
        yield f"{prepared.data.damaged:,} damaged lines of the dataset are left out"
    for name in taste.unwanted:
        yield f"people reject {name}: {prepared.changed:,} answers in training are silent about it"
    for name in taste.spared:
        yield f"people reject {name}, but finetune.taste_spares keeps it in the instruction data"
    yield from _about_preferences(prepared)


def _about_preferences(prepared: Prepared) -> Iterator[str]:
    said = prepared.judged
    if not said.places:
        yield f"no feedback yet: only the instruction data is learned; to collect some: {COLLECT}"
    elif prepared.prefers:
        yield f"preferences: {said.accepted:,} places accepted, {said.rejected:,} rejected"
    elif prepared.request.only != "sft":
        missing = said.missing(prepared.settings)
        yield f"no training on preferences: {missing}; verdicts are learned as examples"
