"""The folder of a run: whole or not there, also when it is read after a crash."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from coderasst_hook.errors import StoreError
from trainer.run_folder import RunFolder

NOW = datetime(2026, 3, 1, 23, 30, 5, tzinfo=timezone(timedelta(hours=-2)))


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path / "models", "base", now=NOW)


def test_the_name_tells_kind_and_time_in_utc(run: RunFolder) -> None:
    assert run.path.is_dir()
    assert run.id.startswith("base-20260302-013005-")
    assert run.kind == "base"


def test_two_runs_of_one_second_are_two(tmp_path: Path) -> None:
    runs = {RunFolder.create(tmp_path, "base", now=NOW) for _ in range(20)}
    assert len(runs) == 20
    assert set(RunFolder.all(tmp_path, "base")) == runs


def test_runs_are_listed_by_time_and_strangers_are_not(tmp_path: Path) -> None:
    late = RunFolder.create(tmp_path, "base", now=NOW + timedelta(hours=1))
    early = RunFolder.create(tmp_path, "base", now=NOW)
    RunFolder.create(tmp_path, "finetuned", now=NOW)
    (tmp_path / "base-notes").mkdir()
    (tmp_path / "base-20260302-013005-ffff.json").touch()
    assert RunFolder.all(tmp_path, "base") == (early, late)
    assert RunFolder.all(tmp_path / "nowhere", "base") == ()


def test_a_run_without_an_outcome_is_not_finished(run: RunFolder) -> None:
    assert run.read_run() == {}
    run.write_run({"kind": "base", "seed": 17})
    assert not run.is_finished
    run.finish({"stopped": "done"})
    assert run.is_finished
    assert run.read_run() == {"kind": "base", "seed": 17, "outcome": {"stopped": "done"}}


def test_measurements_are_read_back_without_a_torn_line(run: RunFolder) -> None:
    assert list(run.measured()) == []
    run.log({"step": 1, "loss": 2.5})
    run.log({"step": 2, "loss": 2.25})
    with run.metrics.open("ab") as file:
        file.write(b'{"step": 3, "lo')
    assert list(run.measured()) == [{"step": 1, "loss": 2.5}, {"step": 2, "loss": 2.25}]


def test_rewinding_keeps_what_came_before(run: RunFolder) -> None:
    for step in range(5):
        run.log({"step": step})
    run.rewind(lambda line: line["step"] <= 2)
    run.log({"step": 3, "again": True})
    assert [line["step"] for line in run.measured()] == [0, 1, 2, 3]
    assert os.listdir(run.path) == ["metrics.jsonl"]


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_damaged_run_is_named(run: RunFolder, content: bytes) -> None:
    run.run_file.write_bytes(content)
    with pytest.raises(StoreError, match=r"run\.json is damaged"):
        run.read_run()


def test_a_damaged_measurement_is_named_with_its_line(run: RunFolder) -> None:
    run.metrics.write_bytes(b'{"step": 1}\n[]\n{"step": 2}\n')
    with pytest.raises(StoreError, match="line 2, is not a measurement"):
        list(run.measured())


def test_what_the_disk_refuses_is_said(run: RunFolder, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(StoreError, match="cannot make a folder"):
        RunFolder.create(file, "base", now=NOW)
    run.run_file.mkdir()
    run.metrics.mkdir()
    for refused in (run.read_run, lambda: run.write_run({}), lambda: run.log({})):
        with pytest.raises(StoreError, match="cannot"):
            refused()
    with pytest.raises(StoreError, match="cannot read"):
        list(run.measured())


def test_the_places_of_a_run_are_below_it(run: RunFolder) -> None:
    places = (
        *(run.training_report, run.card, run.tensorboard, run.checkpoints),
        *(run.model, run.adapter, run.evaluation, run.export),
    )
    assert {place.parent for place in places} == {run.path}
