"""The training loop, for base models and finetuning alike: transformers' ``Trainer`` with rows that
are packed, a loss that is computed only where there is a target, and a run that survives its death.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from contextlib import nullcontext
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

from coderasst_hook.errors import ConfigurationError, StoreError
from trainer.run_folder import RunFolder
from trainer.training import capabilities
from trainer.training.checkpoints import BEST, Checkpoint, Standing, newest
from trainer.training.failures import Interruption, failures_told
from trainer.training.losses import compiled_entropies
from trainer.training.order import Ordered, fingerprint
from trainer.training.plan import Outcome, Plan, Progress
from trainer.training.rows import Rows
from trainer.training.scoring import Validation

if TYPE_CHECKING:
    from transformers import PreTrainedModel

__all__ = ["Validation", "Watch", "train"]

Watch = Callable[[Progress], None]

_NOT_LEARNING = frozenset({"log_steps", "checkpoint_steps", "checkpoint_seconds", "keep"})
"""Keys of a plan that may change while a run goes on."""


def train(
    model: PreTrainedModel,
    rows: Rows,
    validation: Validation | None,
    plan: Plan,
    run: RunFolder,
    *,
    pad: int,
    watch: Watch | None = None,
) -> Outcome:
    """Train ``model`` on ``rows`` in place; behind it, it has the weights of the best validation,
    or the last ones where there is none. (Sharded by FSDP, a process has only its part: the folder
    ``checkpoints/best`` of the run has all of them, always.) Anything that transformers' causal
    models are may be trained, one with adapters (PEFT) included: parameters that need no gradient
    stay as they are.

    ``pad`` is the id that fills what is left of rows. ``run`` gets ``metrics.jsonl`` (a line for
    each logged step, and for each validation), ``tensorboard/`` and ``checkpoints/``; where it has
    a whole checkpoint of the same plan and rows already, training goes on from there: the losses
    are those of a run that was never stopped. ``watch`` is told of each logged step.

    An interrupt or SIGTERM ends the step, writes a checkpoint, and the outcome says "interrupted".
    Under ``torchrun`` or ``accelerate launch`` each process calls this with the same arguments.

    Raises ``TrainingFailed`` when memory is short (naming a batch that may fit) or the loss is no
    number, ``ConfigurationError`` when a row has a token that the model does not know, and
    ``StoreError`` when the disk is full or a checkpoint belongs to another plan.
    """
    from trainer.training.packed_trainer import PackedTrainer, arguments
    from trainer.training.steps import Steps

    _check(model, rows)
    at_once = plan.at_once or capabilities.at_once(plan.batch, rows.context)
    key = _key(model, rows, plan)
    checkpoint = _going_on(run, key)
    standing = checkpoint.standing if checkpoint else Standing()
    bf16 = capabilities.use_bf16(plan)
    compiles = capabilities.use_compile(plan, _planned_flop(model, rows, plan))
    with (
        failures_told(at_once, rows.context),
        Interruption() as interruption,
        capabilities.compiled(model, rows.context) if compiles else nullcontext(),
    ):
        # Steps are counted once the number of processes is known.
        made = arguments(run.checkpoints, plan, steps=1, at_once=at_once, bf16=bf16)
        width = plan.batch * made.world_size
        made.max_steps = max(1, math.ceil(plan.epochs * len(rows) / width))
        trainer = PackedTrainer(
            model,
            made,
            Ordered(rows, made.max_steps * width, plan.seed),
            plan,
            standing,
            context=rows.context,
            pad=pad,
            compiled=compiled_entropies(model) if compiles else None,
        )
        steps = Steps(
            trainer,
            plan,
            run,
            validation,
            key=key,
            at_once=at_once,
            pad=pad,
            watch=watch,
            interruption=interruption,
        )
        try:
            steps.run(checkpoint)
        finally:
            # Autocast was for training alone.
            trainer.accelerator.unwrap_model(trainer.model_wrapped, keep_fp32_wrapper=False)
    settings = {
        "device": made.device.type,
        "processes": str(made.world_size),
        "precision": "bf16 autocast" if bf16 else "fp32",
        "compiled": "yes" if compiles else "no",
        "rows at once": str(at_once),
    }
    return steps.outcome(checkpoint.step if checkpoint else 0, settings)


def best_weights(run: RunFolder) -> str:
    """The folder with the weights that training has ended with."""
    return str(run.checkpoints / BEST)


def _check(model: PreTrainedModel, rows: Rows) -> None:
    if not len(rows):
        raise ConfigurationError("there is nothing to train on: no row has a token")
    size = int(cast(Any, model).get_input_embeddings().num_embeddings)
    probe = max(1, len(rows) // 64)
    largest = max(int(rows[index].ids.max()) for index in range(0, len(rows), probe))
    if largest >= size:
        raise ConfigurationError(
            f"the data has token {largest:,}, but the model knows {size:,} tokens alone",
            next_step="use the tokenizer that the model was made with",
        )
    context = getattr(model.config, "max_position_embeddings", None)
    if context is not None and rows.context > context:
        raise ConfigurationError(
            f"rows of {rows.context:,} tokens are longer than the model reads: {context:,}"
        )


def _key(model: PreTrainedModel, rows: Rows, plan: Plan) -> str:
    """Of everything that the losses depend on, but for the first weights."""
    learning = {name: one for name, one in plan.to_json().items() if name not in _NOT_LEARNING}
    shapes = [(name, list(one.shape)) for name, one in model.named_parameters()]
    told = json.dumps([learning, shapes, fingerprint(rows)], sort_keys=True)
    return sha256(told.encode()).hexdigest()


def _going_on(run: RunFolder, key: str) -> Checkpoint | None:
    checkpoint = newest(run.checkpoints)
    if checkpoint is not None and checkpoint.key != key:
        raise StoreError(
            f"{checkpoint.path} belongs to other data or settings",
            next_step="start a new run",
        )
    return checkpoint


def _planned_flop(model: PreTrainedModel, rows: Rows, plan: Plan) -> float:
    tokens = plan.epochs * len(rows) * rows.context
    if plan.max_tokens:
        tokens = min(tokens, plan.max_tokens)
    return 6.0 * sum(one.numel() for one in model.parameters()) * tokens
