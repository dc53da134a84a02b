"""What people see of a run, in a terminal and elsewhere."""

from __future__ import annotations

import io
import re

import pytest

from trainer.commands.running_view import view
from trainer.pipeline.results import Result
from trainer.pipeline.view import PlainView

_CONTROLS = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
STAGES = ("one", "three")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True

    @property
    def rows(self) -> list[str]:
        """Of what was drawn last."""
        return [line.rstrip() for line in _CONTROLS.sub("", self.getvalue()).split("\n")]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    return Terminal()


def test_a_line_for_each_stage_in_a_terminal(terminal: Terminal) -> None:
    with view(STAGES, terminal) as seen:
        seen.started("one", "it was never done")
        seen.said("one", "looks at [brackets]")
        seen.advanced("one", 3, 10, "loss 1.5")
        seen.ended(Result("one", "unchanged", "nothing has changed"))
        seen.ended(Result("three", "not reached", "one failed " + "x" * 200))
    first, second = terminal.rows[-3:-1]
    assert re.search(r"one .* unchanged \(nothing has changed\)$", first)
    assert re.search(r"three .* not reached \(one failed x+…$", second)
    assert "\x1b[?25h" in terminal.getvalue()


def test_lines_where_there_is_no_terminal(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    with view(STAGES, terminal) as seen:
        seen.started("one", "it was never done")
        seen.ended(Result("one", "failed", "no"))
    assert terminal.getvalue() == "one: starts (it was never done)\none: failed (no)\n"


def test_only_each_tenth_of_what_goes_on_for_hours_is_told() -> None:
    lines: list[str] = []
    seen = PlainView(lines.append)
    seen.started("one", "x")
    for step in range(1000):
        seen.advanced("one", step, 999, f"step {step}")
    seen.advanced("one", 5, 0, "of unknown length")
    assert [line.partition(",")[0] for line in lines[1:]] == [
        f"one: {share} %" for share in range(10, 101, 10)
    ] + ["one: 0 %"]
    seen.advanced("two", 5, 10, "")
    assert len(lines) == 12
