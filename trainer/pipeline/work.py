"""One stage under way: see ``stage.Work``."""

from __future__ import annotations

from collections.abc import Mapping

from coderasst_hook.redact import mask
from coderasst_hook.visible import one_line
from trainer.pipeline.decide import Decision
from trainer.pipeline.digests import relative
from trainer.pipeline.stage import Clock, Context, Notes, Outcome
from trainer.pipeline.state import ANY, Begun, Record, State
from trainer.pipeline.view import View


class Work:
    def __init__(self, stage: str, decision: Decision, state: State, view: View) -> None:
        self._stage = stage
        self._decision = decision
        self._state = state
        self._view = view

    @property
    def changed(self) -> frozenset[str]:
        return self._decision.changed

    @property
    def remembered(self) -> Notes:
        return self._decision.remembered

    def remember(self, notes: Notes) -> None:
        self._state.begin(self._stage, Begun(self._decision.inputs, notes))

    def say(self, line: str) -> None:
        self._view.said(self._stage, clean(line))

    def advance(self, done: int, total: int, detail: str = "") -> None:
        self._view.advanced(self._stage, done, total, clean(detail))


def record_of(
    outcome: Outcome, decision: Decision, context: Context, seconds: float, clock: Clock
) -> Record:
    root = context.workspace.root
    # An input of which something is left to do is not what is recorded for it.
    inputs = {
        name: "" if name in outcome.unfinished else digest
        for name, digest in decision.inputs.items()
    }
    files = {relative(path, root): context.digests.of_file(path) for path in outcome.outputs}
    places = {relative(path, root): ANY for path in outcome.places}
    return Record(
        inputs=inputs,
        outputs={**files, **places},
        finished=clock(),
        seconds=seconds,
        line=clean(outcome.line),
        took=_cleaned(outcome.took),
        gave=_cleaned(outcome.gave),
        reports=tuple(relative(path, root) for path in outcome.reports),
        notes=outcome.notes,
        warnings=tuple(map(clean, outcome.warnings)),
        refused=tuple(map(clean, outcome.refused)),
    )


def clean(text: str) -> str:
    """For terminals, state and reports: without secrets, and on one line."""
    return one_line(mask(text))


def _cleaned(texts: Mapping[str, str]) -> dict[str, str]:
    return {clean(name): clean(text) for name, text in texts.items()}
