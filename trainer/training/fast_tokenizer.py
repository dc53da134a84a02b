"""The same vocabulary for transformers: ``tokenizer.json`` and its configuration.

SentencePiece joins, again and again, the two neighbours that make the piece of the best score; the
tokenizers library joins the pair of the best rank. They agree when every way to divide a piece into
two others has the rank of that piece.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from trainer.extras import need
from trainer.training.special_tokens import (
    BEGIN,
    BEGIN_ID,
    CHAT_TEMPLATE,
    CONTROL,
    END,
    PAD,
    UNKNOWN,
)

SPACE = "\u2581"
"""What stands for a blank inside pieces."""


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    score: float
    """The higher, the sooner it is joined."""
    plain: bool
    """Neither a control token nor a byte: text alone can become it."""


def pieces_of(proto: bytes) -> tuple[Piece, ...]:
    """Of a SentencePiece model, in the order of their ids."""
    model = need("sentencepiece").SentencePieceProcessor(model_proto=proto)
    return tuple(
        Piece(
            model.id_to_piece(number),
            model.get_score(number),
            not (model.is_control(number) or model.is_unknown(number) or model.is_byte(number)),
        )
        for number in range(model.get_piece_size())
    )


def merges_of(pieces: Sequence[Piece]) -> list[tuple[str, str]]:
    """Every pair of pieces that makes a piece, the best first."""
    plain = {piece.text: number for number, piece in enumerate(pieces) if piece.plain}
    ordered = sorted(plain, key=lambda text: (-pieces[plain[text]].score, plain[text]))
    return [
        (text[:cut], text[cut:])
        for text in ordered
        # Of equal rank, as in a run of one letter: the longer part stands on the left.
        for cut in range(len(text) - 1, 0, -1)
        if text[:cut] in plain and text[cut:] in plain
    ]


def files(pieces: Sequence[Piece], context: int) -> dict[str, bytes]:
    """By name. ``context``: how many tokens the model can read."""
    return {
        "tokenizer.json": _tokenizer_json(pieces).encode("utf-8"),
        "tokenizer_config.json": _configuration(context).encode("utf-8"),
    }


def _tokenizer_json(pieces: Sequence[Piece]) -> str:
    tokenizers = need("tokenizers")
    made = tokenizers.Tokenizer(
        tokenizers.models.BPE(
            vocab={piece.text: number for number, piece in enumerate(pieces)},
            merges=merges_of(pieces),
            unk_token=UNKNOWN,
            fuse_unk=True,
            byte_fallback=True,
        )
    )
    made.add_special_tokens(
        [tokenizers.AddedToken(text, special=True, normalized=False) for text in CONTROL]
    )
    made.normalizer = tokenizers.normalizers.Replace(" ", SPACE)
    decoders = tokenizers.decoders
    made.decoder = decoders.Sequence(
        [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    made.post_processor = tokenizers.processors.TemplateProcessing(
        single=f"{BEGIN} $A",
        pair=f"{BEGIN} $A {BEGIN}:1 $B:1",
        special_tokens=[(BEGIN, BEGIN_ID)],
    )
    text = made.to_str(pretty=False)
    assert isinstance(text, str)
    return text + "\n"


def _configuration(context: int) -> str:
    value = {
        # Not Llama's own class: it would put a blank in front, and build its merges anew.
        "tokenizer_class": "PreTrainedTokenizerFast",
        "add_bos_token": True,
        "add_eos_token": False,
        "add_prefix_space": False,
        "bos_token": BEGIN,
        "eos_token": END,
        "unk_token": UNKNOWN,
        "pad_token": PAD,
        "additional_special_tokens": list(CONTROL[4:]),
        "clean_up_tokenization_spaces": False,
        "model_max_length": context,
        # In this file, for Ollama does not read chat_template.jinja.
        "chat_template": CHAT_TEMPLATE,
    }
    return json.dumps(value, indent=1, sort_keys=True) + "\n"
