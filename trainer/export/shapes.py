"""Which tensors a configuration calls for, of which shapes, for Llama and its relatives.

Other architectures are only held to their number of embeddings: the converter knows their parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

LLAMA_LIKE = ("LlamaForCausalLM", "MistralForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM")
SUPPORTED = (
    *LLAMA_LIKE,
    *("Gemma2ForCausalLM", "Gemma3ForCausalLM", "Phi3ForCausalLM", "Starcoder2ForCausalLM"),
    *("GPT2LMHeadModel", "Olmo2ForCausalLM", "GraniteForCausalLM", "SmolLM3ForCausalLM"),
)
"""Text models that llama.cpp converts, and Ollama serves."""
_KEYS = ("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads")
_MOST_LAYERS, _LARGEST = 1_000, 10_000_000

Shape = tuple[int, ...]


def bad_number(config: Mapping[str, Any], architecture: str) -> str:
    """The key of the first number that is missing or cannot be, "" where all are there."""
    keys: tuple[str, ...] = ("vocab_size", *(_KEYS if architecture in LLAMA_LIKE else ()))
    for key in keys:
        value = config.get(key)
        most = _MOST_LAYERS if key == "num_hidden_layers" else _LARGEST
        if type(value) is not int or not 0 < value <= most:
            return key
    for key in ("num_key_value_heads", "head_dim", "max_position_embeddings"):
        value = config.get(key)
        if value is not None and (type(value) is not int or not 0 < value <= _LARGEST):
            return key
    return ""


def expected(config: Mapping[str, Any], architecture: str) -> Iterator[tuple[str, Shape]]:
    """Name and shape of every tensor that must be there. ``architecture`` is in ``LLAMA_LIKE``."""
    width, vocabulary = config["hidden_size"], config["vocab_size"]
    yield "model.embed_tokens.weight", (vocabulary, width)
    yield "model.norm.weight", (width,)
    if not config.get("tie_word_embeddings"):
        yield "lm_head.weight", (vocabulary, width)
    for layer in range(config["num_hidden_layers"]):
        for name, shape in _layer(config, architecture):
            yield f"model.layers.{layer}.{name}", shape


def _layer(config: Mapping[str, Any], architecture: str) -> Iterator[tuple[str, Shape]]:
    width, inner = config["hidden_size"], config["intermediate_size"]
    heads = config["num_attention_heads"]
    head = config.get("head_dim") or width // heads
    queries = heads * head
    keys = (config.get("num_key_value_heads") or heads) * head
    yield "input_layernorm.weight", (width,)
    yield "post_attention_layernorm.weight", (width,)
    yield "mlp.gate_proj.weight", (inner, width)
    yield "mlp.up_proj.weight", (inner, width)
    yield "mlp.down_proj.weight", (width, inner)
    yield "self_attn.q_proj.weight", (queries, width)
    yield "self_attn.k_proj.weight", (keys, width)
    yield "self_attn.v_proj.weight", (keys, width)
    yield "self_attn.o_proj.weight", (width, queries)
    biased = architecture == "Qwen2ForCausalLM" or config.get("attention_bias")
    if biased:
        yield "self_attn.q_proj.bias", (queries,)
        yield "self_attn.k_proj.bias", (keys,)
        yield "self_attn.v_proj.bias", (keys,)
    if biased and architecture == "LlamaForCausalLM":
        yield "self_attn.o_proj.bias", (width,)
    if architecture == "Qwen3ForCausalLM":
        yield "self_attn.q_norm.weight", (head,)
        yield "self_attn.k_norm.weight", (head,)
    if config.get("mlp_bias"):
        yield "mlp.gate_proj.bias", (inner,)
        yield "mlp.up_proj.bias", (inner,)
        yield "mlp.down_proj.bias", (width,)
