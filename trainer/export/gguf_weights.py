"""The weights of a GGUF file in the model of transformers: dequantised, they are exactly those that
the file holds, and so its perplexity can be measured without any other program.

What differs from a server: the server also rounds what flows between the layers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coderasst_hook.errors import ExportFailed
from trainer.export.llama_gguf import permuted_back
from trainer.export.model_folder import ModelFolder
from trainer.export.reading import readable
from trainer.export.shapes import LLAMA_LIKE
from trainer.extras import need

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def load_model(folder: ModelFolder) -> PreTrainedModel:
    """The folder's own weights, in 32 bits, ready to be asked."""
    transformers: Any = need("transformers")
    torch: Any = need("torch")
    with readable(folder.path):
        model = transformers.AutoModelForCausalLM.from_pretrained(
            folder.path,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            dtype=torch.float32,
        )
    found: PreTrainedModel = model.eval()
    return found


@contextmanager
def few_threads(folder: ModelFolder) -> Iterator[None]:
    """Compute a small model in one thread: several only wait for each other."""
    torch: Any = need("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(folder.threads.get("num_thread", before))
    try:
        yield
    finally:
        torch.set_num_threads(before)


def can_load(folder: ModelFolder) -> bool:
    return folder.architecture in LLAMA_LIKE


def put(model: PreTrainedModel, folder: ModelFolder, path: Path) -> None:
    """Replace the weights of ``model`` by those of the file. Raises ``ExportFailed`` where they are
    not those of the same model."""
    gguf: Any = need("gguf")
    torch: Any = need("torch")
    names = gguf.get_tensor_name_map(
        _architecture(gguf, folder), folder.number("num_hidden_layers")
    )
    tensors = {tensor.name: tensor for tensor in gguf.GGUFReader(path).tensors}
    rotates = _architecture(gguf, folder) == gguf.MODEL_ARCH.LLAMA
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            stored = tensors.get(names.get_name(name, try_suffixes=(".weight", ".bias")) or "")
            if stored is None:
                raise ExportFailed(f"{path} lacks the weights {name!r}", next_step="export again")
            weights = gguf.quants.dequantize(stored.data, stored.tensor_type)
            if rotates and name.endswith("q_proj.weight"):
                weights = permuted_back(weights, folder.number("num_attention_heads"))
            elif rotates and name.endswith("k_proj.weight"):
                weights = permuted_back(weights, folder.key_value_heads)
            if tuple(weights.shape) != tuple(parameter.shape):
                raise ExportFailed(
                    f"{path} has another shape of {name!r}", next_step="export again"
                )
            parameter.copy_(torch.from_numpy(weights.copy()))


def _architecture(gguf: Any, folder: ModelFolder) -> Any:
    kinds = gguf.MODEL_ARCH
    by_name = {"Qwen2ForCausalLM": kinds.QWEN2, "Qwen3ForCausalLM": kinds.QWEN3}
    return by_name.get(folder.architecture, kinds.LLAMA)
