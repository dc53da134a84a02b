"""A model and a review task so small that the one learns the other in seconds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from testing.finetuning_examples import SYSTEM, answer, example
from trainer.dataset.example import TRAIN, Example
from trainer.training.model_folder import new_model, save_model
from trainer.training.presets import Shape
from trainer.training.tokenizer import train_tokenizer

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

SHAPE = Shape(64, 2, 128, 2, 2, 448, 128)
NAMES = tuple(f"{a}{b}" for a in "abcdefgh" for b in "klmnop")
FAULTS = {"eval({})": "code-injection", "except {}:": "broad-except"}
CLEAN = ("len({})", "import {}")


def toy_examples(split: str = TRAIN, *, start: int = 0, step: int = 1) -> list[Example]:
    """One window of one line each; half of them are clean."""
    found = []
    for number, name in enumerate(NAMES[start::step]):
        for text, issue in FAULTS.items():
            found.append(example(_asked(text, name), issue, split=split))
        text = CLEAN[number % len(CLEAN)]
        found += [example(_asked(text, f"{name}{n}"), split=split) for n in range(2)]
    # No hunk comes twice.
    return [replace(one, hunk=f"{split} {number}") for number, one in enumerate(found)]


def write_model(folder: Path, *, seed: int = 17) -> Path:
    texts = [one.user for one in toy_examples()]
    texts += [answer(*FAULTS.values())] * 20 + [SYSTEM] * 20
    tokenizer = train_tokenizer(texts, SHAPE.vocabulary)
    tokenizer.save(folder, SHAPE.context)
    save_model(new_model(SHAPE, seed), folder, folder.with_name(folder.name + ".model"))
    for path in folder.with_name(folder.name + ".model").iterdir():
        path.replace(folder / path.name)
    return folder


def tokenizer_in(folder: Path) -> PreTrainedTokenizerBase:
    from transformers import AutoTokenizer

    found: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    return found


def _asked(text: str, name: str) -> str:
    return f"python\n1+{text.format(name)}"
