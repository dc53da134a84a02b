"""A tiny model folder of our own making, once for all tests: random weights, a real tokenizer."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from trainer.training.model_folder import new_model, save_model
from trainer.training.presets import PRESETS
from trainer.training.tokenizer import train_tokenizer

SEED = 17
_FILES = 12


def library_texts(count: int = _FILES) -> list[str]:
    """Files of Python's own library, the same ones for all tests."""
    paths = sorted(Path(os.__file__).parent.glob("*.py"))[:count]
    return [path.read_text("utf-8", errors="replace") for path in paths]


def make_tiny_base(folder: Path) -> Path:
    """An untrained Llama of the preset ``tiny`` with a tokenizer of 512 pieces, in ``folder``."""
    shape = PRESETS["tiny"]
    tokenizer = folder.with_name(folder.name + "-tokenizer")
    tokenizer.mkdir()
    train_tokenizer(library_texts(), shape.vocabulary).save(tokenizer, shape.context)
    save_model(new_model(shape, SEED), tokenizer, folder)
    return folder


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Read it, copy it; never write to it."""
    return make_tiny_base(tmp_path_factory.mktemp("base") / "model")
