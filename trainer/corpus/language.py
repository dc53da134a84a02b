"""Which language prose is in. Nothing is dropped for it: the label lets later stages choose."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Any

from trainer.corpus.drops import noted
from trainer.corpus.kinds import PROSE, is_prose_document
from trainer.documents import Document
from trainer.extras import need

VERSION = "1"

SURE = 0.5
"""Probability from which the answer is taken; py3langid's own are calibrated for short texts."""
_SAMPLE = 1_500
"""Characters that are looked at; more of them change next to no answer."""
_FEWEST_LETTERS = 20
_FENCED = re.compile(r"^(```|~~~)[^\n]*\n(?:(?!\1).*\n)*?\1[^\n]*$", re.MULTILINE)
_NO_WORDS = re.compile(r"https?://\S+|[`*_#|<>=+{}\[\]()/\\$%^&~0-9-]+")


def label_prose(document: Document) -> Document:
    """Set the language of prose to "prose-" and the ISO 639-1 code that py3langid is sure of."""
    if not is_prose_document(document):
        return document
    code, probability = language_of_prose(document.text)
    if probability < SURE:
        return document
    labelled = replace(document, language=f"{PROSE}-{code}")
    return noted(labelled, f"language: {code} ({probability:.2f})")


def language_of_prose(text: str) -> tuple[str, float]:
    """The code of ISO 639-1 and its probability; ("", 0) for what has hardly any words."""
    sample = _sample(text)
    if sum(map(str.isalpha, sample)) < _FEWEST_LETTERS:
        return "", 0.0
    code, probability = _identifier().classify(sample)
    return str(code), float(probability)


def _sample(text: str) -> str:
    """Out of the middle, where titles and menus are behind us; without code and addresses."""
    if len(text) > 4 * _SAMPLE:
        start = len(text) // 2 - 2 * _SAMPLE
        text = text[start : start + 4 * _SAMPLE]
    plain = _NO_WORDS.sub(" ", _FENCED.sub("", text))
    words = " ".join(plain.split())
    return words[:_SAMPLE]


@lru_cache(maxsize=1)
def _identifier() -> Any:
    """Loaded once a process: the model takes a tenth of a second, and is never changed."""
    module = need("py3langid.langid")
    return module.LanguageIdentifier.from_model_file(module.MODEL_FILE, norm_probs=True)
