"""A tiny model for the real server: made in seconds with NumPy, no download and no torch.

The architecture is Llama's, so the server loads it as it loads any other. The tokenizer is a
byte-pair vocabulary learned from two files of this project. Two models are made from it:

* ``coderasst-tiny``: random weights, and a hand-made preference for the tokens that close a JSON
  string, list or object, so that an answer under a schema ends after a few tokens;
* ``coderasst-random``: random weights alone. It rambles until the schema stops it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from gguf import GGUFWriter, LlamaFileType, TokenType

TINY = "coderasst-tiny"
RANDOM = "coderasst-random"

# As narrow as can be: a server built without vector instructions reads some 3,000 tokens a second.
WIDTH = 32
HEADS = 1
LAYERS = 1
FEED_FORWARD = 32
CONTEXT = 16384
MERGES = 700
SPACE = "\u2581"

TEMPLATE = "{{ range .Messages }}<{{ .Role }}>\n{{ .Content }}\n{{ end }}<assistant>\n"


@dataclass(frozen=True)
class Vocabulary:
    """``tokens[i]`` with its score (higher merges first) and its type."""

    tokens: list[str]
    scores: list[float]
    types: list[TokenType]


def learn_merges(texts: Iterable[str], count: int) -> list[str]:
    """The ``count`` pieces that byte-pair encoding finds in ``texts``, most useful first."""
    words: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        for word in text.replace("\n", " ").split(" "):
            words[tuple(SPACE + word)] += 1
    pieces: list[str] = []
    while len(pieces) < count:
        pairs: Counter[tuple[str, str]] = Counter()
        for letters, times in words.items():
            for pair in pairwise(letters):
                pairs[pair] += times
        # Ties are broken by the text, so that the vocabulary is the same on every machine.
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        pieces.append("".join(best))
        words = Counter({_merged(letters, best): times for letters, times in words.items()})
    return list(dict.fromkeys(pieces))


def _merged(word: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    out: list[str] = []
    for piece in word:
        if out and (out[-1], piece) == pair:
            out[-1] += piece
        else:
            out.append(piece)
    return tuple(out)


def vocabulary(texts: Iterable[str], merges: int = MERGES) -> Vocabulary:
    singles = [SPACE, *(chr(code) for code in range(33, 127))]
    pieces = [piece for piece in learn_merges(texts, merges) if piece.isascii() or SPACE in piece]
    special = ["<unk>", "<s>", "</s>"]
    octets = [f"<0x{value:02X}>" for value in range(256)]
    normal = [*pieces, *singles]
    return Vocabulary(
        tokens=[*special, *octets, *normal],
        scores=[0.0] * (len(special) + len(octets)) + [-float(rank) for rank in range(len(normal))],
        types=[
            TokenType.UNKNOWN,
            TokenType.CONTROL,
            TokenType.CONTROL,
            *[TokenType.BYTE] * len(octets),
            *[TokenType.NORMAL] * len(normal),
        ],
    )


def closing_preference(tokens: list[str]) -> np.ndarray:
    """Additive logits: what ends an answer first, blanks last."""
    preference = np.zeros(len(tokens), dtype=np.float32)
    for index, token in enumerate(tokens):
        if token == "</s>":
            preference[index] = 30.0
        elif token in ("]", "}", '"'):
            preference[index] = 25.0
        elif token.strip(SPACE) == "" or token in ("<0x0A>", "<0x09>", "<0x20>"):
            preference[index] = -20.0
    return preference


def write_gguf(path: Path, *, closes_early: bool, seed: int = 7) -> Path:
    """Write the model; ``path``'s content depends on the arguments and the vocabulary alone."""
    package = Path(__file__).parent.parent / "coderasst_hook"
    # The prompt's own words make short prompts, in tokens.
    texts = [(package / name).read_text("utf-8") for name in ("llm/prompt.py", "models.py")]
    words = vocabulary(texts)
    size = len(words.tokens)
    rng = np.random.default_rng(seed)

    def weights(*shape: int, scale: float = 0.08) -> np.ndarray:
        return (rng.standard_normal(shape) * scale).astype(np.float32)

    writer = GGUFWriter(path, "llama")
    writer.add_name(path.stem)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(size)
    writer.add_file_type(LlamaFileType.ALL_F32)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(words.tokens)
    writer.add_token_scores(words.scores)
    writer.add_token_types(words.types)
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(True)
    writer.add_add_space_prefix(False)

    # Dimension 0 of the residual stream is the same for every token and no layer writes to it, so
    # the output's column 0 acts as a bias, which this architecture does not have.
    embedding = weights(size, WIDTH, scale=0.5)
    embedding[:, 0] = 4.0
    output = weights(size, WIDTH, scale=0.3)
    output[:, 0] = closing_preference(words.tokens) / 5.0 if closes_early else 0.0
    writer.add_tensor("token_embd.weight", embedding)
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, dtype=np.float32))
    writer.add_tensor("output.weight", output)
    for layer in range(LAYERS):
        name = f"blk.{layer}"
        for part, shape in {
            "attn_q": (WIDTH, WIDTH),
            "attn_k": (WIDTH, WIDTH),
            "attn_v": (WIDTH, WIDTH),
            "attn_output": (WIDTH, WIDTH),
            "ffn_gate": (FEED_FORWARD, WIDTH),
            "ffn_up": (FEED_FORWARD, WIDTH),
            "ffn_down": (WIDTH, FEED_FORWARD),
        }.items():
            matrix = weights(*shape)
            if part in ("attn_output", "ffn_down"):
                matrix[0, :] = 0.0
            writer.add_tensor(f"{name}.{part}.weight", matrix)
        writer.add_tensor(f"{name}.attn_norm.weight", np.ones(WIDTH, dtype=np.float32))
        writer.add_tensor(f"{name}.ffn_norm.weight", np.ones(WIDTH, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def install(host: str, folder: Path, name: str = TINY) -> str:
    """Make the model ``name`` in the server at ``host``, by way of a file in ``folder``."""
    from ollama import Client

    path = write_gguf(folder / f"{name}.gguf", closes_early=name != RANDOM)
    client = Client(host=host, trust_env=False)
    try:
        digest = client.create_blob(path)
        client.create(
            model=name,
            files={path.name: digest},
            template=TEMPLATE,
            # More threads only wait for each other in a model of this size.
            parameters={"num_thread": 1},
            stream=False,
        )
    finally:
        client.close()  # type: ignore[no-untyped-call]
    return f"{name}:latest"
