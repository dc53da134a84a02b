from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from coderasst_hook.analyzers import registry
from coderasst_hook.analyzers.ahead import Together, Wanted, started
from coderasst_hook.analyzers.base import Analysis
from coderasst_hook.analyzers.copies import Copy
from coderasst_hook.errors import ConfigurationError
from coderasst_hook.models import Finding, Location, Rule
from coderasst_hook.settings import Settings
from coderasst_hook.source import SourceFile
from testing.sample_report import EVAL
from tests.analyzers.sources import source

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there are no copies elsewhere")
FILES = [source("a.py", "x = 1\n"), source("b.py", "eval(x)\n")]


@dataclass
class Told:
    """Says which process looked at each file, after ``act``."""

    act: Callable[[], object] = lambda: None
    name: str = "told"
    by_file: bool = False
    seen: list[str] = field(default_factory=list)

    def rules(self) -> Sequence[Rule]:
        return ()

    def analyze(self, files: Sequence[SourceFile]) -> Analysis:
        self.act()
        self.seen += [one.path for one in files]
        return Analysis(
            tuple(Finding.of(EVAL, Location(one.path, 1, 1), str(os.getpid())) for one in files)
        )


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a processor to spare, and without the threads that run tests side by side."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(2))
    monkeypatch.setattr(threading, "active_count", lambda: 1)


@pytest.fixture
def teller(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Sets what the analyzer "told" does."""

    def set_to(act: Callable[[], object]) -> None:
        monkeypatch.setitem(registry._factories, "told", lambda *_: Told(act))

    set_to(lambda: None)
    return set_to


def processes(analysis: Analysis) -> set[int]:
    return {int(finding.evidence) for finding in analysis.findings}


def asked(copy: Copy | None, *beside: Told, **others: Callable[[], None]) -> Analysis:
    return Together(Wanted(("told",), Settings()), beside, copy, **others).analyze(FILES)


def test_the_copy_says_what_its_original_would() -> None:
    wanted = Wanted(tuple(registry.MODULES), Settings())
    with started() as copy:
        assert copy is not None
        said = Together(wanted, ahead=copy).analyze(FILES)

    assert said == Together(wanted).analyze(FILES)
    assert "python/eval" in {finding.rule_id for finding in said.findings}


@pytest.mark.usefixtures("teller")
def test_the_copy_analyses_and_what_is_beside_stays_here() -> None:
    beside = Told()
    with started() as copy:
        assert copy is not None
        analysis = asked(copy, beside)

        assert processes(analysis) == {copy.process, os.getpid()}
    assert beside.seen == ["a.py", "b.py"]
    assert len(analysis.findings) == 4


@pytest.mark.usefixtures("teller")
def test_it_may_be_asked_more_than_once() -> None:
    with started() as copy:
        assert copy is not None
        assert processes(asked(copy)) == processes(asked(copy)) == {copy.process}


def in_a_copy(act: Callable[[], object]) -> Callable[[], object]:
    here = os.getpid()
    return lambda: None if os.getpid() == here else act()


def fail() -> None:
    raise ValueError("not in a copy")


@pytest.mark.parametrize(
    "act", [fail, lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: os._exit(0)]
)
def test_what_the_copy_does_not_answer_its_original_does(
    teller: Callable[[Callable[[], object]], None], act: Callable[[], object]
) -> None:
    teller(in_a_copy(act))
    with started() as copy:
        assert processes(asked(copy)) == {os.getpid()}
        # Nobody is there any more who could be asked.
        assert processes(asked(copy)) == {os.getpid()}


def test_what_fails_in_the_original_too_is_raised(
    teller: Callable[[Callable[[], object]], None],
) -> None:
    teller(fail)
    with started() as copy, pytest.raises(ValueError, match="not in a copy"):
        asked(copy)


def test_an_interrupt_is_the_originals_to_answer(
    teller: Callable[[Callable[[], object]], None],
) -> None:
    teller(in_a_copy(lambda: os.kill(os.getpid(), signal.SIGINT)))
    with started() as copy:
        assert copy is not None
        assert processes(asked(copy)) == {copy.process}


@pytest.mark.usefixtures("teller")
def test_meanwhile_something_else_may_be_done() -> None:
    done: list[bool] = []
    with started() as copy:
        asked(copy, meanwhile=lambda: done.append(True))
    asked(None, meanwhile=lambda: done.append(False))

    assert done == [True]


def test_an_unknown_name_is_told_with_a_copy_too() -> None:
    with started() as copy, pytest.raises(ConfigurationError, match="did you mean 'ruff'"):
        Together(Wanted(("rufff",), Settings()), ahead=copy).analyze(FILES)


def test_names_are_those_wanted_and_those_beside() -> None:
    assert Together(Wanted(("ruff", "secrets", "ruff"), Settings()), [Told()]).names == (
        *("ruff", "secrets"),
        "told",
    )


def test_nothing_to_analyse_asks_nobody() -> None:
    assert Together(Wanted(("rufff",), Settings())).analyze([]) == Analysis()


def test_nothing_is_left_behind() -> None:
    with started() as copy:
        assert copy is not None
    with pytest.raises(ProcessLookupError):
        os.kill(copy.process, 0)
    assert copy.asked.closed
    assert copy.said.closed


def test_a_copy_ends_with_its_original() -> None:
    script = (
        "import os\n"
        "from coderasst_hook.analyzers import ahead, copies\n"
        "assert copies.start(ahead._serve)\n"
        "os._exit(0)\n"
    )
    # The copy holds standard output open for as long as it lives.
    subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, timeout=60, check=True)


def test_without_processes_to_be_had_there_is_no_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left() -> int:
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", none_left)
    with started() as copy:
        assert copy is None


@pytest.mark.parametrize(
    ("place", "name", "value"),
    [
        (sys, "platform", "darwin"),
        (threading, "active_count", lambda: 2),
        (os, "sched_getaffinity", lambda _: range(1)),
    ],
)
def test_where_a_copy_would_not_pay_there_is_none(
    monkeypatch: pytest.MonkeyPatch, place: object, name: str, value: object
) -> None:
    monkeypatch.setattr(place, name, value)
    with started() as copy:
        assert copy is None
