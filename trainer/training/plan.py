"""How long and how fast a model learns, as one value; and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Schedule = Literal["cosine", "wsd"]
Switch = Literal["auto", "on", "off"]
Optimiser = Literal["auto", "adamw", "muon"]
Stopped = Literal["done", "max-seconds", "max-tokens", "no better", "interrupted"]


@dataclass(frozen=True, slots=True)
class Plan:
    """Training ends with the first limit that is reached: ``epochs``, ``max_tokens``,
    ``max_seconds``. The learning rate follows the limit that will be reached first."""

    seed: int
    batch: int
    """Rows that one device learns from in one step."""
    at_once: int | None = None
    """Of these, the rows that are computed at once, a divisor of ``batch``: it decides about memory
    and speed, not about what is learned. None takes what suits the device."""
    epochs: float = 1.0
    max_tokens: int | None = None
    max_seconds: float | None = None
    """Of training alone, over all times that the run went on. How far it gets then depends on the
    machine; under the other limits alone, the same plan always makes the same losses."""
    optimiser: Optimiser = "adamw"
    """"auto": Muon, where torch has it and FSDP shards nothing. From nothing, "nano" came to 3.95
    nats a token on held-out code with it, and to 4.87 with AdamW, each at the better of two rates,
    after the same 600,000 tokens and 7 % more time. Models of others were trained with AdamW."""
    learning_rate: float = 1e-3
    schedule: Schedule = "cosine"
    warm_up: float = 0.02
    """Part of the training in which the learning rate rises."""
    decay: float = 0.2
    """Part at the end in which it falls, under "wsd"."""
    final_rate: float = 0.0
    """Where it ends, as a part of ``learning_rate``: at a tenth of it, 30 of 3,200 steps changed
    the F1 of a review by 0.04: to zero, as in Bergsma et al., "Straight to zero" (2025)."""
    weight_decay: float = 0.1
    """Of matrices; never of norms and biases."""
    clip: float = 1.0
    """Largest norm of all gradients together."""
    precision: Switch = "auto"
    """bf16 autocast: "auto" where the processor or the GPU computes in it."""
    compile: Switch = "auto"
    log_steps: int = 10
    validate_steps: int | None = 200
    validations: int | None = None
    """Instead of ``validate_steps``: how often over the whole training, whichever limit ends it."""
    patience: int | None = None
    """Validations in a row without a better one, after which it stops."""
    checkpoint_steps: int | None = None
    checkpoint_seconds: float | None = 600.0
    keep: int = 2
    """Checkpoints, besides the best one."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands, for people and for the log."""

    step: int
    tokens: int
    """That were learned from, padding not counted."""
    seconds: float
    share: float
    """Of the whole training, 0 to 1."""
    loss: float
    """Of the last steps, in nats a token."""
    learning_rate: float
    tokens_per_second: float
    best: float | None = None
    """Of the validations."""

    @property
    def seconds_left(self) -> float | None:
        """Estimated; None before there is anything to go by."""
        return self.seconds / self.share - self.seconds if self.share > 0 else None


@dataclass(frozen=True, slots=True)
class Outcome:
    stopped: Stopped
    steps: int
    tokens: int
    seconds: float
    loss: float
    """The mean of the last steps', in nats a token."""
    best: float | None = None
    """The best validation, in the unit of ``Validation``."""
    best_step: int | None = None
    resumed_at: int = 0
    """The step from which this went on; 0 for a run in one piece."""
    settings: Mapping[str, str] | None = None
    """What "auto" has become."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)
