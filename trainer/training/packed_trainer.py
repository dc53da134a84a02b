"""transformers' ``Trainer`` with our loss, order, optimiser and schedule. What it does itself:
devices, DDP and FSDP, autocast, accumulation, clipping, and checkpoints of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any, cast

import torch
import transformers
from torch.utils.data import DataLoader, SequentialSampler

from trainer.training.checkpoints import Standing
from trainer.training.losses import Entropies, head_of, summed_loss
from trainer.training.model_folder import quiet_transformers
from trainer.training.optimisers import optimiser
from trainer.training.order import Ordered
from trainer.training.plan import Plan
from trainer.training.rows import IGNORED, batch_of
from trainer.training.schedules import rate_at


class PackedTrainer(transformers.Trainer):
    """``standing`` is kept up to date with each step."""

    # What ``compute_loss`` returns is divided by the targets of the whole step already.
    loss_is_scaled_for_ga = True

    def __init__(
        self,
        model: Any,
        arguments: transformers.TrainingArguments,
        rows: Ordered,
        plan: Plan,
        standing: Standing,
        *,
        context: int,
        pad: int,
        compiled: Entropies | None = None,
    ) -> None:
        super().__init__(
            model=model,
            args=arguments,
            train_dataset=cast(Any, rows),
            data_collator=lambda chosen: batch_of(chosen, pad, context),
        )
        self.remove_callback(transformers.PrinterCallback)
        self._plan = plan
        self.standing = standing
        self.head = head_of(model)
        self.compiled = compiled
        self.step_loss: list[torch.Tensor] = []
        """Of the steps that are not in ``standing`` yet: to ask for a number halts a GPU."""
        self._sum: torch.Tensor | None = None
        self._began = monotonic() - standing.seconds

    def seconds(self) -> float:
        """Of training, over all times that the run went on."""
        return monotonic() - self._began

    def share(self, step: int) -> float:
        """How much of the training is done behind ``step`` steps; 1 and more where a limit is
        reached."""
        plan, standing = self._plan, self.standing
        return max(
            step / max(1, self.args.max_steps),
            standing.tokens / plan.max_tokens if plan.max_tokens else 0.0,
            standing.seconds / plan.max_seconds if plan.max_seconds else 0.0,
        )

    def get_train_dataloader(self) -> DataLoader[Any]:
        self._began = monotonic() - self.standing.seconds
        return super().get_train_dataloader()

    def _get_train_sampler(self, train_dataset: Any = None) -> SequentialSampler:
        assert self.train_dataset is not None
        return SequentialSampler(cast(Any, self.train_dataset))

    def get_batch_samples(
        self, epoch_iterator: Iterator[Any], num_batches: int, device: torch.device
    ) -> tuple[list[Any], Any]:
        """The batches of a step, and how many targets they have, on all devices together."""
        batches = [batch for _, batch in zip(range(num_batches), epoch_iterator, strict=False)]
        counts = torch.tensor(
            [
                sum(int((batch["labels"] != IGNORED).sum()) for batch in batches),
                sum(int(batch.pop("tokens").sum()) for batch in batches),
            ],
            device=device,
        )
        if self.args.world_size > 1:
            counts = self.accelerator.reduce(counts)
        self.standing.tokens += int(counts[1])
        self._sum = None
        return batches, counts[0].clamp(min=1)

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        loss = summed_loss(model, self.head, inputs, self.compiled) / num_items_in_batch
        done = loss.detach()
        self._sum = done if self._sum is None else self._sum + done
        # DDP and FSDP take the mean of the processes' gradients, where the sum is wanted.
        return loss * self.args.world_size

    def end_step(self) -> None:
        """Note the loss of the step that was just made."""
        assert self._sum is not None
        self.step_loss.append(self._sum)
        self.standing.seconds = self.seconds()

    def note_losses(self) -> list[float]:
        """The losses of the steps since the last line of the log, as numbers."""
        if self.step_loss:
            losses = torch.stack(self.step_loss)
            if self.args.world_size > 1:
                losses = self.accelerator.reduce(losses)
            self.standing.losses += losses.tolist()
            self.step_loss.clear()
        return self.standing.losses

    def create_optimizer(self, model: Any = None) -> torch.optim.Optimizer:
        if self.optimizer is None:
            self.optimizer = optimiser(
                cast(Any, model or self.model), self._plan, sharded=self.is_fsdp_enabled
            )
        found: torch.optim.Optimizer = self.optimizer
        return found

    def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:
        if self.lr_scheduler is None:
            self.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(
                optimizer or cast(Any, self.optimizer),
                # Of the step that comes: the first one would else be made at a rate of nothing.
                lambda step: rate_at(self.share(step + 1), self._plan),
            )
            self._created_lr_scheduler = True
        return self.lr_scheduler


def arguments(
    folder: Path, plan: Plan, *, steps: int, at_once: int, bf16: bool
) -> transformers.TrainingArguments:
    """Whatever ``Trainer`` would do on its own account (log, evaluate, save, remove) is off."""
    quiet_transformers()
    made = transformers.TrainingArguments(
        output_dir=str(folder),
        seed=plan.seed,
        max_steps=steps,
        per_device_train_batch_size=at_once,
        gradient_accumulation_steps=plan.batch // at_once,
        max_grad_norm=plan.clip,
        learning_rate=plan.learning_rate,
        bf16=bf16,
        use_cpu=not torch.cuda.is_available(),
        use_cache=True,
        eval_strategy="no",
        save_strategy="no",
        logging_strategy="no",
        logging_nan_inf_filter=False,
        report_to=[],
        disable_tqdm=True,
        log_level="error",
        remove_unused_columns=False,
        dataloader_num_workers=0,
        ddp_find_unused_parameters=False,
    )
    # Several GPUs in one process would be DataParallel, which is slow; each gets its own process.
    made._n_gpu = min(made.n_gpu, 1)
    return made
