"""A run that is killed, at each of its operations on files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from coderasst_hook.errors import StoreError, UsageError
from testing.killing import killed_at
from testing.run_stages import PIECES, Bench, statuses
from trainer.pipeline.lock import only_run

MOST = 500


def test_a_run_that_is_killed_anywhere_ends_as_one_that_was_not(tmp_path: Path) -> None:
    undisturbed = Bench(tmp_path / "undisturbed")
    undisturbed.source("a")
    undisturbed.run()
    made = {name: (undisturbed.root / name).read_bytes() for name in ("one", "two", "three")}
    for operation in range(1, MOST):
        bench = Bench(tmp_path / f"killed-{operation}")
        bench.source("a")
        killed = killed_at(operation, bench.run)
        ended = bench.run()
        assert {name: (bench.root / name).read_bytes() for name in made} == made
        # What one stage has begun is begun once more at most, and what it had is not made again.
        begun = Counter(bench.log)
        assert sum(begun[name] for name in made) <= len(made) + 1
        assert sum(begun.values()) <= len(made) * (1 + PIECES) + 2
        assert bench.run().nothing_done
        if not killed:
            assert ended.nothing_done
            return
    pytest.fail("it had no end")


def test_stages_that_were_recorded_are_not_run_again(tmp_path: Path) -> None:
    """Killed within the second stage, wherever: the first one is not asked again."""
    bench = Bench(tmp_path / "data")
    bench.source("a")
    bench.run(last="one")
    for operation in range(1, MOST):
        killed = killed_at(operation, lambda: bench.run(last="two", first="two", fresh=True))
        assert statuses(bench.run())["one"] == "unchanged"
        if not killed:
            return


def test_a_second_run_is_refused_while_the_first_lives(tmp_path: Path) -> None:
    folder = tmp_path / "work" / "run"
    program = (
        "import sys; from pathlib import Path; from trainer.pipeline.lock import only_run\n"
        "with only_run(Path(sys.argv[1]), Path('data')):\n"
        "    print('has it', flush=True); sys.stdin.read()\n"
    )
    first = subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"has it\n"
        told = f"process {first.pid}.* is at work in data"
        with pytest.raises(UsageError, match=told), only_run(folder, Path("data")):
            pytest.fail("there were two")
        first.send_signal(signal.SIGKILL)
    # Its file is still there, and means nothing.
    assert (folder / "pid").read_text() == f"{first.pid}\n"
    with only_run(folder, Path("data")):
        assert (folder / "pid").read_text() == f"{os.getpid()}\n"


def test_what_goes_wrong_inside_is_not_taken_for_the_lock(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="mine"), only_run(tmp_path, tmp_path):
        raise OSError("mine")
    with only_run(tmp_path, tmp_path):
        pass


def test_a_lock_that_cannot_be_had(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot write"), only_run(tmp_path / "file", tmp_path):
        pytest.fail("it was had")
    (tmp_path / "lock").write_text("this is no database, and long enough to be seen as none" * 9)
    with pytest.raises(StoreError, match="cannot lock"), only_run(tmp_path, tmp_path):
        pytest.fail("it was had")
