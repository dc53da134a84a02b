"""The same input makes the same bytes, whatever runs the stages and however often it is killed."""

from __future__ import annotations

import os
import random
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from coderasst_hook.errors import ConfigurationError, PreparationIncomplete
from testing.dying import Dying
from testing.raw_documents import gather_library, tree
from trainer.config import ClusterSettings, TrainerSettings
from trainer.corpus.executors import executor
from trainer.corpus.layout import Job
from trainer.corpus.pipeline import Outcome

Run = Callable[..., Outcome]


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_the_number_of_workers_changes_nothing(
    library: Path, expected: dict[str, str], run: Run, tmp_path: Path, workers: int
) -> None:
    run(raw=library, workers=workers)
    assert tree(tmp_path / "processed") == expected


def test_ray_makes_the_same(run: Run, tmp_path: Path) -> None:
    gather_library(tmp_path / "raw", files=12)
    run(work=str(tmp_path / "alone" / "work"), processed=str(tmp_path / "alone" / "processed"))
    command = _command(tmp_path, "--workers", "2", "--executor", "ray")
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    told = [line.partition(":")[0] for line in done.stderr.splitlines()]
    assert (done.returncode, told[-3:]) == (0, ["duplicates", "outputs", "report"])
    assert tree(tmp_path / "processed") == tree(tmp_path / "alone" / "processed")


def test_what_fails_on_ray_is_told(tmp_path: Path) -> None:
    raw = tmp_path / "raw" / "files" / "library"
    raw.mkdir(parents=True)
    (raw / "state.json").write_text("{}")
    (raw / "documents-00000.jsonl").write_text("{}\n")
    command = _command(tmp_path, "--workers", "1", "--executor", "ray")
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 2
    assert "documents-00000.jsonl, line 1, is not a document" in done.stderr
    assert "Traceback" not in done.stderr


SBATCH = """#!{python}
# Slurm as far as datatrove asks for it: every task of the array, at once and in order.
import os, re, subprocess, sys
script = open(sys.argv[-1]).read()
folder = "{folder}"
number = len(os.listdir(folder)) + 1
open(os.path.join(folder, str(number)), "w").write("\\n".join(sys.argv) + "\\n" + script)
array = re.search(r"--array=0-(\\d+)", script)
for task in range(int(array[1]) + 1 if array and "merge_stats" not in script else 0):
    environment = {{**os.environ, "SLURM_ARRAY_TASK_ID": str(task), "SLURM_NODELIST": "here"}}
    subprocess.run(["bash", "-c", script], env=environment, check=True, capture_output=True)
print("Submitted batch job", number)
"""


@pytest.fixture
def slurm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``sbatch``, ``srun`` and ``scontrol`` on PATH; the folder of what was submitted."""
    bin_folder, jobs = tmp_path / "bin", tmp_path / "jobs"
    bin_folder.mkdir()
    jobs.mkdir()
    scripts = {
        "sbatch": SBATCH.format(python=sys.executable, folder=jobs),
        "srun": '#!/bin/sh\nwhile [ "$1" != launch_pickled_pipeline ]; do shift; done\nexec "$@"\n',
        "scontrol": "#!/bin/sh\necho here\n",
    }
    for name, text in scripts.items():
        path = bin_folder / name
        path.write_text(text)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    scripts_of_python = Path(sys.executable).parent
    monkeypatch.setenv("PATH", f"{bin_folder}:{scripts_of_python}:{os.environ['PATH']}")
    return jobs


def test_slurm_makes_the_same(
    run: Run, tmp_path: Path, slurm: Path, settings: TrainerSettings
) -> None:
    gather_library(tmp_path / "raw", files=12)
    run(work=str(tmp_path / "alone" / "work"), processed=str(tmp_path / "alone" / "processed"))
    cluster = ClusterSettings(slurm_partition="short")
    outcome = run(executor="slurm", chosen=settings.model_copy(update={"cluster": cluster}))
    assert outcome.tally is None
    assert tree(tmp_path / "processed") == tree(tmp_path / "alone" / "processed")
    submitted = [path.read_text() for path in sorted(slurm.iterdir(), key=lambda p: int(p.name))]
    stages = [text for text in submitted if "merge_stats" not in text]
    assert ["--partition=short" in text for text in stages] == [True] * 4
    # Each waits for the one before it.
    assert ["--dependency=afterok:" in text for text in stages] == [False, True, True, True]


def test_slurm_needs_a_partition(library: Path, run: Run) -> None:
    with pytest.raises(ConfigurationError, match="Slurm needs a partition"):
        run(raw=library, executor="slurm")


def test_a_worker_that_is_killed_ends_the_run_and_says_so(tmp_path: Path) -> None:
    places = (str(tmp_path / name) for name in ("raw", "work", "processed"))
    job = Job(*places, TrainerSettings(), (), (), "key")
    made = executor(Dying(job), 3, ClusterSettings(), workers=2)
    with pytest.raises(PreparationIncomplete, match="a worker process was killed"):
        made.run()


COMMAND = "import sys; from trainer.cli import main; sys.argv[0] = 'coderasst-train'; main()"


@pytest.mark.parametrize("workers", [1, 2])
def test_killed_at_any_moment_it_goes_on_without_loss(
    library: Path, expected: dict[str, str], tmp_path: Path, workers: int
) -> None:
    (tmp_path / "raw").symlink_to(library)
    command = _command(tmp_path, "--workers", str(workers))
    moments = random.Random(workers)
    killed = 0
    patience = 0.3
    while _is_killed(command, patience * moments.uniform(0.2, 1)):
        killed += 1
        # Long enough in the end to get behind the imports, whatever the machine.
        patience *= 1.35
    assert killed >= 3
    assert tree(tmp_path / "processed") == expected
    assert not list((tmp_path / "work").rglob("*.part"))


def _command(workspace: Path, *options: str) -> list[str]:
    """With the settings of the fixture."""
    config = workspace / "config.json"
    config.write_text('{"preprocess": {"validation_share": 0.1, "test_share": 0.1}}')
    arguments = ["preprocess", "--workspace", str(workspace), "--config", str(config), *options]
    return [sys.executable, "-c", COMMAND, *arguments]


def _is_killed(command: list[str], seconds: float) -> bool:
    """Whether the command had to be killed, with all its processes, before it was done."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    assert process.stderr is not None
    with process.stderr:
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return True
        assert code == 0, process.stderr.read().decode()
        return False


def test_a_kill_between_any_two_files_changes_nothing(
    library: Path,
    expected: dict[str, str],
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The last stage puts many files in their place; here it dies before each of them in turn."""
    from trainer.corpus import finishing, storage

    class Killed(BaseException):
        pass

    moved = storage.move
    written = storage.replacing
    deaths = 0
    calls = 0

    def die(*arguments: object) -> None:
        nonlocal calls
        calls += 1
        if calls > deaths:
            raise Killed

    def move(*arguments: object) -> None:
        die()
        moved(*arguments)  # type: ignore[arg-type]

    def replacing(*arguments: object) -> object:
        die()
        return written(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(finishing, "move", move)
    monkeypatch.setattr(finishing, "replacing", replacing)
    done = False
    while not done:
        calls = 0
        try:
            run(raw=library)
            done = True
        except Killed:
            deaths += 1
            assert deaths < 50
    assert deaths >= 4
    assert tree(tmp_path / "processed") == expected
