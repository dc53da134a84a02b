"""A workspace with models of the registry that are the tiny models of an Ollama."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from testing.evaluation_cases import CLEAN, FAULT, FAULTY, example, write
from testing.program import Ran, ran
from testing.tiny_model import TINY
from trainer.dataset.example import Example, Kind
from trainer.export.ollama_models import OllamaModels
from trainer.registry import Entry, Placed, Registry
from trainer.weights import weights_of

NOON = datetime(2026, 7, 1, 12, tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True)
class Bench:
    """``host`` is an Ollama with both tiny models."""

    root: Path
    host: str

    @property
    def workspace(self) -> Path:
        return self.root / "data"

    @property
    def registry(self) -> Registry:
        return Registry(self.workspace / "models")

    def add(self, id: str, name: str = TINY, *, days: int = 0) -> Entry:
        """A model that is ``name`` in Ollama; its folder has weights of its own."""
        folder = self.workspace / "models" / id / "model"
        folder.mkdir(parents=True)
        (folder / "model.safetensors").write_bytes(id.encode())
        with OllamaModels(self.host) as models:
            found = models.find(name)
        assert found is not None
        entry = Entry(
            id=id,
            kind="finetuned",
            folder=f"models/{id}/model",
            created=NOON + timedelta(days=days),
            weights=weights_of(folder),
            ollama=Placed(self.host, found.name, found.digest),
        )
        self.registry.add(entry)
        return entry

    def hold_out(self, examples: Sequence[Example] | None = None) -> None:
        chosen = held_out_examples() if examples is None else examples
        write(self.workspace / "processed" / "dataset" / "test.jsonl", chosen)

    def train(self, *arguments: str) -> Ran:
        """``coderasst-train`` in the folder of the workspace, in this process."""
        from coderasst_hook import error_handler
        from trainer.cli import train

        before = Path.cwd()
        out, err = io.StringIO(), io.StringIO()
        os.chdir(self.root)
        try:
            with redirect_stdout(out), redirect_stderr(err):
                code = error_handler.run(
                    lambda: train.main(
                        [*arguments], prog_name="coderasst-train", standalone_mode=False
                    )
                )
        finally:
            os.chdir(before)
        return Ran(code, out.getvalue(), err.getvalue())

    def train_as_process(self, *arguments: str) -> Ran:
        command = [sys.executable, "-c", "from trainer.cli import main; main()", *arguments]
        return ran(command, cwd=self.root, environ={"OLLAMA_HOST": self.host})


def held_out_examples(count: int = 4) -> list[Example]:
    found = [example(FAULTY, [FAULT], name=f"f{n}", group=f"owner/{n}") for n in range(count)]
    clean = [example(CLEAN, name=f"c{n}", group=f"owner/{n}") for n in range(count)]
    verdict = example(FAULTY, [FAULT], name="v", kind=Kind.VERDICT, rejected=[])
    return [*found, *clean, verdict]
