"""What a run would do now, and why: ``--dry-run``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trainer.pipeline.decide import decide
from trainer.pipeline.selection import Selection
from trainer.pipeline.stage import Context, Stage
from trainer.pipeline.state import State


@dataclass(frozen=True, slots=True)
class Planned:
    stage: str
    verb: str
    """ "run", "may run", or one of those of ``results.Status``."""
    reason: str


def plan(
    stages: Sequence[Stage], selection: Selection, context: Context, state: State
) -> tuple[Planned, ...]:
    """Writes nothing. What a stage behind one that runs will find is not known yet."""
    names = [stage.name for stage in stages]
    planned: list[Planned] = []
    running: str | None = None
    for stage in stages:
        if (against := selection.against(stage.name, names)) is not None:
            planned.append(Planned(stage.name, "not asked for", against))
            continue
        decision = decide(stage, context.after(state), state, fresh=selection.fresh)
        verb: str = decision.verb
        reason = decision.reason
        if verb == "run":
            running = stage.name
        elif running is not None:
            verb, reason = "may run", f"as {running} turns out; now: {reason}"
        planned.append(Planned(stage.name, verb, reason))
        if verb == "unchanged" and (refused := state.done[stage.name].refused):
            rest = names[len(planned) :]
            return (*planned, *(Planned(name, "not reached", refused[0]) for name in rest))
    return tuple(planned)
