"""A Hugging Face folder that was looked at, and found whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from trainer.export.safetensors_header import TensorInfo

_SMALL = 50_000_000


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """What ``checks.examine`` returns. No weights are held."""

    path: Path
    config: Mapping[str, Any]
    """``config.json``."""
    architecture: str
    tensors: Mapping[str, TensorInfo]
    """By their names in transformers."""
    tokenizer: Mapping[str, Any]
    """``tokenizer_config.json``."""
    template: str = ""
    """The chat template, in Jinja; "" where there is none."""
    sentencepiece: Path | None = None
    """``tokenizer.model``, where the vocabulary is SentencePiece's."""
    adds_blank: bool = True
    """Whether that tokenizer puts a blank in front of a text."""
    notes: tuple[str, ...] = ()
    """What is odd, and no fault."""

    def number(self, key: str) -> int:
        """A whole number of the configuration that was found to be there."""
        return int(self.config[key])

    @property
    def key_value_heads(self) -> int:
        return int(self.config.get("num_key_value_heads") or self.config["num_attention_heads"])

    @property
    def head_width(self) -> int:
        found = self.config.get("head_dim")
        return (
            int(found)
            if found
            else self.number("hidden_size") // self.number("num_attention_heads")
        )

    @property
    def parameters(self) -> int:
        """How many weights."""
        return sum(prod(tensor.shape) for tensor in self.tensors.values())

    @property
    def threads(self) -> dict[str, int]:
        """A parameter for Ollama: in a small model, threads only wait for each other, and on a busy
        machine for seconds."""
        return {"num_thread": 1} if self.parameters < _SMALL else {}

    @property
    def context(self) -> int:
        """Tokens that the model can read."""
        return int(self.config.get("max_position_embeddings") or 2048)

    @property
    def _rope(self) -> Mapping[str, Any]:
        # transformers 5 writes the one, those before it the other.
        found = self.config.get("rope_parameters") or self.config.get("rope_scaling") or {}
        return found if isinstance(found, dict) else {}

    @property
    def rope_theta(self) -> float:
        return float(self.config.get("rope_theta") or self._rope.get("rope_theta") or 10_000.0)

    @property
    def rope_type(self) -> str:
        return str(self._rope.get("rope_type") or self._rope.get("type") or "default")

    @property
    def licence(self) -> str:
        """The text that lies in the folder, "" where none does."""
        for name in ("LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE"):
            path = self.path / name
            if path.is_file():
                return path.read_text("utf-8", "replace")
        return ""


def text_of(token: object) -> str:
    """A special token as configurations have it: its text, or a table with its content."""
    if isinstance(token, dict):
        token = token.get("content")
    return token if isinstance(token, str) else ""
