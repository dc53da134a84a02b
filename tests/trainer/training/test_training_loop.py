"""The loop: limits, validation, memory, and what ends it before its time."""

from __future__ import annotations

import math
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from coderasst_hook.errors import ConfigurationError, StoreError, TrainingFailed
from testing import training_runs
from testing.training_runs import PLAN, trained
from trainer.run_folder import RunFolder
from trainer.training import capabilities, losses, optimisers
from trainer.training.packing import PackedRows, Sample, pack
from trainer.training.plan import Plan, Progress
from trainer.training.schedules import rate_at


def lines(folder: Path, name: str = "loss") -> list[float]:
    return [line[name] for line in RunFolder(folder).measured() if name in line]


def test_it_learns_and_tells_how(tmp_path: Path) -> None:
    told: list[Progress] = []
    outcome, _ = trained(tmp_path, watch=told.append)
    found = lines(tmp_path)
    assert found[-1] < 0.7 * found[0]
    assert outcome.stopped == "done"
    assert outcome.best is not None
    assert outcome.best == min(lines(tmp_path, "validation loss"))
    assert outcome.loss == found[-1]
    rows = training_runs.rows()
    assert outcome.tokens >= 2 * sum(map(len, rows.rows))
    assert [one.step for one in told] == list(range(1, outcome.steps + 1))
    assert told[-1].share == 1.0
    assert told[-1].seconds_left == 0.0
    assert list((tmp_path / "tensorboard").iterdir())


@pytest.mark.parametrize("at_once", [1, 2])
def test_what_is_computed_at_once_does_not_change_what_is_learned(
    tmp_path: Path, at_once: int
) -> None:
    trained(tmp_path / "whole", masked=True, validated=False)
    trained(tmp_path / "parts", replace(PLAN, at_once=at_once), masked=True, validated=False)
    assert lines(tmp_path / "parts") == pytest.approx(lines(tmp_path / "whole"), rel=1e-3)


def test_the_tokens_end_it(tmp_path: Path) -> None:
    outcome, _ = trained(tmp_path, replace(PLAN, epochs=50, max_tokens=900, validations=3))
    assert outcome.stopped == "max-tokens"
    assert 900 <= outcome.tokens < 900 + 4 * 32
    rates = lines(tmp_path, "learning rate")
    assert rates[-1] < 0.3 * max(rates)
    assert len(lines(tmp_path, "validation loss")) == 3


def test_the_clock_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from trainer.training import packed_trainer

    ticks = iter(range(1000))
    monkeypatch.setattr(packed_trainer, "monotonic", lambda: float(next(ticks)))
    outcome, _ = trained(tmp_path, replace(PLAN, epochs=100, max_seconds=10.0))
    assert outcome.stopped == "max-seconds"
    assert outcome.seconds == 10.0
    assert lines(tmp_path, "learning rate")[-1] < 0.3 * PLAN.learning_rate


def test_the_best_weights_stay_when_it_gets_worse(tmp_path: Path) -> None:
    # At this rate the loss falls, and rises again.
    plan = replace(PLAN, epochs=40, validate_steps=2, patience=3, learning_rate=0.3, warm_up=0.5)
    outcome, model = trained(tmp_path, plan)
    assert outcome.stopped == "no better"
    assert outcome.best_step is not None
    assert outcome.best_step < outcome.steps
    validation = training_runs.rows(8, seed=1)
    from trainer.training.rows import IGNORED, batch_of

    batch = batch_of(list(validation.rows), training_runs.PAD, 32)
    with torch.no_grad():
        total = float(losses.summed_loss(model, losses.head_of(model), batch))
    assert total / int((batch["labels"] != IGNORED).sum()) == pytest.approx(outcome.best, rel=1e-4)
    assert (tmp_path / "checkpoints" / "best" / "model.safetensors").exists()


def test_bits_per_byte_are_the_loss_by_the_bytes(tmp_path: Path) -> None:
    from trainer.training.loop import Validation, train
    from trainer.training.model_folder import new_model

    rows = training_runs.rows(8, seed=1)
    targets = sum(int((row.targets >= 0).sum()) for row in rows.rows)
    plan = replace(PLAN, epochs=0.5)
    for name, units in (("nats", None), ("bits", 500)):
        model = new_model(training_runs.SHAPE, 1)
        run = RunFolder(tmp_path / name)
        run.path.mkdir()
        train(model, training_runs.rows(), Validation(rows, units), plan, run, pad=3)
    (nats,) = lines(tmp_path / "nats", "validation loss")
    (bits,) = lines(tmp_path / "bits", "bits per byte")
    assert bits == pytest.approx(nats * targets / math.log(2) / 500)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_the_step_and_the_run_goes_on(
    tmp_path: Path, number: signal.Signals
) -> None:
    trained(tmp_path / "whole")
    former = signal.getsignal(number)

    def interrupt(progress: Progress) -> None:
        if progress.step == 4:
            os.kill(os.getpid(), number)

    outcome, _ = trained(tmp_path / "run", watch=interrupt)
    assert outcome.stopped == "interrupted"
    assert outcome.steps == 5
    assert signal.getsignal(number) == former
    outcome, _ = trained(tmp_path / "run")
    assert outcome.stopped == "done"
    assert outcome.resumed_at == 5
    assert lines(tmp_path / "run") == lines(tmp_path / "whole")
    name = "validation loss"
    assert lines(tmp_path / "run", name) == lines(tmp_path / "whole", name)


def test_a_second_interrupt_does_not_wait(tmp_path: Path) -> None:
    def interrupt(progress: Progress) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path, watch=interrupt)


def test_a_checkpoint_of_another_plan_is_refused(tmp_path: Path) -> None:
    trained(tmp_path)
    with pytest.raises(StoreError, match="belongs to other data or settings"):
        trained(tmp_path, replace(PLAN, learning_rate=2e-2))


def test_what_does_not_matter_to_the_losses_may_change(tmp_path: Path) -> None:
    trained(tmp_path)
    outcome, _ = trained(tmp_path, replace(PLAN, keep=1, log_steps=2))
    assert outcome.resumed_at == outcome.steps


def broken_loss(error: Exception) -> Callable[..., Any]:
    def fail(*given: Any) -> Any:
        raise error

    return fail


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"),
        MemoryError(),
    ],
)
def test_short_memory_names_what_may_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    from trainer.training import packed_trainer

    monkeypatch.setattr(packed_trainer, "summed_loss", broken_loss(error))
    with pytest.raises(TrainingFailed, match="not enough memory for 4 rows of 32") as raised:
        trained(tmp_path)
    assert raised.value.next_step == "compute half of them: set at_once to 2"
    with pytest.raises(TrainingFailed) as raised:
        trained(tmp_path / "one", replace(PLAN, at_once=1))
    assert raised.value.next_step == "choose a smaller preset or a shorter context"


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("PytorchStreamWriter failed writing file: file write failed"),
        OSError(28, "No space left on device"),
    ],
)
def test_a_full_disk_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    from trainer.training.packed_trainer import PackedTrainer

    monkeypatch.setattr(PackedTrainer, "_save_checkpoint", broken_loss(error))
    with pytest.raises(StoreError, match="cannot write"):
        trained(tmp_path)


def test_other_errors_are_not_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from trainer.training import packed_trainer

    monkeypatch.setattr(packed_trainer, "summed_loss", broken_loss(RuntimeError("shapes differ")))
    with pytest.raises(RuntimeError, match="shapes differ"):
        trained(tmp_path)


@pytest.mark.parametrize("log_steps", [1, 100])
def test_a_loss_that_is_no_number_ends_it(tmp_path: Path, log_steps: int) -> None:
    plan = replace(PLAN, learning_rate=1e30, clip=1e30, log_steps=log_steps)
    with pytest.raises(TrainingFailed, match="no number any more at step") as raised:
        trained(tmp_path, plan)
    assert raised.value.next_step is not None
    assert "lower the learning rate" in raised.value.next_step


def test_unknown_tokens_and_rows_that_are_too_long_are_refused(tmp_path: Path) -> None:
    strange = pack([Sample([7, 64], [True, True])], 32)
    with pytest.raises(ConfigurationError, match="has token 64, but the model knows 64"):
        trained(tmp_path, rows=strange)
    long = pack([Sample([7] * 40, [True] * 40)], 40)
    with pytest.raises(ConfigurationError, match="longer than the model reads: 32"):
        trained(tmp_path, rows=long)
    with pytest.raises(ConfigurationError, match="nothing to train on"):
        trained(tmp_path, rows=PackedRows((), 32))


def test_bf16_learns_as_well(tmp_path: Path) -> None:
    outcome, model = trained(tmp_path, replace(PLAN, precision="on"))
    assert lines(tmp_path)[-1] < 0.7 * lines(tmp_path)[0]
    assert all(one.dtype == torch.float32 for one in model.parameters())
    assert outcome.settings is not None
    assert outcome.settings["precision"] == "bf16 autocast"
    # Autocast was for training: the model computes as it did before.
    assert model(torch.tensor([[7]])).logits.dtype == torch.float32


def test_compiled_it_learns_the_same(tmp_path: Path) -> None:
    plan = replace(PLAN, epochs=0.25)
    how = {"masked": True, "validated": False}
    trained(tmp_path / "eager", plan, **how)
    outcome, model = trained(tmp_path / "compiled", replace(plan, compile="on"), **how)
    assert outcome.settings is not None
    assert outcome.settings["compiled"] == "yes"
    assert lines(tmp_path / "compiled") == pytest.approx(lines(tmp_path / "eager"), rel=1e-4)
    assert model.model._compiled_call_impl is None
    assert model.config._attn_implementation == "sdpa"


def test_weights_of_zero_width_are_not_decayed() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.LayerNorm(4))
    made = optimisers.optimiser(model, PLAN)
    decayed = {
        parameter.ndim: group["weight_decay"]
        for group in made.param_groups
        for parameter in group["params"]
    }
    assert decayed == {1: 0.0, 2: PLAN.weight_decay}


def test_muon_takes_the_matrices_of_layers_and_one_schedule(tmp_path: Path) -> None:
    plan = replace(PLAN, optimiser="muon")
    trained(tmp_path, plan)
    found = lines(tmp_path)
    assert found[-1] < 0.7 * found[0]
    from trainer.training.model_folder import new_model

    made = optimisers.optimiser(new_model(training_runs.SHAPE, 1), plan)
    kinds = [type(part).__name__ for part in made.parts]  # type: ignore[attr-defined]
    assert kinds == ["Muon", "AdamW"]
    for group in made.param_groups:
        group["lr"] = 0.5
    assert all(g["lr"] == 0.5 for part in made.parts for g in part.param_groups)  # type: ignore[attr-defined]


def test_muon_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(torch.optim, "Muon")
    model = torch.nn.Linear(2, 2)
    with pytest.raises(ConfigurationError, match="has no Muon"):
        optimisers.optimiser(model, replace(PLAN, optimiser="muon"))
    made = optimisers.optimiser(model, replace(PLAN, optimiser="auto"))
    assert isinstance(made, torch.optim.AdamW)


@pytest.mark.parametrize("schedule", ["cosine", "wsd"])
def test_the_rate_rises_and_falls(schedule: Any) -> None:
    plan = replace(PLAN, schedule=schedule, warm_up=0.1, decay=0.2, final_rate=0.1)
    rates = [rate_at(share, plan) for share in np.linspace(0, 1, 101)]
    assert rates[0] == 0.0
    assert max(rates) == rates[10] == 1.0
    assert rates[-1] == pytest.approx(0.1)
    assert rates[100] == rate_at(1.7, plan)
    assert all(later <= earlier for earlier, later in pairwise(rates[10:]))
    assert (rates[79] == 1.0) == (schedule == "wsd")


class TestAuto:
    def plan(self, **others: Any) -> Plan:
        return replace(PLAN, precision="auto", compile="auto", **others)

    def test_short_trainings_are_not_compiled(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(capabilities.shutil, "which", lambda name: "/usr/bin/c++")
        assert capabilities.use_compile(self.plan(), 1e15)
        assert not capabilities.use_compile(self.plan(), 1e12)
        assert not capabilities.use_compile(self.plan(max_seconds=60.0), 1e15)
        assert capabilities.use_compile(replace(PLAN, compile="on"), 0)
        assert not capabilities.use_compile(replace(PLAN, compile="off"), 1e15)

    def test_nothing_is_compiled_without_a_compiler(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(capabilities.shutil, "which", lambda name: None)
        assert not capabilities.use_compile(self.plan(), 1e15)

    def test_bf16_goes_by_the_processor(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for told in (True, False):
            monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda told=told: told)
            assert capabilities.use_bf16(self.plan()) is told
        assert capabilities.use_bf16(replace(PLAN, precision="on"))

    @pytest.mark.parametrize(
        ("batch", "context", "rows"),
        [(16, 512, 4), (6, 512, 3), (7, 512, 1), (4, 4096, 1), (2, 8, 2)],
    )
    def test_rows_at_once_divide_the_batch(self, batch: int, context: int, rows: int) -> None:
        assert capabilities.at_once(batch, context) == rows
