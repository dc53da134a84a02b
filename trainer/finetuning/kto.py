"""Training on preferences by TRL's KTO, with what each verdict weighs.

TRL weighs wanted and unwanted answers as two groups; here each answer has a weight of its own. The
model as it was at the start is the reference, so what it knew already is held on to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Protocol

import torch
from datasets import Dataset
from transformers import PreTrainedTokenizerBase, TrainerCallback
from trl.trainer.kto_config import KTOConfig
from trl.trainer.kto_trainer import DataCollatorForUnpairedPreference, KTOTrainer

from trainer.config_training import FinetuneSettings
from trainer.finetuning.adapters import is_adapted
from trainer.finetuning.noise import quiet
from trainer.finetuning.preferences import Opinion
from trainer.training.capabilities import use_bf16
from trainer.training.failures import Interruption, failures_told
from trainer.training.plan import Plan

_ADAPTER_RATE = 10
"""Adapters are trained with learning rates of about ten times those of all weights."""
_MOST_NORM = 1.0
_CHECKPOINT = "checkpoint-"
_MEASURES = {
    "loss": "loss",
    "kl": "divergence",
    "rewards/chosen": "reward of wanted",
    "rewards/rejected": "reward of unwanted",
    "rewards/margins": "margin",
    "learning_rate": "learning rate",
}
_RECOMPUTED = next(
    name
    for name in ("activation_checkpointing", "gradient_checkpointing")
    if name in {one.name for one in fields(KTOConfig)}
)


@dataclass(frozen=True, slots=True)
class Schedule:
    checkpoints: Path
    seed: int
    longest: int = 1024
    save_each: int = 0
    """Steps between two checkpoints; 0: none."""
    log: Log | None = None
    """Is told of each step, and on going on to forget the later ones."""
    callbacks: Sequence[TrainerCallback] = field(default=())


class Log(Protocol):
    def forget_after(self, step: int) -> None: ...

    def measured(self, step: int, values: Mapping[str, float]) -> None: ...


def train(
    model: Any,
    reference: Any,
    tokenizer: PreTrainedTokenizerBase,
    opinions: Sequence[Opinion],
    settings: FinetuneSettings,
    schedule: Schedule,
) -> dict[str, Any]:
    """Change ``model`` in place; what was measured in the last step, and as ``stopped`` "done" or
    "interrupted". ``reference`` is another copy of it; None for a model with an adapter, whose own
    copy is kept beside. Where ``schedule.checkpoints`` holds one, it goes on from there.

    Raises ``TrainingFailed`` where memory is short, ``StoreError`` where the disk is full.
    """
    plan = Plan(seed=schedule.seed, batch=settings.preference_batch)
    last = last_checkpoint(schedule.checkpoints)
    if schedule.log is not None:
        schedule.log.forget_after(0 if last is None else _step_of(last))
    with (
        quiet(),
        failures_told(settings.preference_batch, schedule.longest, "preference_batch"),
        Interruption() as interruption,
    ):
        trainer = _Weighted(
            model=model,
            ref_model=reference,
            args=_arguments(model, settings, schedule, bf16=use_bf16(plan)),
            train_dataset=_rows(opinions),
            processing_class=tokenizer,
            callbacks=[_Watching(interruption, schedule.log), *schedule.callbacks],
        )
        trainer.train(resume_from_checkpoint=None if last is None else str(last))
    if is_adapted(model):
        model.delete_adapter("ref")
    history = [entry for entry in trainer.state.log_history if "loss" in entry]
    ended = "interrupted" if interruption.came else "done"
    return {**(_numbers(history[-1]) if history else {}), "stopped": ended}


class _Watching(TrainerCallback):
    def __init__(self, interruption: Interruption, log: Log | None) -> None:
        self._interruption = interruption
        self._log = log

    def on_step_end(self, args: Any, state: Any, control: Any, **unused: Any) -> None:
        if self._interruption.came:
            control.should_save = control.should_training_stop = True

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **unused: Any) -> None:
        if self._log is not None and logs and "loss" in logs:
            self._log.measured(state.global_step, _numbers(logs))


def _numbers(logs: Mapping[str, Any]) -> dict[str, float]:
    """What a reader may want to see, by short names; TRL writes numbers as texts in some places."""
    return {ours: float(logs[theirs]) for theirs, ours in _MEASURES.items() if theirs in logs}


def last_checkpoint(folder: Path) -> Path | None:
    """The newest that is whole: the state of the trainer is what is written last."""
    found = [
        (_step_of(path), path)
        for path in folder.glob(f"{_CHECKPOINT}*")
        if path.name.removeprefix(_CHECKPOINT).isdecimal() and _is_json(path / "trainer_state.json")
    ]
    return max(found)[1] if found else None


def _step_of(checkpoint: Path) -> int:
    return int(checkpoint.name.removeprefix(_CHECKPOINT))


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    return True


def _rows(opinions: Sequence[Opinion]) -> Dataset:
    return Dataset.from_dict(
        {
            "prompt_ids": [one.encoded.ids[: one.encoded.prompt].tolist() for one in opinions],
            "completion_ids": [one.encoded.answer.tolist() for one in opinions],
            "label": [one.wanted for one in opinions],
            "weight": [float(one.encoded.weight) for one in opinions],
        }
    )


def _arguments(
    model: Any, settings: FinetuneSettings, schedule: Schedule, *, bf16: bool
) -> KTOConfig:
    rate = settings.preference_learning_rate * (_ADAPTER_RATE if is_adapted(model) else 1)
    return KTOConfig(
        output_dir=str(schedule.checkpoints),
        learning_rate=rate,
        lr_scheduler_type="cosine",
        warmup_steps=settings.warmup,
        max_grad_norm=_MOST_NORM,
        num_train_epochs=settings.preference_epochs,
        per_device_train_batch_size=settings.preference_batch,
        beta=settings.preference_beta,
        max_length=schedule.longest,
        bf16=bf16,
        use_cpu=bf16 and not torch.cuda.is_available(),
        save_strategy="steps" if schedule.save_each else "no",
        save_steps=max(schedule.save_each, 1),
        save_total_limit=1,
        logging_steps=1,
        seed=schedule.seed,
        report_to=[],
        disable_tqdm=True,
        dataloader_pin_memory=torch.cuda.is_available(),
        # Layers are not computed twice to save memory. It has had two names.
        **{_RECOMPUTED: False},
    )


@dataclass
class _Collator:
    """TRL's, with the weights."""

    rows: DataCollatorForUnpairedPreference

    def __call__(self, examples: list[dict[str, Any]]) -> dict[str, Any]:
        batch: dict[str, Any] = self.rows(examples)
        batch["weight"] = torch.tensor([one["weight"] for one in examples])
        return batch


class _Weighted(KTOTrainer):
    """Of TRL's parts it replaces those that read texts, since ours are tokens already, as a review
    sends them; and it hands the weights of a batch to where those of the groups are read."""

    def __init__(self, *, processing_class: PreTrainedTokenizerBase, args: KTOConfig, **rest: Any):
        rows = DataCollatorForUnpairedPreference(
            pad_token_id=_pad(processing_class), max_length=args.max_length
        )
        super().__init__(
            processing_class=processing_class, args=args, data_collator=_Collator(rows), **rest
        )

    def _prepare_dataset(
        self, dataset: Dataset, processing_class: Any, args: KTOConfig, dataset_name: str
    ) -> Dataset:
        """Other answers to the same requests, from which KTO takes how far the model has moved: of
        a batch, each is moved on by one."""
        answers = dataset["completion_ids"]
        size = args.per_device_train_batch_size
        moved: list[list[int]] = []
        for start in range(0, len(answers), size):
            batch = list(answers[start : start + size])
            moved += batch[-1:] + batch[:-1]
        return dataset.add_column("KL_completion_ids", moved)

    def _set_signature_columns_if_needed(self) -> None:
        super()._set_signature_columns_if_needed()
        columns: list[str] = self._signature_columns
        if "weight" not in columns:
            columns.append("weight")

    def _compute_loss(self, model: Any, inputs: dict[str, Any], return_outputs: bool) -> Any:
        batch = dict(inputs)
        weights, wanted = batch.pop("weight"), batch["label"].bool()
        # The groups' weights are multiplied with their losses, which are in the batch's order.
        self.desirable_weight, self.undesirable_weight = weights[wanted], weights[~wanted]
        return super()._compute_loss(model, batch, return_outputs)

    def create_model_card(self, *unused: Any, **named: Any) -> None:
        """The run writes its own."""


def _pad(tokenizer: PreTrainedTokenizerBase) -> int:
    found = tokenizer.pad_token_id
    return int(tokenizer.eos_token_id if found is None else found)
