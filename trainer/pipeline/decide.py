"""Whether a stage has anything to do, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from trainer.pipeline.stage import Context, Inputs, Notes, Stage
from trainer.pipeline.state import ANY, Record, State

Verb = Literal["run", "unchanged", "left out", "not asked for"]
_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Decision:
    verb: Verb
    reason: str
    inputs: Inputs = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    remembered: Notes = field(default_factory=dict)


def decide(stage: Stage, context: Context, state: State, *, fresh: bool) -> Decision:
    """What is to become of a stage that was asked for."""
    if (reason := stage.left_out(context)) is not None:
        return Decision("left out", reason)
    inputs = stage.inputs(context)
    everything = frozenset(inputs)
    if fresh:
        return Decision("run", "it is done anew, as --fresh says", inputs, everything)
    record, begun = state.done.get(stage.name), state.begun.get(stage.name)
    changed = everything if record is None else _changed(inputs, record.inputs)
    if begun is not None and begun.inputs == inputs:
        changed = changed or everything
        return Decision("run", "it was stopped before its end", inputs, changed, begun.notes)
    if record is None:
        return Decision("run", "it was never done", inputs, changed)
    if changed:
        return Decision("run", f"changed: {_named(changed)}", inputs, changed)
    if (gone := _gone(record, context)) is not None:
        return Decision("run", gone, inputs, everything)
    return Decision("unchanged", "nothing has changed")


def _changed(now: Inputs, before: Inputs) -> frozenset[str]:
    return frozenset(name for name in {*now, *before} if now.get(name) != before.get(name))


def _named(names: Iterable[str]) -> str:
    ordered = sorted(names)
    more = len(ordered) - _MOST_NAMED
    shown = ", ".join(ordered[:_MOST_NAMED])
    return f"{shown} and {more} more" if more > 0 else shown


def _gone(record: Record, context: Context) -> str | None:
    """What is no longer there of what the stage has made."""
    for name, digest in record.outputs.items():
        # An absolute path stays one.
        path = context.workspace.root / name
        if not path.exists():
            return f"{name} is gone"
        if digest != ANY and context.digests.of_file(path) != digest:
            return f"{name} is not as it was left"
    return None
