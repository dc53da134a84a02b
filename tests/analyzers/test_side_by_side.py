from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from coderasst_hook.analyzers.base import Analysis
from coderasst_hook.analyzers.registry import MODULES, load
from coderasst_hook.analyzers.side_by_side import WORTH_A_COPY, analyze, shared_out
from coderasst_hook.models import Dropped, Finding, Location, Rule, Skipped
from coderasst_hook.settings import Settings
from coderasst_hook.source import SourceFile
from testing.sample_report import EVAL
from tests.analyzers.sources import source

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there are no copies elsewhere")
ROOT = Path(__file__).parents[2]
LONG = "x = 1\n" * (WORTH_A_COPY // 6 + 1)


def files(*names: str) -> list[SourceFile]:
    return [source(name, LONG) for name in names]


@dataclass
class Told:
    """Says one thing of each file, and ``act`` decides whether it gets to it."""

    act: Callable[[], object] = lambda: None
    by_file: bool = True
    name: str = "told"

    def rules(self) -> Sequence[Rule]:
        return ()

    def analyze(self, files: Sequence[SourceFile]) -> Analysis:
        self.act()
        broken = Skipped("rule.yaml", "analyzer:told", "line 1: no rule")
        return Analysis(
            tuple(
                Finding.of(EVAL, Location(one.path, 1, 1), str(os.getpid()))
                for one in reversed(files)
            ),
            (broken, *(Skipped(one.path, "analyzer:told", "why not") for one in files)),
            (Dropped("none", files[0].path, None, "r", "m"),),
        )


def assert_nobody_is_left() -> None:
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def told(analysis: Analysis) -> list[str]:
    return [finding.location.path for finding in analysis.findings]


def processes(analysis: Analysis) -> int:
    return len({finding.evidence for finding in analysis.findings})


def test_real_analyzers_say_the_same_in_any_number_of_processes() -> None:
    examples = json.loads((ROOT / "data" / "security_training_data.json").read_bytes())["examples"]
    sources = [
        replace(source(f"{number}", one["code"] * 4), language=one["language"])
        for number, one in enumerate(examples)
    ]
    analyzers = load(MODULES, Settings())

    alone = analyze(analyzers, sources, processes=1)
    shared = analyze(analyzers, sources, processes=4)

    assert len(alone.findings) > 100
    assert len({finding.rule_id.partition("/")[0] for finding in alone.findings}) > 10
    assert shared == alone


def test_files_are_shared_out_and_told_of_in_their_order() -> None:
    given = files("c.py", "a.py", "d.py", "b.py")

    analysis = analyze([Told()], given, processes=3)

    assert processes(analysis) == 3
    assert told(analysis) == ["c.py", "a.py", "d.py", "b.py"]
    # What is wrong with a rule is wrong once.
    paths = [skip.path for skip in analysis.skipped]
    assert paths == ["rule.yaml", "c.py", "a.py", "d.py", "b.py"]
    assert len(analysis.dropped) == 3


def test_who_needs_all_files_sees_them_all_at_once() -> None:
    analysis = analyze([Told(by_file=False)], files("a.py", "b.py"), processes=2)

    assert processes(analysis) == 1
    assert len(analysis.findings) == 2


def in_a_copy(act: Callable[[], object]) -> Callable[[], object]:
    here = os.getpid()
    return lambda: None if os.getpid() == here else act()


def fail() -> None:
    raise ValueError("not in a copy")


@pytest.mark.parametrize(
    "act", [fail, lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: os._exit(0)]
)
def test_what_a_copy_does_not_answer_its_original_does(act: Callable[[], object]) -> None:
    analysis = analyze([Told(in_a_copy(act))], files("a.py", "b.py", "c.py"), processes=3)

    assert told(analysis) == ["a.py", "b.py", "c.py"]
    assert processes(analysis) == 1
    assert_nobody_is_left()


def test_an_interrupt_is_the_originals_to_answer() -> None:
    analysis = analyze(
        [Told(in_a_copy(lambda: os.kill(os.getpid(), signal.SIGINT)))],
        files("a.py", "b.py"),
        processes=2,
    )

    assert processes(analysis) == 2


def test_what_fails_in_the_original_too_is_raised() -> None:
    with pytest.raises(ValueError, match="not in a copy"):
        analyze([Told(fail)], files("a.py", "b.py"), processes=2)

    assert_nobody_is_left()


def test_without_processes_to_be_had_it_goes_on_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left() -> int:
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", none_left)

    analysis = analyze([Told()], files("a.py", "b.py"), processes=2)

    assert (told(analysis), processes(analysis)) == (["a.py", "b.py"], 1)


def test_beside_other_threads_no_copy_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(4))
    assert processes(analyze([Told()], files("a.py", "b.py"))) == 2

    end = threading.Event()
    other = threading.Thread(target=end.wait)
    other.start()
    try:
        assert processes(analyze([Told()], files("a.py", "b.py"))) == 1
    finally:
        end.set()
        other.join()


def test_shares_are_of_about_the_same_size_and_keep_languages_together() -> None:
    sizes = [("py", 9), ("go", 5), ("py", 2), ("go", 6), ("java", 1), ("py", 1)]
    given = [
        source(f"{number}.{ending}", "x" * (size * WORTH_A_COPY // 4))
        for number, (ending, size) in enumerate(sizes)
    ]

    shares = shared_out(given, 2)

    assert [[one.path for one in share] for share in shares] == [
        ["1.go", "3.go", "4.java"],
        ["0.py", "2.py", "5.py"],
    ]


@pytest.mark.parametrize(("size", "number", "most"), [(10, 50, 8), (WORTH_A_COPY, 1, 8)])
def test_a_small_change_is_not_shared_out(size: int, number: int, most: int) -> None:
    given = [source(f"{n}.py", "x" * size) for n in range(number)]

    assert shared_out(given, most) == [given]


def test_no_share_is_empty() -> None:
    given = [source(f"{size}.py", "x" * size) for size in (1, 2, 90 * WORTH_A_COPY)]

    assert [len(share) for share in shared_out(given, 3)] == [2, 1]


def test_analyzers_say_how_they_may_be_asked() -> None:
    shared = {one.name for one in load(MODULES, Settings()) if one.by_file}

    assert shared == {"patterns", "secrets", "complexity", "documentation"}
