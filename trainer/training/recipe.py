"""What the settings ask for: a shape, and a plan to train it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from coderasst_hook.errors import ConfigurationError
from trainer.config_training import BaseSettings
from trainer.training.optimisers import use_muon
from trainer.training.plan import Optimiser, Plan
from trainer.training.presets import PRESETS, Shape


@dataclass(frozen=True, slots=True)
class Pace:
    """Of a preset: rows of a step, and the highest learning rates. Larger models take larger steps
    of smaller changes (Brown et al., 2020, table 2.1)."""

    batch: int
    learning_rate: float
    muon_learning_rate: float
    """Muon bears more. Measured for "nano"; of the same proportion for the others."""


PACES: dict[str, Pace] = {
    "tiny": Pace(8, 3e-3, 7.5e-3),
    "nano": Pace(16, 2e-3, 5e-3),
    "small": Pace(32, 1e-3, 2.5e-3),
    "medium": Pace(128, 6e-4, 1.5e-3),
    "large": Pace(256, 4e-4, 1e-3),
}


def shape_of(settings: BaseSettings) -> Shape:
    preset = PRESETS[settings.preset]
    shape = replace(
        preset,
        vocabulary=settings.vocabulary or preset.vocabulary,
        context=settings.context or preset.context,
    )
    if shape.context < 2:
        raise ConfigurationError("base.context must be at least 2 tokens")
    return shape


def plan_of(settings: BaseSettings, rows: int, *, sharded: bool = False) -> Plan:
    """``rows`` that there are to train on; ``sharded``: whether FSDP divides the model. Raises
    ``ConfigurationError``."""
    pace = PACES[settings.preset]
    batch = settings.batch or min(pace.batch, max(1, rows))
    if settings.at_once and batch % settings.at_once:
        raise ConfigurationError(
            f"base.at_once is {settings.at_once}, which does not divide the {batch} rows of a step"
        )
    optimiser: Optimiser = "muon" if use_muon(settings.optimiser, sharded=sharded) else "adamw"
    return Plan(
        seed=settings.seed,
        batch=batch,
        at_once=settings.at_once or None,
        epochs=settings.epochs,
        max_tokens=settings.max_tokens or None,
        max_seconds=settings.max_seconds or None,
        optimiser=optimiser,
        learning_rate=settings.learning_rate
        or (pace.muon_learning_rate if optimiser == "muon" else pace.learning_rate),
        schedule=settings.schedule,
        warm_up=settings.warm_up,
        weight_decay=settings.weight_decay,
        clip=settings.clip,
        precision=settings.precision,
        compile=settings.compile,
        log_steps=settings.log_steps,
        validations=settings.validations,
        patience=settings.patience or None,
        checkpoint_steps=settings.checkpoint_steps or None,
        checkpoint_seconds=settings.checkpoint_seconds,
        keep=settings.keep,
    )
