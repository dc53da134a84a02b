"""A model as a folder that transformers, llama.cpp's converter and Ollama read."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coderasst_hook.errors import StoreError
from coderasst_hook.files import write_atomically
from trainer.extras import need
from trainer.training.presets import Shape
from trainer.training.special_tokens import BEGIN_ID, END_ID, PAD_ID

if TYPE_CHECKING:
    from transformers import PreTrainedModel

PART, OLD = ".part", ".old"
ROPE_THETA = 10_000.0
_TOKENIZER_FILES = ("tokenizer.model", "tokenizer.json", "tokenizer_config.json")


def quiet_transformers() -> Any:
    """The library, without bars for what takes milliseconds: they would go through ours."""
    transformers = need("transformers")
    need("transformers.utils.logging").disable_progress_bar()
    return transformers


def new_model(shape: Shape, seed: int) -> PreTrainedModel:
    """With random weights that ``seed`` decides."""
    transformers = quiet_transformers()
    need("torch").manual_seed(seed)
    model: PreTrainedModel = transformers.LlamaForCausalLM(configuration(shape))
    return model


def configuration(shape: Shape) -> Any:
    """A ``LlamaConfig``."""
    return need("transformers").LlamaConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.width,
        intermediate_size=shape.feed_forward,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.key_heads,
        max_position_embeddings=shape.context,
        rope_parameters={"rope_type": "default", "rope_theta": ROPE_THETA},
        tie_word_embeddings=True,
        bos_token_id=BEGIN_ID,
        eos_token_id=END_ID,
        pad_token_id=PAD_ID,
    )


def load_model(folder: Path) -> PreTrainedModel:
    """Of safetensors alone, and never with code out of the folder. Raises ``StoreError``."""
    transformers = quiet_transformers()
    safetensors = need("safetensors")
    try:
        model: PreTrainedModel = transformers.AutoModelForCausalLM.from_pretrained(
            folder,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            dtype="float32",
        )
    except (
        *(OSError, ValueError, KeyError, TypeError, RuntimeError, AttributeError),
        safetensors.SafetensorError,
    ) as error:
        raise StoreError(
            f"{folder} has no model that can be read: {_first_line(error)}",
            next_step="train it again, or name another folder",
        ) from None
    return model


def save_model(model: PreTrainedModel, tokenizer: Path, target: Path) -> None:
    """Write ``model``, with the tokenizer of the folder ``tokenizer``, to ``target``: a reader sees
    the whole new folder, or the old one. Raises ``StoreError``."""
    quiet_transformers()
    with replacing_folder(target) as part:
        model.save_pretrained(part, safe_serialization=True)
        for name in _TOKENIZER_FILES:
            if (tokenizer / name).exists():
                shutil.copyfile(tokenizer / name, part / name)
        _tell_ollama(part / "config.json")


@contextmanager
def replacing_folder(target: Path) -> Iterator[Path]:
    """A new folder beside ``target`` that takes its place at the end of the block."""
    part, old = target.with_name(target.name + PART), target.with_name(target.name + OLD)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        recover_folder(target)
        for left in (part, old):
            shutil.rmtree(left, ignore_errors=True)
        part.mkdir()
        yield part
        to_disk(part)
        if target.exists():
            target.rename(old)
        part.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise StoreError(f"cannot write {target}: {error.strerror or error}") from None


def recover_folder(target: Path) -> None:
    """Put back what a run that was killed between two renames has left beside ``target``."""
    old = target.with_name(target.name + OLD)
    if old.exists() and not target.exists():
        old.rename(target)


def to_disk(folder: Path) -> None:
    """What is renamed must be on disk first, or a crash of the machine leaves empty files."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())


def _tell_ollama(path: Path) -> None:
    """Ollama looks for the base of the rotary embedding at the top level of ``config.json``, where
    transformers no longer writes it."""
    told = json.loads(path.read_bytes())
    theta = (told.get("rope_parameters") or {}).get("rope_theta")
    if theta is not None:
        told["rope_theta"] = theta
        write_atomically(path, (json.dumps(told, indent=2, sort_keys=True) + "\n").encode())


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
