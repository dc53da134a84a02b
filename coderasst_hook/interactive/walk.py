"""From finding to finding: which key does what, and what remains in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol

from coderasst_hook import fixing
from coderasst_hook.errors import FatalError
from coderasst_hook.feedback.values import Signal
from coderasst_hook.filtering import drop
from coderasst_hook.models import Dropped, Finding, worst_first
from coderasst_hook.reporters.masking import masked
from coderasst_hook.reporters.summary import by_file
from coderasst_hook.reviewed import Reviewed
from coderasst_hook.visible import prose

HELP = """\
  a  accept: the finding is right
  r  reject: it is wrong; you are asked why, and need not say
  f  fix: write the replacement that is shown to the working tree
  e  open the file in $VISUAL or $EDITOR, at the line
  s  skip, as the space bar does: say nothing about it
  b  back to the one before
  q  quit and keep what was decided; the rest is skipped
"""


class Decision(str, Enum):
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    FIXED = "fixed"


class Terminal(Protocol):
    """Keys and answers raise ``EOFError`` when the person has left."""

    def show(self, text: str) -> None: ...

    def key(self, prompt: str) -> str:
        """One character, in lower case; "" for a key that has none."""
        ...

    def ask(self, question: str) -> str: ...


class Desk(Protocol):
    """What a decision does. Every method may raise ``FatalError``, and has done nothing then."""

    def judge(self, finding: Finding, signal: Signal, reason: str = "") -> None: ...

    def fix(self, reviewed: Reviewed, finding: Finding) -> fixing.Outcome: ...

    def edit(self, finding: Finding) -> None: ...


@dataclass
class _Slot:
    """One finding on the way; ``finding`` moves when lines above it are fixed."""

    finding: Finding
    decision: Decision | None = None
    reason: str = ""


class Walk:
    """``draw`` shows one finding of a review."""

    def __init__(
        self,
        reviewed: Reviewed,
        *,
        desk: Desk,
        terminal: Terminal,
        draw: Callable[[Reviewed, Finding], str],
    ) -> None:
        report = masked(reviewed.report)
        # File by file, as the report is read.
        findings = [finding for group in by_file(report.findings).values() for finding in group]
        self._reviewed = replace(reviewed, report=replace(report, findings=tuple(findings)))
        self._slots = [_Slot(finding) for finding in findings]
        self._desk = desk
        self._terminal = terminal
        self._draw = draw

    def run(self) -> Reviewed:
        """What remains, with a note about the rest."""
        position: int | None = 0
        try:
            while position is not None and position < len(self._slots):
                self._show(position)
                position = self._turn(position)
        except EOFError:
            pass  # the terminal is gone; what was decided is kept
        return self._remaining()

    def _show(self, position: int) -> None:
        slot = self._slots[position]
        decided = f"(you {slot.decision.value} it)\n" if slot.decision else ""
        self._terminal.show(f"\n{self._draw(self._reviewed, slot.finding)}{decided}")

    def _turn(self, position: int) -> int | None:
        """Where to go from here: the next position, or None to quit."""
        slot = self._slots[position]
        while True:
            key = self._terminal.key(self._prompt(position))
            if key == "q":
                return None
            if key in ("s", " "):
                return position + 1
            if key == "b":
                return max(0, position - 1)
            try:
                if self._done(key, slot):
                    return position + 1
            except FatalError as error:
                step = f" ({error.next_step})" if error.next_step else ""
                self._tell(f"{error}{step}")

    def _prompt(self, position: int) -> str:
        slot = self._slots[position]
        fix = "f fix  " if slot.finding.replacement is not None and not slot.decision else ""
        return (
            f"a accept  r reject  {fix}e edit  s skip  b back  ? help  q quit  "
            f"[{position + 1}/{len(self._slots)}] "
        )

    def _done(self, key: str, slot: _Slot) -> bool:
        """Do what ``key`` asks for; whether the finding is decided with it."""
        if key == "?":
            self._terminal.show(HELP)
        elif key == "e":
            self._desk.edit(slot.finding)
        elif key not in ("a", "r", "f"):
            self._tell("? tells which keys there are")
        elif slot.decision is Decision.FIXED:
            self._tell("it is fixed already")
        elif key == "a":
            self._desk.judge(slot.finding, Signal.LOCAL_ACCEPT)
            slot.decision, slot.reason = Decision.ACCEPTED, ""
            return True
        elif key == "r":
            reason = self._terminal.ask("why (may stay empty): ")
            self._desk.judge(slot.finding, Signal.LOCAL_REJECT, reason)
            slot.decision, slot.reason = Decision.REJECTED, reason
            return True
        else:
            return self._fix(slot)
        return False

    def _fix(self, slot: _Slot) -> bool:
        finding = slot.finding
        if finding.replacement is None:
            self._tell("there is no certain fix for it")
            return False
        outcome = self._desk.fix(self._reviewed, finding)
        if not outcome.fixed:
            self._tell(f"not fixed: {outcome.left[0].reason}")
            return False
        for it in self._slots:
            if it.finding in outcome.fixed:
                it.decision = Decision.FIXED
        self._reviewed = outcome.remaining
        # Those that are left stand in the order that they had.
        left = (it for it in self._slots if it.decision is not Decision.FIXED)
        for it, moved in zip(left, outcome.remaining.report.findings, strict=True):
            it.finding = moved
        self._tell("fixed in the working tree; stage it with git add")
        self._desk.judge(finding, Signal.LOCAL_FIX)
        return True

    def _tell(self, text: str) -> None:
        self._terminal.show(f"{prose(text)}\n")

    def _remaining(self) -> Reviewed:
        report = self._reviewed.report
        rest = [it.finding for it in self._slots if it.decision in (None, Decision.ACCEPTED)]
        remaining = replace(
            self._reviewed,
            report=replace(
                report,
                findings=worst_first(rest),
                dropped=(*report.dropped, *_rejections(self._slots)),
            ),
        )
        counts = Counter(it.decision.value if it.decision else "skipped" for it in self._slots)
        told = ", ".join(f"{number} {what}" for what, number in sorted(counts.items()))
        return remaining.with_note(told) if told else remaining


def _rejections(slots: Iterable[_Slot]) -> Iterator[Dropped]:
    for slot in slots:
        if slot.decision is Decision.REJECTED:
            reason = f": {slot.reason}" if slot.reason else ""
            yield drop(slot.finding, f"rejected{reason}")
