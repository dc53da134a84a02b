"""What a stage's content depends on besides its input: versions, settings, steps."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from trainer.config import TrainerSettings
from trainer.corpus import paragraphs, signatures, split
from trainer.corpus.drops import NamedStep

CLEANING = "1"
"""Raised whenever ``cleaning.py`` leaves something else for the same documents."""
PLANNING = "1"
"""The same of ``planning.py`` and of what it calls."""
OUTPUTS = "2"
"""The same of ``outputs.py`` and ``corpus_text.py``."""

_LIBRARIES = (
    *("charset-normalizer", "coderasst", "datatrove", "detect-secrets", "ftfy", "google-re2"),
    *("numpy", "py3langid", "pyarrow", "pypdf", "rensa", "trafilatura"),
)
# What writes files and what runs stages, as against what decides what becomes of a text.
_NOT_OF_CLEANING = ("coderasst", "datatrove")


def libraries() -> dict[str, str]:
    """Versions by name, Python's and Unicode's too."""
    found = {"python": "{}.{}".format(*sys.version_info), "unicode": unicodedata.unidata_version}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def cleaning(steps: Sequence[NamedStep]) -> dict[str, Any]:
    """Of stage 1. A library of another version may answer differently."""
    return {
        "cleaning": CLEANING,
        "signatures": signatures.VERSION,
        "paragraphs": paragraphs.VERSION,
        "steps": described(steps),
        "libraries": {
            name: number for name, number in libraries().items() if name not in _NOT_OF_CLEANING
        },
    }


def planning(settings: TrainerSettings) -> dict[str, Any]:
    """Of stages 2 and 3."""
    chosen = settings.preprocess
    return {
        "planning": PLANNING,
        "outputs": OUTPUTS,
        "split": split.VERSION,
        "settings": chosen.model_dump(mode="json"),
    }


def described(steps: Sequence[NamedStep]) -> list[list[str]]:
    return [[step.name, step.version, step.parameters] for step in steps]
