"""What a stage of the run is: it says what it depends on, and what it made.

Nothing here knows what the stages do. The engine runs a stage where an input has changed since it
was last done, or where something that it made is gone; each stage goes on by itself where it was
killed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from coderasst_hook.errors import EXIT_INCOMPLETE, FatalError
from trainer.config import TrainerSettings
from trainer.pipeline.digests import Digests
from trainer.pipeline.state import State
from trainer.workspace import Workspace

Inputs = Mapping[str, str]
"""A hash, or another short text, by what it is of: "settings of dataset", "corpus"…"""
Notes = Mapping[str, Any]
"""Values of JSON."""


class RunIncomplete(FatalError):
    """The run cannot go on now; what was done is kept."""

    exit_code = EXIT_INCOMPLETE


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a stage. All of it is kept, so the texts hold no secrets."""

    line: str
    """One line for people."""
    took: Mapping[str, str] = field(default_factory=dict)
    """What went in, for the report: "documents" → "1,204"."""
    gave: Mapping[str, str] = field(default_factory=dict)
    """What came out, and what was measured."""
    outputs: tuple[Path, ...] = ()
    """Files that later stages need: without them, or with others, the stage is done again."""
    places: tuple[Path, ...] = ()
    """Files and folders that only have to be there, whatever is in them."""
    reports: tuple[Path, ...] = ()
    """Pages that the stage wrote."""
    notes: Notes = field(default_factory=dict)
    """For later stages."""
    warnings: tuple[str, ...] = ()
    """What could not be done and did not keep the stage from ending."""
    unfinished: frozenset[str] = frozenset()
    """Inputs that are to be taken for changed the next time: of these not all was done."""
    refused: tuple[str, ...] = ()
    """Why the run ends here with "the candidate is not better"."""


@dataclass(frozen=True, slots=True)
class Context:
    """What all stages are given. ``done`` has the outcomes' notes of the stages before, of this
    run or of earlier ones."""

    settings: TrainerSettings
    workspace: Workspace
    digests: Digests
    now: datetime
    workers: int = 1
    done: Mapping[str, Notes] = field(default_factory=dict)

    def note(self, stage: str, key: str) -> Any:
        """None where that stage was never done."""
        return self.done.get(stage, {}).get(key)

    def after(self, state: State) -> Context:
        """The same, with what ``state`` has of the stages that were done."""
        return replace(self, done={name: record.notes for name, record in state.done.items()})


class Work(Protocol):
    """One stage under way, for the stage itself."""

    @property
    def changed(self) -> frozenset[str]:
        """The inputs that differ from those of the last time; all of them the first time."""
        ...

    @property
    def remembered(self) -> Notes:
        """What ``remember`` was given by a run that was stopped with the very same inputs."""
        ...

    def remember(self, notes: Notes) -> None:
        """On disk when this returns: how a stage that is killed finds what it has begun."""
        ...

    def say(self, line: str) -> None:
        """For people; the last line is seen beside the stage's name."""
        ...

    def advance(self, done: int, total: int, detail: str = "") -> None:
        """How far it is; ``detail`` is for now alone, as the loss of the last step."""
        ...


class Stage(Protocol):
    @property
    def name(self) -> str: ...

    def left_out(self, context: Context) -> str | None:
        """Why there is nothing for it to do here; None where there is."""
        ...

    def inputs(self, context: Context) -> Inputs:
        """All that its outcome depends on. It writes nothing, and copes with what is missing."""
        ...

    def run(self, context: Context, work: Work) -> Outcome:
        """Raises ``FatalError``; what it has made until then stays."""
        ...


Clock = Callable[[], datetime]
