"""A GGUF file of a Llama model with a SentencePiece vocabulary, written without llama.cpp.

This is the kind of model that ``coderasst-train base`` makes. Ollama's own import of such a folder
does not read that its tokenizer puts no blank in front, and splits every text differently.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coderasst_hook.errors import UsageError
from trainer.export.model_folder import ModelFolder, text_of
from trainer.export.safetensors_header import TensorInfo
from trainer.extras import need

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PARTS = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
_OUTER = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}


def can_write(folder: ModelFolder) -> bool:
    """Whether the folder is of this kind."""
    return (
        folder.architecture == "LlamaForCausalLM"
        and folder.sentencepiece is not None
        and folder.config.get("rope_scaling") is None
        and folder.rope_type == "default"
    )


def write(folder: ModelFolder, target: Path, kind: str) -> None:
    """``kind`` is one of ``quantisation.CONVERTED``. ``target`` is half there until this returns.

    Raises ``UsageError`` for weights that ``kind`` cannot hold.
    """
    import numpy as np

    gguf: Any = need("gguf")
    writer = gguf.GGUFWriter(target, "llama")
    try:
        _describe(writer, folder, kind)
        _tokenizer(writer, folder)
        kinds = {name: _kind_of(gguf, tensor, kind) for name, tensor in folder.tensors.items()}
        for name, tensor in folder.tensors.items():
            size = prod(gguf.quant_shape_to_byte_shape(tensor.shape, kinds[name]))
            # Any type but bytes: then the shape is that of the weights.
            writer.add_tensor_info(
                gguf_name(name), tensor.shape, np.dtype(np.float32), size, raw_dtype=kinds[name]
            )
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        for name, tensor in folder.tensors.items():
            writer.write_tensor_data(_converted(gguf, folder, name, tensor, kinds[name]))
    finally:
        writer.close()


def gguf_name(name: str) -> str:
    """ "model.layers.3.mlp.up_proj.weight" is "blk.3.ffn_up.weight"."""
    stem, _, ending = name.rpartition(".")
    if stem in _OUTER:
        return f"{_OUTER[stem]}.{ending}"
    layer, _, part = stem.removeprefix("model.layers.").partition(".")
    return f"blk.{layer}.{_PARTS[part]}.{ending}"


def permuted(weights: NDArray[Any], heads: int) -> NDArray[Any]:
    """Rows of queries or keys in llama.cpp's order: transformers turns the first half of a head
    against the second, llama.cpp each row against the next."""
    width = weights.shape[0] // heads
    halves = weights.reshape(heads, 2, width // 2, *weights.shape[1:])
    found: NDArray[Any] = halves.swapaxes(1, 2).reshape(weights.shape)
    return found


def permuted_back(weights: NDArray[Any], heads: int) -> NDArray[Any]:
    """What ``permuted`` was given."""
    width = weights.shape[0] // heads
    pairs = weights.reshape(heads, width // 2, 2, *weights.shape[1:])
    found: NDArray[Any] = pairs.swapaxes(1, 2).reshape(weights.shape)
    return found


def load(tensor: TensorInfo) -> NDArray[np.float32]:
    """The weights of one tensor."""
    import numpy as np

    kinds = {"F32": "<f4", "F16": "<f2", "BF16": "<u2", "F64": "<f8"}
    if tensor.dtype not in kinds:
        raise UsageError(
            f"{tensor.file} has weights of type {tensor.dtype}, which only llama.cpp converts",
            next_step="name a llama.cpp folder with --llama-cpp",
        )
    raw = np.memmap(tensor.file, kinds[tensor.dtype], "r", tensor.start, tensor.shape or (1,))
    if tensor.dtype == "BF16":
        return (raw.astype(np.uint32) << 16).view(np.float32)
    return raw.astype(np.float32)


def _converted(
    gguf: Any, folder: ModelFolder, name: str, tensor: TensorInfo, kind: Any
) -> NDArray[Any]:
    import numpy as np

    weights = load(tensor)
    if name.endswith("q_proj.weight"):
        weights = permuted(weights, folder.number("num_attention_heads"))
    elif name.endswith("k_proj.weight"):
        weights = permuted(weights, folder.key_value_heads)
    if not np.isfinite(weights).all():
        raise UsageError(
            f"{name!r} in {tensor.file} has weights that are not finite",
            next_step="the training diverged: go back to an earlier checkpoint",
        )
    with np.errstate(over="ignore"):
        found: NDArray[Any] = gguf.quants.quantize(weights, kind)
    if kind == gguf.GGMLQuantizationType.F16 and not np.isfinite(found).all():
        raise UsageError(
            f"{name!r} has weights that F16 cannot hold", next_step="--quantise BF16 instead of F16"
        )
    return found


def _kind_of(gguf: Any, tensor: TensorInfo, kind: str) -> Any:
    kinds = gguf.GGMLQuantizationType
    if len(tensor.shape) < 2:
        return kinds.F32
    if kind == "Q8_0" and tensor.shape[-1] % 32:
        return kinds.F16
    return kinds[kind]


def _describe(writer: Any, folder: ModelFolder, kind: str) -> None:
    gguf: Any = need("gguf")
    number = folder.number
    heads = number("num_attention_heads")
    width = folder.head_width
    writer.add_type("model")
    writer.add_name(folder.path.name)
    writer.add_context_length(number("max_position_embeddings"))
    writer.add_embedding_length(number("hidden_size"))
    writer.add_block_count(number("num_hidden_layers"))
    writer.add_feed_forward_length(number("intermediate_size"))
    writer.add_head_count(heads)
    writer.add_head_count_kv(folder.key_value_heads)
    writer.add_key_length(width)
    writer.add_value_length(width)
    writer.add_rope_dimension_count(width)
    writer.add_rope_freq_base(folder.rope_theta)
    writer.add_layer_norm_rms_eps(float(folder.config.get("rms_norm_eps", 1e-6)))
    writer.add_vocab_size(number("vocab_size"))
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    names = {"F32": "ALL_F32", "F16": "MOSTLY_F16", "BF16": "MOSTLY_BF16", "Q8_0": "MOSTLY_Q8_0"}
    writer.add_file_type(gguf.LlamaFileType[names[kind]])


def _tokenizer(writer: Any, folder: ModelFolder) -> None:
    gguf: Any = need("gguf")
    pieces = tuple(_pieces(gguf, folder))
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([text for text, _, _ in pieces])
    writer.add_token_scores([score for _, score, _ in pieces])
    writer.add_token_types([kind for _, _, kind in pieces])
    writer.add_add_space_prefix(folder.adds_blank)
    ids = {text: number for number, (text, _, _) in enumerate(pieces)}
    for key, add in {
        "bos_token": writer.add_bos_token_id,
        "eos_token": writer.add_eos_token_id,
        "unk_token": writer.add_unk_token_id,
        "pad_token": writer.add_pad_token_id,
    }.items():
        number = ids.get(text_of(folder.tokenizer.get(key)).encode())
        if number is not None:
            add(number)
    # Llama's tokenizers begin a text unless they say otherwise, and end none.
    writer.add_add_bos_token(folder.tokenizer.get("add_bos_token") is not False)
    writer.add_add_eos_token(folder.tokenizer.get("add_eos_token") is True)
    if folder.template:
        writer.add_chat_template(folder.template)


def _pieces(gguf: Any, folder: ModelFolder) -> Iterator[tuple[bytes, float, int]]:
    """Text, score and type of each id."""
    types = gguf.TokenType
    assert folder.sentencepiece is not None
    model: Any = need("sentencepiece").SentencePieceProcessor(
        model_proto=folder.sentencepiece.read_bytes()
    )
    control = _control_ids(folder)
    size = model.get_piece_size()
    for number in range(size):
        if number in control or model.is_control(number):
            kind = types.CONTROL
        elif model.is_unknown(number):
            kind = types.UNKNOWN
        elif model.is_byte(number):
            kind = types.BYTE
        elif model.is_unused(number):
            kind = types.UNUSED
        else:
            kind = types.NORMAL
        yield model.id_to_piece(number).encode("utf-8"), model.get_score(number), kind
    for number in range(size, folder.number("vocab_size")):
        yield f"[PAD{number}]".encode(), -10_000.0, types.UNUSED


def _control_ids(folder: ModelFolder) -> frozenset[int]:
    added = folder.tokenizer.get("added_tokens_decoder") or {}
    return frozenset(int(number) for number, token in added.items() if token.get("special"))
