"""A GGUF file of a LoRA adapter for a Llama, written without llama.cpp.

Ollama's own import of PEFT's files (release 0.24) turns the rows of the wrong half of the adapter
of queries and keys: answers differ from the trained ones, the more the adapter has learned.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trainer.export.llama_gguf import gguf_name, load, permuted
from trainer.export.model_folder import ModelFolder
from trainer.export.safetensors_header import TensorInfo
from trainer.extras import need

_PREFIX = "base_model.model."


def can_write(base: ModelFolder) -> bool:
    return base.architecture == "LlamaForCausalLM"


def write(base: ModelFolder, tensors: Mapping[str, TensorInfo], alpha: float, target: Path) -> None:
    """``tensors`` are PEFT's; what they add is scaled by ``alpha`` over their rank. ``target`` is
    half there until this returns."""
    gguf: Any = need("gguf")
    writer = gguf.GGUFWriter(target, "llama")
    try:
        writer.add_type("adapter")
        writer.add_string("adapter.type", "lora")
        writer.add_float32("adapter.lora.alpha", alpha)
        for name, tensor in tensors.items():
            stem, _, part = name.removeprefix(_PREFIX).partition(".lora_")
            weights = load(tensor)
            # Only what comes out is in an order of llama.cpp's; what goes in is not.
            if part.startswith("B") and stem.endswith("q_proj"):
                weights = permuted(weights, base.number("num_attention_heads"))
            elif part.startswith("B") and stem.endswith("k_proj"):
                weights = permuted(weights, base.key_value_heads)
            writer.add_tensor(f"{gguf_name(f'{stem}.weight')}.lora_{part[0].lower()}", weights)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
    finally:
        writer.close()
