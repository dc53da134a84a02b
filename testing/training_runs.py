"""Trainings of a model that is as small as can be: some ten thousand parameters, random tokens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from trainer.run_folder import RunFolder
from trainer.training.packing import PackedRows, Sample, pack
from trainer.training.plan import Outcome, Plan
from trainer.training.presets import Shape

SHAPE = Shape(32, 1, 32, 2, 2, 64, 32)
PAD = 3
PLAN = Plan(
    seed=5,
    batch=4,
    epochs=2.0,
    learning_rate=1e-2,
    precision="off",
    compile="off",
    log_steps=1,
    validate_steps=5,
    checkpoint_steps=3,
    checkpoint_seconds=None,
)


def rows(count: int = 48, seed: int = 0, masked: bool = False) -> PackedRows:
    """Of samples that can be learned: each token follows from the one before."""
    rng = np.random.default_rng(seed)
    samples = []
    for _ in range(count):
        length = int(rng.integers(4, SHAPE.context + 1))
        ids = (7 + (int(rng.integers(57)) + 3 * np.arange(length)) % 57).tolist()
        learned = [not masked or place >= length - 3 for place in range(length)]
        samples.append(Sample(ids, learned, 1.0 if not masked else float(rng.uniform(0.1, 1))))
    return pack(samples, SHAPE.context)


def trained(
    folder: Path, plan: Plan = PLAN, *, validated: bool = True, masked: bool = False, **others: Any
) -> tuple[Outcome, Any]:
    """In the run folder ``folder``, with one thread; the outcome and the model."""
    import torch

    from trainer.training.loop import Validation, train
    from trainer.training.model_folder import new_model

    torch.set_num_threads(1)
    folder.mkdir(parents=True, exist_ok=True)
    model = new_model(SHAPE, plan.seed)
    validation = Validation(rows(8, seed=1, masked=masked)) if validated else None
    learned = others.pop("rows") if "rows" in others else rows(masked=masked)
    outcome = train(model, learned, validation, plan, RunFolder(folder), pad=PAD, **others)
    return outcome, model


def run_alone(folder: str, optimiser: str = "adamw") -> None:
    """What a process of its own does; the weights it ends with are in ``final.safetensors``."""
    from safetensors.torch import save_file

    plan = replace(PLAN, optimiser=optimiser)  # type: ignore[arg-type]
    _, model = trained(Path(folder), plan, masked=True)
    weights = {name: one.clone() for name, one in model.state_dict().items()}
    save_file(weights, Path(folder) / "final.safetensors")
