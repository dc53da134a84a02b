"""Stages of a run that do next to nothing: each makes one file of others, in three pieces."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path

from coderasst_hook.files import write_atomically
from trainer.config import TrainerSettings
from trainer.pipeline.digests import Digests, files_below
from trainer.pipeline.engine import Run
from trainer.pipeline.plan import Planned, plan
from trainer.pipeline.results import Ended, Result
from trainer.pipeline.selection import Selection
from trainer.pipeline.stage import Context, Inputs, Outcome, Work
from trainer.pipeline.state import State
from trainer.workspace import Workspace

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
PIECES = 3


@dataclass(frozen=True)
class Step:
    """Makes ``name`` of the files that it ``takes``, below the workspace, by ``act``."""

    name: str
    takes: tuple[str, ...]
    setting: str = ""
    without: str | None = None
    """Why it is left out."""
    act: Callable[[Work], None] = lambda work: None
    change: Callable[[Outcome], Outcome] = lambda outcome: outcome

    def left_out(self, context: Context) -> str | None:
        return self.without

    def inputs(self, context: Context) -> Inputs:
        root = context.workspace.root
        files = {name: context.digests.of_file(root / name) for name in self.takes}
        return {**files, f"settings of {self.name}": self.setting}

    def run(self, context: Context, work: Work) -> Outcome:
        root = context.workspace.root
        with (root / "log").open("a") as log:
            log.write(f"{self.name}\n")
        for piece in range(int(work.remembered.get("pieces", 0)), PIECES):
            with (root / "log").open("a") as log:
                log.write(f"{self.name} {piece}\n")
            work.remember({"pieces": piece + 1})
        self.act(work)
        content = sha256(b"".join((root / name).read_bytes() for name in self.takes))
        content.update(self.setting.encode())
        # Of what it takes, the first letter alone, so that some changes change nothing behind it.
        made = root / self.name
        write_atomically(made, content.hexdigest()[:1].encode() if not self.setting else b"1")
        outcome = Outcome(f"made {self.name}", gave={"bytes": "1"}, outputs=(made,))
        return self.change(outcome)


@dataclass
class Seen:
    """A view that keeps what it is shown."""

    lines: list[str] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)

    def started(self, stage: str, reason: str) -> None:
        self.lines.append(f"{stage}: {reason}")

    def said(self, stage: str, line: str) -> None:
        self.lines.append(f"{stage}: {line}")

    def advanced(self, stage: str, done: int, total: int, detail: str) -> None:
        self.lines.append(f"{stage}: {done} of {total} {detail}")

    def ended(self, result: Result) -> None:
        self.results.append(result)


@dataclass(frozen=True)
class Bench:
    """A workspace with the stages one → two → three behind each other, over the file ``source``."""

    root: Path
    steps: tuple[Step, ...] = (
        Step("one", ("source",)),
        Step("two", ("one",)),
        Step("three", ("two",)),
    )

    def with_step(self, name: str, **changes: object) -> Bench:
        changed = (replace(s, **changes) if s.name == name else s for s in self.steps)  # type: ignore[arg-type]
        return replace(self, steps=tuple(changed))

    def source(self, text: str) -> None:
        self.root.mkdir(exist_ok=True)
        (self.root / "source").write_text(text)

    @property
    def log(self) -> list[str]:
        """What was done since this was last asked for."""
        path = self.root / "log"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines

    @property
    def done(self) -> list[str]:
        return [line for line in self.log if " " not in line]

    def run(self, *, seen: Seen | None = None, **selection: object) -> Ended:
        state = State(self.folder)
        chosen = Selection(**selection)  # type: ignore[arg-type]
        engine = Run(self.steps, chosen, state, seen or Seen(), lambda: NOW)
        return engine.through(self.context())

    def plan(self, **selection: object) -> tuple[Planned, ...]:
        chosen = Selection(**selection)  # type: ignore[arg-type]
        return plan(self.steps, chosen, self.context(), State(self.folder))

    def context(self) -> Context:
        where = Workspace(self.root)
        return Context(TrainerSettings(), where, Digests(self.folder / "digests.json"), NOW)

    @property
    def folder(self) -> Path:
        return Workspace(self.root).run

    def tree(self) -> Mapping[str, bytes]:
        return {str(path): path.read_bytes() for path in files_below(self.root)}


def statuses(ended: Ended) -> dict[str, str]:
    return {result.stage: result.status for result in ended.results}
