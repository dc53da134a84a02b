"""The tokenizer: SentencePiece's byte-pair encoding with byte fallback (Sennrich et al., 2016; Kudo
and Richardson, 2018), trained on code, and its twin for transformers.

Text is taken as it is: no normalisation, no blank in front, no blank removed. A run of blanks is
one token, a digit is one token, and what no piece covers is told byte by byte, so that every text
comes back from its tokens. (One exception: U+2581 comes back as a blank, for it stands for one in
all tokenizers of this family.)
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coderasst_hook.errors import ConfigurationError, StoreError
from coderasst_hook.files import write_atomically
from trainer.extras import need
from trainer.training import fast_tokenizer
from trainer.training.special_tokens import BEGIN_ID, CONTROL, END_ID, PAD_ID, ROLE_IDS, UNKNOWN_ID

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

MODEL_FILE = "tokenizer.model"
SMALLEST_VOCABULARY = 384
"""Bytes, control tokens and the characters of code, before the first merge."""
UNUSABLE_VOCABULARIES = frozenset({32016, 49152})
"""By these sizes llama.cpp's converter takes a model for another one's child, and adds to it."""
# Longer pieces of one line are cut: SentencePiece would leave the whole line out.
_LINE = 1024
_LONGEST_PIECE = 32
_COVERAGE = 0.9995


@dataclass(frozen=True, slots=True)
class TrainedTokenizer:
    """``proto``: the content of ``tokenizer.model``."""

    proto: bytes

    def save(self, folder: Path, context: int = 4096) -> None:
        """Write ``tokenizer.model``, for llama.cpp's converter, and ``tokenizer.json`` with
        ``tokenizer_config.json``, for transformers, into ``folder``, which must exist. ``context``
        is what the model can read, in tokens. Raises ``StoreError``."""
        files = fast_tokenizer.files(self.pieces(), context)
        try:
            for name, content in {MODEL_FILE: self.proto, **files}.items():
                write_atomically(folder / name, content)
        except OSError as error:
            raise StoreError(f"cannot write to {folder}: {error.strerror}") from None

    def pieces(self) -> tuple[fast_tokenizer.Piece, ...]:
        """In the order of their ids."""
        return fast_tokenizer.pieces_of(self.proto)


class Tokenizer:
    """What a model folder's tokenizer makes of text. Nothing in a text is ever taken for a control
    token: those come from the structure alone."""

    def __init__(self, fast: PreTrainedTokenizerFast) -> None:
        self.fast = fast

    @classmethod
    def load(cls, folder: Path) -> Tokenizer:
        """Of any Hugging Face folder on disk. Raises ``StoreError`` where it holds none."""
        transformers = need("transformers")
        try:
            fast = transformers.AutoTokenizer.from_pretrained(
                folder, local_files_only=True, trust_remote_code=False
            )
        # What a damaged tokenizer.json raises is of no class of its own.
        except Exception as error:
            if type(error) is not Exception and not isinstance(
                error, (OSError, ValueError, KeyError, TypeError, AttributeError, ImportError)
            ):
                raise
            raise StoreError(
                f"{folder} has no tokenizer that can be read",
                next_step="make the model again, or name another folder",
            ) from None
        return cls(fast)

    @property
    def size(self) -> int:
        """Ids are below it."""
        return len(self.fast)

    @property
    def end(self) -> int:
        """Ends a document and a turn."""
        return _known(self.fast.eos_token_id, "end")

    @property
    def begin(self) -> int | None:
        """Comes before a text; models of others may have none."""
        found = self.fast.bos_token_id
        return None if found is None else int(found)

    def encode(self, text: str) -> list[int]:
        """Of the text alone, with nothing in front and behind. Lone surrogates become "?"."""
        return self.encode_all([text])[0]

    def encode_all(self, texts: Sequence[str]) -> list[list[int]]:
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        found: Any = self.fast(
            clean,
            add_special_tokens=False,
            split_special_tokens=True,
            return_attention_mask=False,
            return_token_type_ids=False,
            verbose=False,
        )
        ids: list[list[int]] = found["input_ids"]
        return ids

    def decode(self, ids: Sequence[int]) -> str:
        """Control tokens are written out."""
        text = self.fast.decode(
            list(ids), skip_special_tokens=False, clean_up_tokenization_spaces=False
        )
        assert isinstance(text, str)
        return text

    def chat(self, messages: Iterable[Mapping[str, str]], *, answer: bool = False) -> list[int]:
        """``messages`` as the model reads them; with ``answer``, up to where its own turn begins.
        Only for tokenizers that were trained here, whose template this follows."""
        ids = [BEGIN_ID]
        for message in messages:
            ids += (ROLE_IDS[message["role"]], *self.encode(message["content"]), END_ID)
        if answer:
            ids.append(ROLE_IDS["assistant"])
        return ids


def train_tokenizer(texts: Iterable[str], vocabulary: int) -> TrainedTokenizer:
    """Learn ``vocabulary`` pieces from ``texts``, which are held in memory: hand over a sample.

    The same texts give the same bytes. Raises ``ConfigurationError`` where the vocabulary is too
    small for any text, or too large for these.
    """
    _check(vocabulary)
    sentencepiece = need("sentencepiece")
    model = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=_lines(texts),
            model_writer=model,
            model_type="bpe",
            vocab_size=vocabulary,
            byte_fallback=True,
            character_coverage=_COVERAGE,
            normalization_rule_name="identity",
            add_dummy_prefix=False,
            remove_extra_whitespaces=False,
            allow_whitespace_only_pieces=True,
            split_digits=True,
            max_sentencepiece_length=_LONGEST_PIECE,
            unk_id=UNKNOWN_ID,
            bos_id=BEGIN_ID,
            eos_id=END_ID,
            pad_id=PAD_ID,
            control_symbols=list(CONTROL[PAD_ID + 1 :]),
            minloglevel=3,
        )
    except RuntimeError:
        raise ConfigurationError(
            f"the corpus is too small, or too varied, for a vocabulary of {vocabulary:,}",
            next_step="gather more text, or set base.vocabulary to another size",
        ) from None
    return TrainedTokenizer(model.getvalue())


def _check(vocabulary: int) -> None:
    if vocabulary < SMALLEST_VOCABULARY:
        raise ConfigurationError(
            f"a vocabulary of {vocabulary:,} is too small; {SMALLEST_VOCABULARY} is the least"
        )
    if vocabulary in UNUSABLE_VOCABULARIES:
        raise ConfigurationError(
            f"a vocabulary of {vocabulary:,} is taken for another model's by llama.cpp",
            next_step=f"set base.vocabulary to {vocabulary - 16:,}".replace(",", ""),
        )


def _lines(texts: Iterable[str]) -> Iterator[str]:
    """SentencePiece learns from sentences: line breaks stay single tokens."""
    for text in texts:
        for line in text.encode("utf-8", "replace").decode("utf-8").split("\n"):
            for start in range(0, len(line), _LINE):
                yield line[start : start + _LINE]


def _known(token: int | list[int] | None, name: str) -> int:
    if not isinstance(token, int):
        raise ConfigurationError(f"the tokenizer has no {name} token")
    return token
