from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from trainer import reference
from trainer.config import FILE, TrainerSettings, load

ROOT = Path(__file__).parents[2]


def test_the_documented_configuration_is_that_of_the_code() -> None:
    assert (ROOT / FILE).read_text("utf-8") == reference.json_reference(), (
        f"run: python -m trainer.reference > {FILE}"
    )


def test_the_documented_configuration_is_the_default_one() -> None:
    assert load(ROOT / FILE) == TrainerSettings()


@pytest.mark.parametrize("entry", reference.settings_reference(), ids=lambda entry: entry.key)
def test_every_key_is_described_in_a_sentence(entry: reference.Entry) -> None:
    assert entry.description.endswith(".")
    assert "|" not in entry.description


def test_the_table_has_every_key_and_stands_in_the_documentation() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "trainer.reference", "--markdown"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    lines = printed.splitlines()[2:]
    assert len(lines) == len(reference.settings_reference())
    assert all(line.startswith("| `") and line.endswith(" |") for line in lines)
    assert printed.strip() in (ROOT / "docs" / "training.md").read_text("utf-8")
