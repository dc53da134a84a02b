"""What happens between two steps: note, validate, save, stop."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import transformers

from trainer.run_folder import RunFolder
from trainer.training import checkpoints
from trainer.training.checkpoints import BEST, Checkpoint
from trainer.training.failures import Interruption, not_a_number
from trainer.training.model_folder import replacing_folder
from trainer.training.packed_trainer import PackedTrainer
from trainer.training.plan import Outcome, Plan, Progress, Stopped
from trainer.training.recorder import Recorder
from trainer.training.scoring import Validation, score

_SCORE = "score.json"


class Steps(transformers.TrainerCallback):
    """Runs a ``PackedTrainer`` to its end."""

    def __init__(
        self,
        trainer: PackedTrainer,
        plan: Plan,
        run: RunFolder,
        validation: Validation | None,
        *,
        key: str,
        at_once: int,
        pad: int,
        watch: Callable[[Progress], None] | None,
        interruption: Interruption,
    ) -> None:
        self._trainer = trainer
        self._plan = plan
        self._run = run
        self._validation = validation
        self._key = key
        self._at_once = at_once
        self._pad = pad
        self._watch = watch
        self._interruption = interruption
        self._stops = False
        self._standing = trainer.standing
        self._norm = 0.0
        self._rate = 0.0
        self._loss = math.nan
        self._logged = (self._standing.tokens, self._standing.seconds)
        self._saved = self._standing.seconds
        self._is_first = trainer.is_world_process_zero()
        self._recorder: Recorder

    def run(self, checkpoint: Checkpoint | None) -> None:
        trainer = self._trainer
        with Recorder(
            self._run, step=checkpoint.step if checkpoint else 0, active=self._is_first
        ) as self._recorder:
            if not self._standing.stopped or self._standing.stopped == "interrupted":
                self._standing.stopped = ""
                trainer.add_callback(self)
                trainer.train(resume_from_checkpoint=str(checkpoint.path) if checkpoint else None)
            self._take_best()

    def outcome(self, resumed_at: int, settings: dict[str, str]) -> Outcome:
        standing = self._standing
        stopped: Stopped = standing.stopped or "done"  # type: ignore[assignment]
        lines = [line for line in self._run.measured() if "loss" in line]
        return Outcome(
            stopped=stopped,
            steps=self._trainer.state.global_step or resumed_at,
            tokens=standing.tokens,
            seconds=standing.seconds,
            loss=lines[-1]["loss"] if lines else math.nan,
            best=standing.best,
            best_step=standing.best_step,
            resumed_at=resumed_at,
            settings=settings,
        )

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        # The rate of this step, before the schedule goes on.
        assert self._trainer.optimizer is not None
        self._rate = float(self._trainer.optimizer.param_groups[0]["lr"])

    def on_step_end(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        trainer, plan, step = self._trainer, self._plan, state.global_step
        trainer.end_step()
        self._agree()
        why = self._why_stop(step)
        # An interrupt alone logs nothing: the run will go on, and log what it would have logged.
        ends = why not in (None, "interrupted")
        if step % plan.log_steps == 0 or ends:
            self._log(step)
        if self._validation is not None and (self._is_time_to_validate(step) or ends):
            self._validate(step)
            if not ends and plan.patience and self._standing.worse >= plan.patience:
                why = "no better"
        if why or self._is_time_to_save(step):
            self._standing.stopped = why or ""
            self._before_saving(step)
            control.should_save = True
        control.should_training_stop = bool(why)

    def on_save(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        trainer = self._trainer
        trainer.accelerator.wait_for_everyone()
        if self._is_first:
            folder = self._run.checkpoints / f"checkpoint-{state.global_step}"
            checkpoints.seal(folder, self._key, self._standing)
            checkpoints.prune(self._run.checkpoints, self._plan.keep)
        trainer.accelerator.wait_for_everyone()
        self._saved = self._standing.seconds

    def _agree(self) -> None:
        """All processes stop, and save, behind the same step."""
        trainer, standing = self._trainer, self._standing
        self._stops = self._interruption.came
        if trainer.args.world_size > 1:
            told = torch.tensor([standing.seconds, float(self._stops)], device=trainer.args.device)
            seconds, stops = trainer.accelerator.reduce(told).tolist()
            standing.seconds = seconds / trainer.args.world_size
            self._stops = stops > 0

    def _why_stop(self, step: int) -> Stopped | None:
        standing, plan = self._standing, self._plan
        if self._stops:
            return "interrupted"
        if step >= self._trainer.args.max_steps:
            return "done"
        if plan.max_tokens and standing.tokens >= plan.max_tokens:
            return "max-tokens"
        if plan.max_seconds and standing.seconds >= plan.max_seconds:
            return "max-seconds"
        return None

    def _log(self, step: int) -> None:
        losses = self._trainer.note_losses()
        self._loss = sum(losses) / len(losses)
        losses.clear()
        if not math.isfinite(self._loss):
            raise not_a_number(step, self._plan)
        standing = self._standing
        tokens, seconds = self._logged
        self._logged = (standing.tokens, standing.seconds)
        speed = (standing.tokens - tokens) / max(standing.seconds - seconds, 1e-9)
        self._recorder.record(
            step,
            {
                "tokens": standing.tokens,
                "seconds": standing.seconds,
                "loss": self._loss,
                "learning rate": self._rate,
                "tokens per second": speed,
            },
        )
        if self._watch is not None and self._is_first:
            self._watch(
                Progress(
                    step=step,
                    tokens=standing.tokens,
                    seconds=standing.seconds,
                    share=min(1.0, self._trainer.share(step)),
                    loss=self._loss,
                    learning_rate=self._rate,
                    tokens_per_second=speed,
                    best=standing.best,
                )
            )

    def _is_time_to_validate(self, step: int) -> bool:
        plan, standing = self._plan, self._standing
        if plan.validations:
            due, standing.validations = (
                standing.validations,
                int(min(1.0, self._trainer.share(step)) * plan.validations),
            )
            return standing.validations > due
        return bool(plan.validate_steps and step % plan.validate_steps == 0)

    def _validate(self, step: int) -> None:
        assert self._validation is not None
        trainer, standing = self._trainer, self._standing
        value = score(
            trainer.model_wrapped,
            trainer.head,
            self._validation,
            trainer.accelerator,
            at_once=self._at_once,
            pad=self._pad,
            compiled=trainer.compiled,
        )
        if not math.isfinite(value):
            raise not_a_number(step, self._plan)
        self._recorder.record(step, {self._validation.name: value})
        if standing.best is None or value < standing.best:
            standing.best, standing.best_step, standing.worse = value, step, 0
            self._keep_best(step, value)
        else:
            standing.worse += 1

    def _is_time_to_save(self, step: int) -> bool:
        plan = self._plan
        if plan.checkpoint_steps and step % plan.checkpoint_steps == 0:
            return True
        waited = self._standing.seconds - self._saved
        return bool(plan.checkpoint_seconds and waited >= plan.checkpoint_seconds)

    def _before_saving(self, step: int) -> None:
        standing = self._standing
        if not all(math.isfinite(loss) for loss in self._trainer.note_losses()):
            raise not_a_number(step, self._plan)
        if self._validation is None and standing.stopped not in ("", "interrupted"):
            self._keep_best(step, self._loss)

    def _keep_best(self, step: int, value: float) -> None:
        """Every process takes part, for each may have a part of the weights."""
        target = self._run.checkpoints / BEST
        if not self._is_first:
            self._trainer.save_model(str(target.with_name(f"{BEST}.part")), _internal_call=True)
            return
        with replacing_folder(target) as part:
            self._trainer.save_model(str(part), _internal_call=True)
            told = json.dumps({"step": step, "score": value})
            (part / _SCORE).write_text(told, encoding="ascii")

    def _take_best(self) -> None:
        """Into the model, unless it is sharded or has them already."""
        best: Path = self._run.checkpoints / BEST
        trainer, standing = self._trainer, self._standing
        is_last = standing.best_step in (None, trainer.state.global_step)
        goes_on = standing.stopped == "interrupted"
        if trainer.is_fsdp_enabled or goes_on or not best.exists():
            return
        if not is_last or not trainer.state.global_step:
            trainer._load_from_checkpoint(str(best))
