"""The documented default configuration, printed: ``python -m trainer.reference``.

``config/llm_studio_config.json`` is its output; a test holds them equal. With ``--markdown`` it
prints the README's table of the keys.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from trainer.config import TrainerSettings


@dataclass(frozen=True, slots=True)
class Entry:
    """One key: ``preprocess.seed``, 17, "Decides the split, and nothing else."."""

    key: str
    default: object
    description: str


def json_reference() -> str:
    """Every key with its default, ready to be changed. Keys of JSON have no comments: what they
    mean stands in the table."""
    return json.dumps(TrainerSettings().model_dump(mode="json"), indent=2) + "\n"


def settings_reference() -> list[Entry]:
    """Every key, in the order of the source."""
    return list(_entries(TrainerSettings()))


def markdown_reference() -> str:
    lines = ["| key | default | |", "|---|---|---|"]
    lines += [
        f"| `{entry.key}` | {_code(entry.default)} | {entry.description} |"
        for entry in settings_reference()
    ]
    return "\n".join(lines) + "\n"


def _entries(section: BaseModel, prefix: str = "") -> Iterator[Entry]:
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from _entries(value, f"{prefix}{name}.")
        else:
            yield Entry(f"{prefix}{name}", value, " ".join((field.description or "").split()))


def _code(default: object) -> str:
    if isinstance(default, tuple):
        return ", ".join(f"`{one}`" for one in default)
    return f"`{json.dumps(default)}`"


if __name__ == "__main__":
    sys.stdout.write(markdown_reference() if "--markdown" in sys.argv[1:] else json_reference())
