"""The model that the run has trained last, and whether anything is left to be decided of it."""

from __future__ import annotations

from trainer.pipeline.stage import Context
from trainer.registry import Entry, Registry

FINETUNE, GATE = "finetune", "gate"
MODEL = "model"
"""The key under which ``finetune`` notes the id of what it has trained."""

PASSED = "passed"
"""The key under which ``gate`` notes the id of what it has let through."""


def registry_of(context: Context) -> Registry:
    return Registry(context.workspace.models)


def candidate(context: Context) -> Entry | None:
    """None where nothing was trained by a run, or the registry knows it no longer."""
    id = context.note(FINETUNE, MODEL)
    return next((one for one in registry_of(context).models() if one.id == id), None)


def settled(context: Context) -> str | None:
    """Why nothing is to be decided; None where something is.

    A model that was promoted and rolled back was judged by people: no run takes it up again.
    """
    entry = candidate(context)
    if entry is None:
        return "there is no candidate"
    registry = registry_of(context)
    promoted = registry.promoted()
    if promoted is not None and promoted.id == entry.id:
        return f"{entry.id} is in use"
    if any(one.model == entry.id for one in registry.promotions()):
        return f"{entry.id} was in use and is no longer (coderasst-train promote {entry.id})"
    return None


def passed(context: Context) -> str | None:
    """Why the candidate is not to be handed over; None where the gate has let it through."""
    if (reason := settled(context)) is not None:
        return reason
    entry = candidate(context)
    through = entry is not None and context.note(GATE, PASSED) == entry.id
    return None if through else "the gate has let nothing through"
