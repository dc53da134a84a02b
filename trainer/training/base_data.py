"""Tokenizer and token stores of a corpus: made once, and again only where corpus or tokenizer have
changed.

    work/base/tokenizer/       with key.txt: of what it was made
    work/base/train/           a token store
    work/base/validation/
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from coderasst_hook.errors import ConfigurationError, StoreError
from trainer.training import token_store
from trainer.training.corpus_texts import Corpus
from trainer.training.model_folder import replacing_folder
from trainer.training.presets import Shape
from trainer.training.token_store import TokenStore
from trainer.training.tokenizer import Tokenizer, train_tokenizer

_KEY = "key.txt"
_TOKENIZER_VERSION = 1


@dataclass(frozen=True, slots=True)
class BaseData:
    tokenizer: Path
    tokenizer_key: str
    train: TokenStore
    validation: TokenStore | None
    """None where the corpus is too small to spare a document."""


def prepared(
    corpus: Corpus,
    digest: str,
    work: Path,
    shape: Shape,
    megabytes: int,
    tell: Callable[[str], None],
) -> BaseData:
    """``digest``: of the corpus. Raises ``ConfigurationError`` where it is too small, and
    ``StoreError``."""
    folder, key = _tokenizer(corpus, digest, work, shape, megabytes, tell)
    tokenizer = Tokenizer.load(folder)
    if tokenizer.size != shape.vocabulary:
        raise ConfigurationError(
            f"the tokenizer in {folder} has {tokenizer.size:,} tokens, and the model is to have "
            f"{shape.vocabulary:,}",
            next_step=f"remove {folder}, and run this again",
        )
    train = _store(work / "train", f"{key} train", corpus.training(), tokenizer, tell)
    try:
        validation = _store(
            work / "validation", f"{key} validation", corpus.validation(), tokenizer, tell
        )
    except ConfigurationError:
        validation = None
        tell("the corpus is too small to keep a document apart: nothing is validated")
    return BaseData(folder, key, train, validation)


def _tokenizer(
    corpus: Corpus,
    digest: str,
    work: Path,
    shape: Shape,
    megabytes: int,
    tell: Callable[[str], None],
) -> tuple[Path, str]:
    folder = work / "tokenizer"
    told = [_TOKENIZER_VERSION, digest, shape.vocabulary, shape.context, megabytes]
    key = sha256(json.dumps(told).encode()).hexdigest()
    if _read(folder / _KEY) != key:
        tell(f"a tokenizer of {shape.vocabulary:,} tokens is trained")
        trained = train_tokenizer(corpus.sample(megabytes), shape.vocabulary)
        with replacing_folder(folder) as part:
            trained.save(part, shape.context)
            (part / _KEY).write_text(key, encoding="ascii")
    return folder, key


def _store(
    folder: Path,
    key: str,
    texts: Iterable[str],
    tokenizer: Tokenizer,
    tell: Callable[[str], None],
) -> TokenStore:
    key = f"{token_store.VERSION} {key}"
    found = TokenStore.open(folder, key)
    if found is None:
        tell(f"the corpus is tokenised, for {folder.name}")
        found = TokenStore.build(folder, key, texts, tokenizer)
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii")
    except (FileNotFoundError, UnicodeDecodeError):
        return ""
    except OSError as error:
        raise StoreError(f"cannot read {path}: {error.strerror}") from None
