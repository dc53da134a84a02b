"""A run that is killed, again and again, makes the losses of one that never was."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import load_file

from testing import training_runs
from trainer.run_folder import RunFolder
from trainer.training import checkpoints

KILLS = 5
STARTS = 40


@pytest.fixture(scope="module")
def processes() -> Any:
    """Forked from one that has the libraries loaded, and has computed nothing."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["trainer.training.packed_trainer", "testing.training_runs", "torch.utils.tensorboard"]
    )
    return context


def curve(folder: Path) -> list[dict[str, Any]]:
    """All that was measured, but for times."""
    timed = {"seconds", "tokens per second"}
    return [
        {name: value for name, value in line.items() if name not in timed}
        for line in RunFolder(folder).measured()
    ]


@pytest.mark.parametrize("optimiser", ["adamw", "muon"])
def test_a_killed_run_goes_on_on_the_same_curve(
    processes: Any, tmp_path: Path, optimiser: str
) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    reference = processes.Process(target=training_runs.run_alone, args=(str(whole), optimiser))
    reference.start()
    reference.join()
    assert reference.exitcode == 0
    steps = [line["step"] for line in curve(whole) if "loss" in line]
    assert steps == list(range(1, len(steps) + 1))
    assert len(steps) >= 15

    rng = random.Random(optimiser)
    kills = 0
    starts = 0
    while not (killed / "final.safetensors").exists():
        starts += 1
        assert starts < STARTS, "it does not get on"
        process = processes.Process(target=training_runs.run_alone, args=(str(killed), optimiser))
        process.start()
        if kills < KILLS:
            kills += kill_at_random(process, killed, rng)
        process.join()
        if kills == KILLS:
            assert process.exitcode in (0, -signal.SIGKILL)

    assert kills >= 3
    assert curve(killed) == curve(whole)
    expected, found = (load_file(folder / "final.safetensors") for folder in (whole, killed))
    assert all((expected[name] == found[name]).all() for name in expected)


def kill_at_random(process: Any, folder: Path, rng: random.Random) -> bool:
    """Once it has written some, and a random moment later; whether it was alive then."""
    before = size(folder)
    while process.is_alive() and size(folder) <= before:
        process.join(0.005)
    process.join(rng.uniform(0, 0.15))
    alive = process.is_alive()
    process.kill()
    return bool(alive)


def size(folder: Path) -> int:
    path = folder / "metrics.jsonl"
    return path.stat().st_size if path.exists() else 0


def test_a_half_written_checkpoint_is_never_taken(tmp_path: Path) -> None:
    training_runs.trained(tmp_path)
    found = checkpoints.newest(tmp_path / "checkpoints")
    assert found is not None
    (older,) = (
        path for path in (tmp_path / "checkpoints").glob("checkpoint-*") if path != found.path
    )
    with (found.path / "optimizer.pt").open("r+b") as file:
        file.truncate(100)
    again = checkpoints.newest(tmp_path / "checkpoints")
    assert again is not None
    assert again.path == older
    (older / "complete.json").unlink()
    assert checkpoints.newest(tmp_path / "checkpoints") is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"files": {}}', '{"files": [], "key": "k"}'])
def test_a_damaged_seal_is_none(tmp_path: Path, content: str) -> None:
    folder = tmp_path / "checkpoint-3"
    folder.mkdir()
    checkpoints.seal(folder, "key", checkpoints.Standing(tokens=5))
    found = checkpoints.newest(tmp_path)
    assert found is not None
    assert found.standing.tokens == 5
    (folder / "complete.json").write_text(content)
    assert checkpoints.newest(tmp_path) is None


def test_pruning_keeps_the_last_whole_ones(tmp_path: Path) -> None:
    for step in (1, 2, 10, 11):
        folder = tmp_path / f"checkpoint-{step}"
        folder.mkdir()
        if step != 11:
            checkpoints.seal(folder, "key", checkpoints.Standing())
    (tmp_path / "best").mkdir()
    (tmp_path / "checkpoint-notes").mkdir()
    checkpoints.prune(tmp_path, 2)
    assert sorted(os.listdir(tmp_path)) == [
        "best",
        "checkpoint-10",
        "checkpoint-2",
        "checkpoint-notes",
    ]


def test_a_run_that_has_ended_is_not_made_again(tmp_path: Path) -> None:
    import torch

    outcome, model = training_runs.trained(tmp_path)
    measured = curve(tmp_path)
    again, same = training_runs.trained(tmp_path)
    assert again.stopped == outcome.stopped == "done"
    assert again.resumed_at == outcome.steps == again.steps
    assert curve(tmp_path) == measured
    for one, other in zip(model.parameters(), same.parameters(), strict=True):
        assert torch.equal(one, other)


def test_without_its_last_checkpoint_it_repeats_the_end(tmp_path: Path) -> None:
    training_runs.trained(tmp_path)
    measured = curve(tmp_path)
    last = checkpoints.newest(tmp_path / "checkpoints")
    assert last is not None
    shutil.rmtree(last.path)
    again, _ = training_runs.trained(tmp_path)
    assert 0 < again.resumed_at < again.steps
    assert curve(tmp_path) == measured
