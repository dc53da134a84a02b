"""A speech model that fits in two megabytes: right in its shapes, and with nothing learned.

faster-whisper runs it as any other; what it hears is noise, at times that are its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

WIDTH = 64
_MELS, _FRAMES, _TOKENS = 80, 1500, 448


def tiny_whisper(folder: Path) -> Path:
    """Made in ``folder``, always the same. Needs ``coderasst[speech]``."""
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    languages = [f"<|{code}|>" for code in _LANGUAGE_CODES]
    tasks = "translate transcribe startoflm startofprev nospeech notimestamps"
    times = [f"<|{step * 0.02:.2f}|>" for step in range(1501)]
    special = ["<|endoftext|>", "<|startoftranscript|>", *languages]
    special += [*(f"<|{task}|>" for task in tasks.split()), *times]
    folder.mkdir(parents=True, exist_ok=True)
    tokens = _tokenizer(folder / "tokenizer.json", special)
    _model(folder, tokens, [tokens.index(language) for language in languages])
    return folder


def _tokenizer(path: Path, special: list[str]) -> list[str]:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    made = Tokenizer(models.BPE(vocab={one: at for at, one in enumerate(letters)}, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens(special)
    made.save(str(path))
    return letters + special


def _model(folder: Path, tokens: list[str], languages: list[int]) -> None:
    import numpy as np
    from ctranslate2.specs.whisper_spec import WhisperSpec

    random = np.random.default_rng(7)

    def drawn(*shape: int) -> Any:
        return (random.standard_normal(shape) * 0.1).astype(np.float32)

    def norm(layer: Any) -> None:
        layer.gamma, layer.beta = np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)

    def linear(layer: Any, *shape: int) -> None:
        layer.weight, layer.bias = drawn(*shape), np.zeros(shape[0], np.float32)

    def attention(layer: Any, *widths: int) -> None:
        norm(layer.layer_norm)
        for part, width in zip(layer.linear, widths, strict=True):
            linear(part, width * WIDTH, WIDTH)

    def forward(layer: Any) -> None:
        norm(layer.layer_norm)
        linear(layer.linear_0, 4 * WIDTH, WIDTH)
        linear(layer.linear_1, WIDTH, 4 * WIDTH)

    spec = WhisperSpec(1, 1, 1, 1)
    encoder, decoder = spec.encoder, spec.decoder
    linear(encoder.conv1, WIDTH, _MELS, 3)
    linear(encoder.conv2, WIDTH, WIDTH, 3)
    encoder.position_encodings.encodings = drawn(_FRAMES, WIDTH)
    decoder.position_encodings.encodings = drawn(_TOKENS, WIDTH)
    decoder.embeddings.weight = decoder.projection.weight = drawn(len(tokens), WIDTH)
    for layer in encoder.layer:
        attention(layer.self_attention, 3, 1)
        forward(layer.ffn)
    for layer in decoder.layer:
        attention(layer.self_attention, 3, 1)
        attention(layer.attention, 1, 2, 1)
        forward(layer.ffn)
    for half in (encoder, decoder):
        norm(half.layer_norm)
    spec.register_vocabulary(tokens)
    spec.config.suppress_ids, spec.config.suppress_ids_begin = [], []
    spec.config.lang_ids, spec.config.alignment_heads = languages, [[0, 0]]
    spec.validate()
    spec.optimize()
    spec.save(str(folder))
