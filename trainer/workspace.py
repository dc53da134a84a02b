"""Where the trainer keeps what it has: one folder, ``data/`` unless another is named."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

CORPUS_FILE = "preprocessed_corpus.txt"
BASE_MODEL = "ai_coder_model"


@dataclass(frozen=True, slots=True)
class Workspace:
    """Folders are made by those who write into them."""

    root: Path = Path("data")

    @property
    def raw(self) -> Path:
        """``raw/<kind>/<source>/``: what was acquired, see ``raw_source.py``."""
        return self.root / "raw"

    @property
    def work(self) -> Path:
        """What stages leave for each other and for their own resumption; safe to delete."""
        return self.root / "work"

    @property
    def run(self) -> Path:
        """What ``coderasst-train run`` knows of what is done: ``state.json``, ``digests.json``."""
        return self.work / "run"

    @property
    def runs(self) -> Path:
        """A folder for each run that did anything, with its report."""
        return self.root / "runs"

    @property
    def processed(self) -> Path:
        return self.root / "processed"

    @property
    def corpus(self) -> Path:
        return self.processed / CORPUS_FILE

    @property
    def dataset(self) -> Path:
        """Instruction data: ``train.jsonl``, ``validation.jsonl``, ``test.jsonl``."""
        return self.processed / "dataset"

    @property
    def base_model(self) -> Path:
        return self.processed / BASE_MODEL

    @property
    def feedback(self) -> Path:
        return self.root / "feedback" / "user_feedback.jsonl"

    @property
    def models(self) -> Path:
        return self.root / "models"

    @property
    def security_examples(self) -> Path:
        return self.root / "security_training_data.json"
