"""What all steps of a run share, and how a step leaves what it made for the next one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.extras import need
from trainer.finetuning.adapters import four_bits, load_adapter, with_adapter
from trainer.finetuning.loading import model_of
from trainer.finetuning.preparing import Prepared
from trainer.finetuning.saving import save
from trainer.finetuning.start import Start
from trainer.run_folder import RunFolder
from trainer.training.loop import Watch


@dataclass(frozen=True, slots=True)
class Watching:
    """Who is told of what goes on."""

    tell: Callable[[str], None]
    training: Watch | None = None
    answering: Callable[[int], None] | None = None


@dataclass(frozen=True, slots=True)
class Work:
    prepared: Prepared
    run: RunFolder
    tokenizer: Path
    """A folder with its files."""
    watching: Watching

    @property
    def adapts(self) -> bool:
        return self.prepared.method != "full"

    @property
    def result(self) -> Path:
        """What is trained in the end; where it is there, training is over."""
        return self.run.adapter if self.adapts else self.run.model

    @property
    def pad(self) -> int:
        found = self.prepared.tokenizer.pad_token_id
        return found if isinstance(found, int) else self.prepared.renderer.end

    def start(self) -> Any:
        """The model that finetuning starts from, on the device where there is one."""
        bits = four_bits() if self.prepared.method == "qlora" else None
        return on_device(model_of(self.prepared.start, four_bits=bits))

    def trainable(self) -> Any:
        """The same, with a new adapter where only that is trained."""
        if not self.adapts:
            return self.start()
        return with_adapter(self.start(), self.prepared.method, self.prepared.settings)

    def loaded(self, folder: Path) -> Any:
        """What a step has left: a model, or an adapter on the start."""
        if self.adapts:
            return load_adapter(self.start(), folder)
        return on_device(model_of(Start(folder.name, folder, "trained")))

    def done(self, step: str) -> dict[str, Any] | None:
        """What a step said when it ended; None where it has not."""
        told = self.run.read_run().get(step)
        is_there = self.folder(step).is_dir() or self.result.is_dir()
        return told if isinstance(told, dict) and is_there else None

    def leave(self, step: str, model: Any, told: dict[str, Any]) -> None:
        save(model, self.tokenizer, self.folder(step))
        self.run.write_run({**self.run.read_run(), step: told})

    def folder(self, step: str) -> Path:
        return self.run.path / step


def on_device(model: Any) -> Any:
    """On the GPU, where there is one. A model in four bits is there already."""
    torch = need("torch")
    if torch.cuda.is_available() and not getattr(model, "is_quantized", False):
        model.to("cuda")
    return model
