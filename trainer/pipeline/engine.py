"""One stage after the other: each is done where something has changed, else left as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from coderasst_hook.errors import FatalError
from trainer.pipeline.decide import Decision, decide
from trainer.pipeline.results import Ended, Result
from trainer.pipeline.selection import Selection
from trainer.pipeline.stage import Clock, Context, Stage
from trainer.pipeline.state import Record, State
from trainer.pipeline.view import View
from trainer.pipeline.work import Work, clean, record_of


@dataclass(frozen=True, slots=True)
class Run:
    stages: Sequence[Stage]
    selection: Selection
    state: State
    view: View
    clock: Clock

    def through(self, context: Context) -> Ended:
        """All stages that were asked for. A ``FatalError`` or an interrupt that ends it is in the
        answer, so that a report can be made of it first."""
        started = self.clock()
        results: list[Result] = []
        error: FatalError | KeyboardInterrupt | None = None
        stopped: str | None = None
        for stage in self.stages:
            begun = perf_counter()
            try:
                result = self._result(stage, context, stopped)
            except FatalError as fault:
                error, stopped = fault, f"{stage.name} failed"
                seconds = perf_counter() - begun
                result = Result(stage.name, "failed", clean(str(fault)), seconds)
            except KeyboardInterrupt as stop:
                error, stopped = stop, "the run was interrupted"
                seconds = perf_counter() - begun
                result = Result(stage.name, "interrupted", "run it again to go on", seconds)
            results.append(result)
            self.view.ended(result)
            if result.refused:
                stopped = f"{stage.name} has refused the candidate"
        context.digests.save()
        return Ended(tuple(results), started, self.clock(), error)

    def _result(self, stage: Stage, context: Context, stopped: str | None) -> Result:
        before = self.state.done.get(stage.name)
        if stopped is not None:
            return Result(stage.name, "not reached", stopped, record=before)
        names = [one.name for one in self.stages]
        if (against := self.selection.against(stage.name, names)) is not None:
            return Result(stage.name, "not asked for", against, record=before)
        context = context.after(self.state)
        decision = decide(stage, context, self.state, fresh=self.selection.fresh)
        if decision.verb != "run":
            return Result(stage.name, decision.verb, decision.reason, record=before)
        self.view.started(stage.name, decision.reason)
        record = self._done(stage, decision, context)
        return Result(stage.name, "done", decision.reason, record.seconds, record)

    def _done(self, stage: Stage, decision: Decision, context: Context) -> Record:
        work = Work(stage.name, decision, self.state, self.view)
        # Said at once, also by a stage that remembers nothing.
        work.remember(decision.remembered)
        start = perf_counter()
        outcome = stage.run(context, work)
        record = record_of(outcome, decision, context, perf_counter() - start, self.clock)
        self.state.finish(stage.name, record)
        return record
